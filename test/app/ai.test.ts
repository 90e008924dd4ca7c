/** The router of models in the whole product: over REST, on the Demo tenant, against the stand-ins. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type RunningApp, runApp } from './running-app.ts'

interface Answer {
  text: string
  route: { provider: string; model: string; reasons: string[]; skipped: { provider: string; model: string; why: string }[] }
  usage: { inputTokens: number; outputTokens: number; estimated: boolean }
  costUsd: number | null
}
interface Refusal {
  error: { kind: string; message: string; fields?: { path: string }[] }
}

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

const fault = (provider: string, id: string, active: boolean) =>
  running.ask('PUT', '/v1/sandbox/faults', { body: { provider, fault: id, active } })
const hello = [{ role: 'user', content: 'say: Good morning' }]
const complete = (body: Record<string, unknown>) =>
  running.ask('POST', '/v1/ai/complete', { body: { task: 'chat', messages: hello, ...body } })
const usage = async (by = 'provider') =>
  (await running.ask('GET', `/v1/ai/usage?by=${by}`)).body as {
    items: { key: string; calls: number; costUsd: number | null; unknownCost: number }[]
    total: { calls: number; costUsd: number | null; unknownCost: number }
    budget: { limitUsd: number | null; spentUsd: number; reservedUsd: number }
  }

beforeEach(async () => {
  await running.ask('PUT', '/v1/ai/policy', { body: { monthlyBudgetMicroDollars: null, maxCallMicroDollars: null } })
})

test('an answer tells where it came from, why, and what it cost', async () => {
  const { status, body } = await complete({})
  expect(status).toBe(200)
  const answer: Answer = body
  expect(answer.text).toBe('Good morning')
  expect(answer.route).toMatchObject({ provider: 'openai', model: 'gpt-5.4-mini', skipped: [] })
  expect(answer.route.reasons.length).toBeGreaterThan(1)
  const { inputTokens, outputTokens } = answer.usage
  expect(answer.costUsd).toBeCloseTo((inputTokens * 0.75 + outputTokens * 4.5) / 1e6, 9)
})

test('tasks, haste and a pin each lead to another model', async () => {
  const route = async (body: Record<string, unknown>) => ((await complete(body)).body as Answer).route
  expect((await route({ task: 'summary_long' })).provider).toBe('gemini')
  expect((await route({ latency: 'fast' })).provider).toBe('cerebras')
  expect((await route({ task: 'reasoning' })).model).toBe('gpt-5.4')
  expect(await route({ model: 'deepseek/deepseek-v4-pro' })).toMatchObject({ provider: 'deepseek', model: 'deepseek-v4-pro' })
  expect(await route({ model: 'gemini-2.5-flash' })).toMatchObject({ provider: 'gemini' })
})

test('a model that is down is passed over before a word was passed on, and that is told', async () => {
  await fault('openai', 'unavailable', true)
  const { body } = await complete({})
  await fault('openai', 'unavailable', false)
  const { route }: Answer = body
  expect(route.provider).toBe('deepseek')
  expect(route.skipped).toEqual([{ provider: 'openai', model: 'gpt-5.4-mini', why: expect.stringContaining('503') }])
})

test('an order that is itself at fault goes to nobody else', async () => {
  await fault('openai', 'too_long', true)
  const { status, body } = await complete({})
  await fault('openai', 'too_long', false)
  expect(status).toBe(400)
  expect((body as Refusal).error.kind).toBe('invalid')
})

test('a cost that only the answer tells is known; a lost answer leaves it unknown, never nought', async () => {
  const known: Answer = (await complete({ model: 'openrouter/openrouter/auto' })).body
  expect(known.costUsd).toBeGreaterThan(0)
  await fault('openrouter', 'breaks_in_stream', true)
  expect((await complete({ model: 'openrouter/openrouter/auto' })).status).toBeGreaterThanOrEqual(400)
  await fault('openrouter', 'breaks_in_stream', false)
  const { items } = await usage()
  expect(items.find(({ key }) => key === 'openrouter')).toMatchObject({ calls: 2, unknownCost: 1, costUsd: known.costUsd })
})

test('calls at the same time never pass the budget together', async () => {
  const { budget } = await usage()
  // Room for two and a half calls by their estimate: about $0.0045 for 1,000 tokens of answer each.
  const room = 12_000
  const spent = Math.ceil((budget.spentUsd + budget.reservedUsd) * 1e6)
  await running.ask('PUT', '/v1/ai/policy', { body: { monthlyBudgetMicroDollars: spent + room } })
  const order = { model: 'openai/gpt-5.4-mini', maxTokens: 1_000, messages: [{ role: 'user', content: 'say: slowly now' }] }
  const answers = await Promise.all(Array.from({ length: 8 }, () => complete(order)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
  const refused = answers.filter(({ status }) => status !== 200)
  for (const { status, body } of refused) {
    expect(status).toBe(402)
    expect((body as Refusal).error.message).toContain('budget')
  }
  const after = (await usage()).budget
  expect(Math.round((after.spentUsd + after.reservedUsd) * 1e6)).toBeLessThanOrEqual(spent + room)
  const { items } = (await running.ask('GET', '/v1/notices')).body as { items: { kind: string; title: string }[] }
  expect(items.find(({ kind }) => kind === 'ai_budget')?.title).toContain('used up')
})

test('the books hold no word of what was said', async () => {
  const secretWord = 'xylophone-canary'
  await complete({ messages: [{ role: 'user', content: `say: ${secretWord}` }] })
  const { body } = await running.ask('GET', '/v1/audit?limit=50')
  expect(JSON.stringify(body)).toContain('ai.answered')
  expect(JSON.stringify(body)).not.toContain(secretWord)
  const rows = running.app.foundation.database.sqlite.prepare('SELECT * FROM ai_usage').all()
  expect(JSON.stringify(rows)).not.toContain(secretWord)
})

test('a decision can be looked at without a call', async () => {
  const before = (await usage()).total.calls
  const { body } = await running.ask('POST', '/v1/ai/simulate', { body: { task: 'chat', inputTokens: 500_000 } })
  expect(body).toMatchObject({ route: { provider: 'gemini' }, estimateUsd: expect.any(Number) })
  expect((await usage()).total.calls).toBe(before)
})

test('what is refused is told in words', async () => {
  expect(((await complete({ model: 'nothing-4' })).body as Refusal).error).toMatchObject({
    kind: 'invalid',
    fields: [{ path: 'model' }],
  })
  expect((await complete({ surprise: 1 })).status).toBe(400)
  expect(((await complete({ agent: 'nobody' })).body as Refusal).error.kind).toBe('invalid')
  expect((await complete({ messages: [] })).status).toBe(400)
})

test('words come as they are written, over server-sent events', async () => {
  const response = await fetch(`${running.url}/v1/ai/stream`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer operator-token-for-tests-0123456789',
      'x-tenant-id': 'demo',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ task: 'chat', messages: hello }),
  })
  const text = await response.text()
  const events = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? '{}') as { type?: string })
  expect(events.map(({ type }) => type).filter(Boolean)).toEqual(['route', 'text', 'text', 'end'])
})

test('another tenant sees nothing of it', async () => {
  const made = (await running.ask('POST', '/v1/tenants', { body: { name: 'Other' } })).body as { id: string }
  const headers = { 'x-tenant-id': made.id }
  expect((await running.ask('GET', '/v1/ai/usage?by=provider', { headers })).body).toMatchObject({
    items: [],
    total: { calls: 0 },
  })
  const refused = await running.ask('POST', '/v1/ai/complete', { headers, body: { task: 'chat', messages: hello } })
  expect(refused.status).toBe(401)
  expect((refused.body as Refusal).error.message).toContain('it is not connected')
})
