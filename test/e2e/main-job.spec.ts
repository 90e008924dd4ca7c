/** The main job, as an operator does it: send by all four ways, watch it arrive, decide what only a person can, prove it. */
import type { Page } from '@playwright/test'
import { expect, go, test } from './fixtures.ts'

interface Draft {
  tab: string
  fields: Record<string, string>
  text: string
}

const drafts: readonly Draft[] = [
  {
    tab: 'E-mail',
    fields: { To: 'customer@example.com', Subject: 'From the browser', Text: 'Mail from the browser' },
    text: 'Mail from the browser',
  },
  { tab: 'Telegram', fields: { Text: 'Telegram from the browser' }, text: 'Telegram from the browser' },
  { tab: 'Slack', fields: { Text: 'Slack from the browser' }, text: 'Slack from the browser' },
]

async function compose(page: Page, { tab, fields }: Draft): Promise<void> {
  await go(page, '/messaging?compose=1')
  await page.getByRole('tab', { name: tab }).click()
  const form = page.locator('form')
  for (const [label, value] of Object.entries(fields)) await form.getByLabel(label, { exact: false }).first().fill(value)
  await form.getByRole('button', { name: 'Send message' }).click()
}

test('a message by each way succeeds and lies in the sandbox inbox', async ({ demo }) => {
  for (const draft of drafts) {
    await compose(demo, draft)
    await expect(
      demo
        .locator('[role=status]')
        .filter({ hasText: 'Succeeded' })
        .filter({ hasText: draft.fields.Subject ?? draft.text })
        .first(),
      draft.tab,
    ).toBeVisible()
  }
  await go(demo, '/messaging?compose=1')
  await demo.getByRole('tab', { name: 'Teams' }).click()
  const form = demo.locator('form')
  await form.getByRole('combobox', { name: /Team/ }).or(form.getByLabel(/^Team/)).first().click()
  await demo.getByRole('option', { name: 'Demo Team' }).click()
  await form
    .getByLabel(/^Channel/)
    .first()
    .click()
  await demo.getByRole('option', { name: /General/ }).click()
  await form.getByLabel(/^Text/).first().fill('Teams from the browser')
  await form.getByRole('button', { name: 'Send message' }).click()
  await expect(
    demo.locator('[role=status]').filter({ hasText: 'Succeeded' }).filter({ hasText: 'Teams from the browser' }),
  ).toBeVisible()

  await go(demo, '/sandbox')
  for (const text of [...drafts.map((draft) => draft.text), 'Teams from the browser']) {
    await expect(demo.getByRole('gridcell', { name: text }).first()).toBeVisible()
  }
})

test('a lost answer waits for a person, who looks and says that it went out', async ({ demo }) => {
  await go(demo, '/jobs?state=unknown')
  await demo.getByRole('row', { name: /Your parcel left the warehouse/ }).click()
  await expect(demo.getByText('It may have gone out').first()).toBeVisible()
  await demo.getByLabel('Note for the audit log').fill('Seen in the sandbox inbox')
  await demo.getByRole('button', { name: 'It went out' }).click()
  await expect(demo.getByRole('tab', { name: 'Outcome unknown 0' })).toBeVisible()
})

test('a refused job tells its reason, and retrying all of a filter says first what it will do', async ({ demo }) => {
  await go(demo, '/jobs?state=failed')
  await expect(demo.getByRole('gridcell', { name: /That channel is archived/ }).first()).toBeVisible()
  await demo.getByRole('button', { name: 'Retry all that match' }).click()
  await demo.getByRole('button', { name: /^Retry \d+ failed jobs?$/ }).click()
  await expect(demo.getByText('See how it goes')).toBeVisible()
})

test('the chain verifies on screen, and a search finds what was decided', async ({ demo }) => {
  await go(demo, '/audit')
  await demo.getByRole('button', { name: 'Verify chain' }).click()
  await expect(demo.getByText(/Verified \d+ events/)).toBeVisible()
  await demo.getByLabel('Search the audit log').fill('action:job.queued')
  await demo.getByRole('button', { name: 'Search' }).click()
  await expect(demo.getByRole('row', { name: /job\.queued/ }).first()).toBeVisible()
  await expect(demo).toHaveURL(/action=job\.queued/)
})

test('a double click is one message', async ({ demo }) => {
  await go(demo, '/messaging?compose=1')
  await demo.getByRole('tab', { name: 'Slack' }).click()
  const form = demo.locator('form')
  await form.getByLabel(/^Text/).first().fill('Only once, please')
  await form.getByRole('button', { name: 'Send message' }).dblclick()
  await go(demo, '/jobs?text=Only once')
  await expect(demo.getByRole('row', { name: /Only once, please/ })).toHaveCount(1)
})
