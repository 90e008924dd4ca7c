/** Agents as their operator meets them: given work, watched, asked by, corrected, stopped, changed. */
import { expect, go, test } from './fixtures.ts'

const work = (...lines: string[]) => ['Say good morning on X.', 'script:', ...lines].join('\n')

async function giveWork(demo: import('@playwright/test').Page, agent: string, instruction: string): Promise<void> {
  await go(demo, `/agents?agent=${agent}`)
  await demo.getByRole('button', { name: 'Give work' }).click()
  await demo.getByRole('textbox', { name: 'Instruction' }).fill(instruction)
  await demo.getByRole('button', { name: 'Begin the run' }).click()
}

test('a run is watched, its question is changed before it is agreed to, and the post is the changed one', async ({ demo }) => {
  await giveWork(demo, 'kelly', work('call SOCIAL_POST-x {"text":"Good moning, harbour"}', 'say **Posted** as you wished.'))
  const run = demo.getByRole('complementary')
  await expect(run.getByText('Waits: X: Good moning, harbour')).toBeVisible()
  await go(demo, '/agents?tab=approvals')
  const decision = demo.getByRole('region', { name: 'Decision' })
  await expect(decision.getByText('Public', { exact: true })).toBeVisible()
  await expect(decision.getByText('Costs $0.015')).toBeVisible()
  await demo.keyboard.press('e')
  await decision.getByRole('textbox', { name: 'text' }).fill('Good morning, harbour')
  await expect(decision.locator('ins')).toHaveText('morning')
  await decision.getByRole('button', { name: 'Approve as edited' }).click()
  await expect(decision.getByText(/Approved by/)).toBeVisible()
  await decision.getByRole('button', { name: 'Open its run' }).click()
  await expect(run.getByText('Posted', { exact: true })).toBeVisible()
  await go(demo, '/sandbox?provider=x')
  await expect(demo.getByText('Good morning, harbour').first()).toBeVisible()
  await expect(demo.getByText('Good moning, harbour')).toHaveCount(0)
})

test('a rejection by keyboard is told to the agent with its reason', async ({ demo }) => {
  await giveWork(demo, 'kelly', work('call SOCIAL_POST-x {"text":"Too loud"}', 'say I left it.'))
  await go(demo, '/agents?tab=approvals')
  await expect(demo.getByRole('region', { name: 'Decision' }).getByText('Too loud').first()).toBeVisible()
  await demo.keyboard.press('x')
  await demo.getByRole('textbox', { name: 'Why not' }).fill('Not our tone')
  await demo.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(demo.getByText('Rejected by')).toBeVisible()
  await demo.getByRole('button', { name: 'Open its run' }).click()
  const run = demo.getByRole('complementary')
  await run.getByRole('button', { name: /X: Too loud/ }).click()
  await expect(run.getByText(/A person rejected it: Not our tone/)).toBeVisible()
})

test('an approval arrives in the chat with buttons, and a press there decides it', async ({ demo }) => {
  await giveWork(demo, 'kelly', work('call SOCIAL_POST-x {"text":"Agreed from afar"}', 'say Done.'))
  await go(demo, '/sandbox?provider=telegram')
  const inbox = demo.getByRole('grid', { name: 'Sandbox inbox' })
  await inbox
    .getByText(/Agreed from afar/)
    .first()
    .click()
  const message = demo.getByRole('complementary', { name: 'Message' })
  await message.getByRole('button', { name: 'Approve' }).click()
  await expect(message.getByRole('status')).toContainText('Pressed.')
  await expect(inbox.getByText('Approved.', { exact: true })).toBeVisible()
  await go(demo, '/agents?tab=approvals')
  await demo.getByText('All', { exact: true }).click()
  await expect(demo.getByText(/Approved by Demo Operator \(telegram \d+\)/)).toBeVisible()
})

test('what an agent may do is changed by saving, and a new tool asks', async ({ demo }) => {
  await go(demo, '/agents?id=donna')
  const drawer = demo.getByRole('complementary')
  await drawer.getByRole('tab', { name: 'Tools' }).click()
  await drawer.getByRole('combobox', { name: 'Add a tool' }).fill('Send a Slack')
  await demo.getByRole('option', { name: 'Send a Slack message' }).click()
  await expect(drawer.getByText('Not saved yet: tools.')).toBeVisible()
  await drawer.getByRole('button', { name: 'Save Donna' }).click()
  await expect(drawer.getByText('Not saved yet')).toHaveCount(0)
  await demo.reload()
  await drawer.getByRole('tab', { name: 'Tools' }).click()
  await expect(
    drawer.getByRole('radiogroup', { name: 'How far Send a Slack message' }).getByRole('radio', { name: 'Asks' }),
  ).toBeChecked()
})

test('a paused agent begins nothing, and says so', async ({ demo }) => {
  await go(demo, '/agents?id=terry')
  const drawer = demo.getByRole('complementary')
  await drawer.getByRole('button', { name: 'Pause Terry' }).click()
  await expect(drawer.getByText('Paused', { exact: true })).toBeVisible()
  await giveWork(demo, 'terry', work('say Hello.'))
  await expect(demo.getByRole('complementary').getByText(/Waits: paused/)).toBeVisible()
  await demo.getByRole('complementary').getByRole('button', { name: 'Stop run' }).click()
  await expect(demo.getByRole('complementary').getByText('Cancelled').first()).toBeVisible()
  await go(demo, '/agents?id=terry')
  await drawer.getByRole('button', { name: 'Resume Terry' }).click()
})
