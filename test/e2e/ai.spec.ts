/** Models in the browser: who is asked and why, what it costs, and an answer read along and stopped. */
import { expect, go, test } from './fixtures.ts'

test('a question is answered as it is written, and its way and cost are told', async ({ demo }) => {
  await go(demo, '/ai?tab=playground')
  await demo.getByLabel('Question').fill('say: Good morning from the stand-in')
  await demo.getByRole('button', { name: 'Ask', exact: true }).click()
  const answer = demo.getByRole('region', { name: 'Answer' })
  await expect(answer.getByText('The answer is complete.')).toBeVisible()
  await expect(answer.getByText('Good morning from the stand-in', { exact: true })).toBeVisible()
  await expect(answer.getByText('openai/gpt-5.4-mini')).toBeVisible()
  await expect(answer.getByText(/cost \$0\.0/)).toBeVisible()
  await go(demo, '/ai?tab=cost&by=model')
  await expect(demo.getByRole('row', { name: /openai\/gpt-5\.4-mini/ })).toContainText('$0.0')
})

test('an answer can be stopped in the middle, and nobody pretends to know what it cost', async ({ demo, serve }) => {
  await go(demo, '/ai?tab=playground')
  await demo.getByLabel('Question').fill(`say: slowly ${'and on '.repeat(200)}`)
  await demo.getByRole('button', { name: 'Ask', exact: true }).click()
  const answer = demo.getByRole('region', { name: 'Answer' })
  await expect(answer.getByText(/slowly and/)).toBeVisible()
  await demo.getByRole('button', { name: 'Stop' }).click()
  await expect(answer.getByText(/Stopped\./)).toBeVisible()
  await expect
    .poll(async () => ((await serve.ask('GET', '/v1/ai/usage?by=provider')).body as { total: { unknownCost: number } }).total)
    .toMatchObject({ unknownCost: 1 })
  await go(demo, '/ai?tab=cost')
  await expect(demo.getByRole('row', { name: /openai/ })).toContainText('1 of')
})

test('an order is moved by keys, and the simulator follows it', async ({ demo }) => {
  await go(demo, '/ai?tab=routing')
  const later = demo.getByRole('button', { name: 'Ask openai/gpt-5.4-mini later' })
  await later.focus()
  await demo.keyboard.press('Enter')
  await expect(demo.getByRole('list', { name: 'Models for Chat' }).getByRole('listitem').first()).toContainText('deepseek')
  await demo.getByRole('button', { name: 'Say where it would go' }).click()
  const decision = demo.getByRole('status', { name: 'Decision' })
  await expect(decision.getByText('deepseek/deepseek-v4-flash', { exact: true })).toBeVisible()
  await demo.getByRole('button', { name: 'Ask openai/gpt-5.4-mini earlier' }).click()
  await expect(demo.getByRole('list', { name: 'Models for Chat' }).getByRole('listitem').first()).toContainText('openai')
  await demo.getByLabel('Length in tokens').fill('5000000')
  await demo.getByRole('button', { name: 'Say where it would go' }).click()
  await expect(decision.getByText(/No model can be asked now/)).toBeVisible()
})

test('every provider is shown with evidence, and one that fails shows it', async ({ demo, serve }) => {
  await serve.ask('PUT', '/v1/sandbox/faults', { provider: 'cerebras', fault: 'server_error', active: true, count: 1 })
  await serve.ask('POST', '/v1/ai/complete', { task: 'chat', latency: 'fast', messages: [{ role: 'user', content: 'say: hi' }] })
  await go(demo, '/ai')
  const row = demo.getByRole('row', { name: /Cerebras/ })
  await expect(row).toContainText('Connected')
  await expect(row).toContainText('1 of 1')
  await expect(row).toContainText('Last failure')
})

test('a budget that is used up refuses the next question before it is asked', async ({ demo, serve }) => {
  await go(demo, '/ai?tab=routing')
  await demo.getByLabel('Budget of a month').fill('0')
  await demo.getByRole('button', { name: 'Save limits' }).click()
  await expect
    .poll(
      async () =>
        ((await serve.ask('GET', '/v1/ai/policy')).body as { monthlyBudgetMicroDollars: number | null })
          .monthlyBudgetMicroDollars,
    )
    .toBe(0)
  await go(demo, '/ai?tab=playground')
  await demo.getByLabel('Question').fill('say: hello')
  await demo.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(demo.getByRole('alert').getByText(/left of the month's budget/)).toBeVisible()
  await serve.ask('PUT', '/v1/ai/policy', { monthlyBudgetMicroDollars: null })
})
