/** Who is told: a chain that is made, tried and put in order; and a notice that somebody has seen, or closes. */
import { expect, go, test } from './fixtures.ts'

test('people are added, tried with the outcome observed, and put in another order', async ({ demo }) => {
  await go(demo, '/settings/notifications')
  const people = demo.getByRole('region', { name: 'Who is told' })
  const form = people.getByRole('form', { name: 'Add a person' })
  await form.getByLabel('Name').fill('Ada')
  await form.getByRole('textbox', { name: 'Chat' }).fill('not a chat')
  await form.getByRole('button', { name: 'Add' }).click()
  await expect(form.getByText('must be a chat number or an @name')).toBeVisible()
  await form.getByRole('textbox', { name: 'Chat' }).fill('700300')
  await form.getByRole('button', { name: 'Add' }).click()
  await expect(people.getByText(/Ada, at once, by Telegram in chat 700300/)).toBeVisible()
  await people.getByRole('button', { name: 'Send a test to Ada' }).click()
  await expect(people.getByRole('status').getByText('Succeeded')).toBeVisible()

  await form.getByLabel('Name').fill('Grace')
  await form.getByRole('textbox', { name: 'Chat' }).fill('700301')
  await form.getByRole('button', { name: 'Add' }).click()
  await people.getByRole('button', { name: 'Tell Grace earlier' }).click()
  await expect(people.getByRole('listitem').first()).toContainText('Grace')
  await demo.reload()
  await expect(people.getByRole('listitem').first()).toContainText('Grace')
})

test('a notice is seen by somebody, and one that does not close by itself is closed', async ({ demo }) => {
  await go(demo, '/overview')
  await demo.getByRole('button', { name: /need you$/ }).click()
  const panel = demo.getByRole('dialog')
  const seen = panel.getByRole('button', { name: /^I have seen it: / })
  const before = await seen.count()
  await seen.first().click()
  await expect(seen).toHaveCount(before - 1)
  await expect(panel.getByText(/Seen by/)).toBeVisible()
  const dismiss = panel.getByRole('button', { name: /^Dismiss: Slack to #old-launch/ })
  await dismiss.click()
  await expect(dismiss).toHaveCount(0)
})
