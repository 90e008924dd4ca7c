/** The publishing desk from the browser: campaigns, the calendar by keyboard and by dragging, slots, files, outcomes. */
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, go, test } from './fixtures.ts'

const zone = 'zone=Europe%2FBerlin'

/** Asks the engine as the page could. */
async function ask(page: Page, method: string, path: string, body: unknown): Promise<void> {
  const status = await page.evaluate(
    async (request) => {
      const headers = { 'x-atlas': '1', 'x-tenant-id': 'demo', 'content-type': 'application/json' }
      const { method, path, body } = request
      return (await fetch(`/v1${path}`, { method, headers, body: JSON.stringify(body) })).status
    },
    { method, path, body },
  )
  expect(status).toBeLessThan(300)
}

const fault = (page: Page, name: string, active: boolean) =>
  ask(page, 'PUT', '/sandbox/faults', { provider: 'x', fault: name, active })

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(' ')}`)).toEqual([])
}

async function writeCampaign(page: Page, text: string, platforms: readonly RegExp[]): Promise<void> {
  await go(page, '/publishing?compose=several')
  await page.getByLabel('Text for all platforms').fill(text)
  for (const name of platforms) await page.getByRole('group', { name: 'Platforms' }).getByText(name).click()
}

async function scheduleAt(page: Page, day: string, clock: string): Promise<void> {
  await page.getByLabel('At a time').check()
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin')
  await page.getByRole('option', { name: 'Europe/Berlin' }).click()
  await page.getByLabel('Day').fill(day)
  await page.getByLabel('Time', { exact: true }).fill(clock)
}

test('one text goes to several platforms, each with what it alone needs, and is told as one', async ({ demo }) => {
  await writeCampaign(demo, `Long ${'x'.repeat(290)}`, [/^X ·/, /^Tumblr ·/])
  await expect(demo.getByText(/X: text is 295 long/)).toBeVisible()
  await expect(demo.getByRole('button', { name: 'Publish 2 posts' })).toBeDisabled()
  await demo.getByLabel('Another text for X').check()
  await demo.getByRole('textbox', { name: 'Text for X' }).fill('Short for X')
  await demo.getByRole('button', { name: 'Publish 2 posts' }).click()
  const drawer = demo.getByRole('complementary', { name: /Long/ })
  await expect(drawer).toContainText('2 of 2 live')
  await go(demo, '/publishing?tab=campaigns')
  await expect(demo.getByRole('grid', { name: 'Campaigns' }).getByRole('row').filter({ hasText: 'Long' })).toContainText('Live')
})

test('a scheduled post moves by keyboard and by dragging, with the change of clocks told', async ({ demo }) => {
  await writeCampaign(demo, 'Moves through spring', [/^X ·/])
  await scheduleAt(demo, '2031-03-27', '02:30')
  await expect(demo.getByText('Thu, 27 Mar 2031, 02:30 in Europe/Berlin, which is 01:30 UTC.')).toBeVisible()
  await demo.getByRole('button', { name: 'Schedule 1 post' }).click()
  await expect(demo.getByText('0 of 1 live, 1 scheduled')).toBeVisible()

  await go(demo, `/publishing?tab=calendar&day=2031-03-10&${zone}`)
  const chip = demo.getByRole('button', { name: /02:30 X\s+Scheduled:\s+Moves through spring/ })
  await chip.focus()
  await demo.keyboard.press('m')
  const dialog = demo.getByRole('dialog', { name: 'Move a post' })
  await dialog.getByLabel('Day').fill('2031-03-30')
  await expect(dialog.getByText('so this time does not exist')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Move post' })).toBeDisabled()
  await expectAccessible(demo)
  await dialog.getByRole('button', { name: /Take 03:00/ }).click()
  await expect(dialog.getByText('Sun, 30 Mar 2031, 03:00 in Europe/Berlin, which is 01:00 UTC.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Move post' }).click()
  await expect(dialog).toBeHidden()
  const moved = demo.getByRole('button', { name: /03:00 X\s+Scheduled:\s+Moves through spring/ })
  await expect(moved).toBeVisible()

  const cell = (day: string) => demo.getByRole('cell').filter({ has: demo.locator(`time[datetime="${day}"]`) })
  await expect(cell('2031-03-30').getByRole('button')).toHaveCount(1)
  await moved.dragTo(cell('2031-03-12'))
  await expect(cell('2031-03-12').getByRole('button', { name: /03:00 X/ })).toBeVisible()
  await expect(cell('2031-03-30').getByRole('button')).toHaveCount(0)

  await demo.getByRole('button', { name: /03:00 X/ }).click()
  await expect(demo.getByRole('region', { name: 'Chosen post' })).toContainText('03:00 in Europe/Berlin, which is 02:00 UTC')
  await expectAccessible(demo)

  await go(demo, `/publishing?tab=calendar&view=week&day=2031-03-12&${zone}`)
  const week = demo.getByRole('table', { name: /Posts of 10/ })
  await week.getByRole('button', { name: /03:00 X/ }).dragTo(
    week
      .getByRole('row', { name: /^05:00/ })
      .getByRole('cell')
      .nth(3),
  )
  await expect(week.getByRole('row', { name: /^05:00/ }).getByRole('button', { name: /05:00 X/ })).toBeVisible()

  await go(demo, `/publishing?tab=calendar&view=list&day=2031-03-12&${zone}`)
  const row = demo.getByRole('grid', { name: 'Posts by time' }).getByRole('row').filter({ hasText: 'Moves through spring' })
  await expect(row).toContainText('Thu, 13 Mar 2031, 05:00')
  await row.click()
  await demo.getByRole('region', { name: 'Chosen post' }).getByRole('button', { name: 'Move…' }).click()
  await expect(dialog).toBeVisible()
})

test('a time that comes twice is taken only once a person says which', async ({ demo }) => {
  await writeCampaign(demo, 'In autumn', [/^X ·/])
  await scheduleAt(demo, '2031-10-26', '02:30')
  await expect(demo.getByRole('button', { name: 'Schedule 1 post' })).toBeDisabled()
  await demo.getByLabel(/The second 02:30, which is 01:30 UTC/).check()
  await demo.getByRole('button', { name: 'Schedule 1 post' }).click()
  await expect(demo.getByText('0 of 1 live, 1 scheduled')).toBeVisible()
})

test('a queue gives each post the next free slot of its agent', async ({ demo }) => {
  await go(demo, `/publishing?tab=calendar&${zone}`)
  await demo.getByRole('button', { name: 'Slots…' }).click()
  const dialog = demo.getByRole('dialog', { name: 'Weekly slots' })
  await dialog.getByLabel('Agent').click()
  await demo.getByRole('option', { name: /^Kelly/ }).click()
  await dialog.getByRole('button', { name: 'Add slot' }).click()
  await dialog.getByRole('button', { name: 'Save slots' }).click()
  await expect(dialog.getByText(/Next free: Mon, .*, 09:00 in Europe\/Berlin/)).toBeVisible()
  await expectAccessible(demo)
  await demo.keyboard.press('Escape')
  await writeCampaign(demo, 'In the queue', [/^X ·/])
  await demo.getByLabel('In the next free slot of an agent').check()
  await demo.getByRole('combobox', { name: 'Whose slot' }).click()
  await demo.getByRole('option', { name: /^Kelly/ }).click()
  await expect(demo.getByText(/Free now: Mon, /)).toBeVisible()
  await demo.getByRole('button', { name: 'Schedule 1 post' }).click()
  await expect(demo.getByText('0 of 1 live, 1 scheduled')).toBeVisible()
})

test('a file is judged line by line, and imported whole and once', async ({ demo }) => {
  await go(demo, '/publishing?tab=campaigns')
  await demo.getByRole('button', { name: 'Import CSV…' }).click()
  const dialog = demo.getByRole('dialog', { name: 'Import posts' })
  const choose = (csv: string) =>
    dialog
      .locator('input[type="file"]')
      .last()
      .setInputFiles({ name: 'june.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await choose('platform,text,runAt\nx,From a file,2031-06-02T08:00:00Z\nmyspace,No,2031-06-02T08:00:00Z\n')
  await expect(dialog.getByText('1 of 2 lines are refused')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Import 2 posts' })).toBeDisabled()
  const good = 'platform,text,runAt\nx,From a file,2031-06-02T08:00:00Z\nx,Another line,2031-06-03T08:00:00Z\n'
  await choose(good)
  await expectAccessible(demo)
  await dialog.getByRole('button', { name: 'Import 2 posts' }).click()
  await expect(demo.getByText('0 of 2 live, 2 scheduled').first()).toBeVisible()
  await demo.getByRole('button', { name: 'Import CSV…' }).click()
  await choose(good)
  await expect(dialog.getByText('This file was imported before')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Import 2 posts' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Open it' }).click()
  await demo.getByRole('button', { name: 'Cancel what is to come…' }).click()
  await demo.getByRole('button', { name: 'Cancel 2 posts' }).click()
  await expect(demo.getByText('0 of 2 live, 2 cancelled').first()).toBeVisible()
})

test('a lost answer is settled with what is known of it, and a post by hand is done by a person’s word', async ({ demo }) => {
  await fault(demo, 'reset_after_receipt', true)
  await writeCampaign(demo, 'Did this go out', [/^X ·/])
  await demo.getByRole('button', { name: 'Publish 1 post' }).click()
  await expect(demo.getByRole('complementary').getByText('0 of 1 live, 1 unknown')).toBeVisible()
  await fault(demo, 'reset_after_receipt', false)
  await writeCampaign(demo, 'We greet the harbour by hand', [/^Alignable ·/])
  await demo.getByRole('button', { name: 'Publish 1 post' }).click()

  await go(demo, '/publishing?tab=outcomes')
  const doubtful = demo.getByRole('article').filter({ hasText: 'Did this go out' })
  await expect(doubtful.getByRole('region', { name: 'What is known' })).toContainText('through x; attempt 1')
  await doubtful.getByRole('button', { name: 'Look it up' }).click()
  await doubtful.getByRole('button', { name: 'This is it' }).first().click()
  await expect(doubtful).toBeHidden()
  await expect(demo.getByRole('tab', { name: 'Outcomes' })).toBeVisible()

  const byHand = demo.getByRole('article').filter({ hasText: 'We greet the harbour by hand' })
  await byHand.getByLabel('Address of the post').fill('https://www.alignable.com/p/2')
  await byHand.getByRole('button', { name: 'I posted it' }).click()
  await expect(byHand).toBeHidden()
})

test('only what failed of a campaign is retried', async ({ demo }) => {
  await fault(demo, 'forbidden', true)
  await writeCampaign(demo, 'Half of it works', [/^X ·/, /^Tumblr ·/])
  await demo.getByRole('button', { name: 'Publish 2 posts' }).click()
  const drawer = demo.getByRole('complementary', { name: 'Half of it works' })
  await expect(drawer).toContainText('1 of 2 live, 1 failed')
  await fault(demo, 'forbidden', false)
  await expectAccessible(demo)
  await drawer.getByRole('button', { name: 'Retry the failed post' }).click()
  await expect(drawer).toContainText('2 of 2 live')
})

test('a post that an agent wrote stands in the calendar as a draft, and leads to its approval', async ({ demo }) => {
  await ask(demo, 'PATCH', '/agents/kelly', { tools: [{ tool: 'SOCIAL_POST/x', autonomy: 'ask', perDay: null }] })
  const instruction = ['Do the work.', 'script:', 'call SOCIAL_POST-x {"text":"Written by Kelly"}', 'say Written.'].join('\n')
  await ask(demo, 'POST', '/agents/kelly/runs', { instruction })
  await go(demo, '/publishing?tab=calendar&view=week')
  await demo.getByRole('button', { name: /X\s+Draft:\s+Written by Kelly/ }).click()
  const chosen = demo.getByRole('region', { name: 'Chosen post' })
  await expect(chosen).toContainText('Once approved, it can be moved')
  await chosen.getByRole('link', { name: 'Open its approval' }).click()
  await expect(demo.getByText('Written by Kelly').first()).toBeVisible()
  await expect(demo.getByRole('tab', { name: /Approvals/, selected: true })).toBeVisible()
})
