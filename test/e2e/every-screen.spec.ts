/** Every screen in light, dark and narrow: nothing axe would fault, nothing that runs off the side. */
import AxeBuilder from '@axe-core/playwright'
import { expect, go, test } from './fixtures.ts'

const screens: readonly { path: string; heading: string | RegExp }[] = [
  { path: '/overview', heading: 'Overview' },
  { path: '/integrations', heading: 'Integrations' },
  { path: '/integrations/slack', heading: 'Integrations' },
  { path: '/messaging', heading: 'Messaging' },
  { path: '/messaging?tab=triggers', heading: 'Messaging' },
  { path: '/publishing', heading: 'Publishing' },
  { path: '/publishing?compose=several', heading: 'Publishing' },
  { path: '/publishing?tab=calendar', heading: 'Publishing' },
  { path: '/publishing?tab=calendar&view=week', heading: 'Publishing' },
  { path: '/publishing?tab=calendar&view=list', heading: 'Publishing' },
  { path: '/publishing?tab=campaigns', heading: 'Publishing' },
  { path: '/publishing?tab=outcomes', heading: 'Publishing' },
  { path: '/agents', heading: 'Agents' },
  { path: '/agents?id=kelly', heading: 'Agents' },
  { path: '/agents?tab=runs', heading: 'Agents' },
  { path: '/agents?tab=approvals', heading: 'Agents' },
  { path: '/agents?tab=costs', heading: 'Agents' },
  { path: '/jobs', heading: 'Jobs' },
  { path: '/files', heading: 'Files' },
  { path: '/audit', heading: 'Audit' },
  { path: '/ai', heading: 'AI providers' },
  { path: '/ai?tab=routing', heading: 'AI providers' },
  { path: '/ai?tab=cost', heading: 'AI providers' },
  { path: '/ai?tab=playground', heading: 'AI providers' },
  { path: '/billing', heading: 'Billing' },
  { path: '/billing?tab=subscriptions', heading: 'Billing' },
  { path: '/billing?tab=plans&id=new', heading: 'Billing' },
  { path: '/billing?tab=events', heading: 'Billing' },
  { path: '/sandbox', heading: 'Sandbox' },
  { path: '/settings/tenants', heading: 'Settings' },
  { path: '/settings/secrets', heading: 'Settings' },
  { path: '/settings/tokens', heading: 'Settings' },
  { path: '/settings/notifications', heading: 'Settings' },
  { path: '/settings/about', heading: 'Settings' },
]

/** Screens of which a table is the most, with its name. */
const tables = [
  ['/jobs', 'Jobs'],
  ['/audit', 'Audit events'],
  ['/files', 'Files'],
  ['/agents', 'Roster'],
  ['/agents?tab=runs', 'Runs'],
  ['/sandbox', 'Sandbox inbox'],
] as const

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen is accessible in ${colorScheme}`, async ({ demo }) => {
    test.setTimeout(120_000)
    await demo.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found: string[] = []
    for (const { path, heading } of screens) {
      await go(demo, path)
      await expect(demo.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
      const { violations } = await new AxeBuilder({ page: demo })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze()
      found.push(...violations.map(({ id, nodes }) => `${path}: ${id} at ${nodes[0]?.target.join(' ')}`))
    }
    expect(found).toEqual([])
  })
}

test('no screen runs off the side of a narrow window', async ({ demo }) => {
  await demo.setViewportSize({ width: 640, height: 800 })
  for (const { path, heading } of screens) {
    await go(demo, path)
    await expect(demo.getByRole('heading', { name: heading, level: 1 }).first()).toBeAttached()
    const overflow = await demo.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(overflow, path).toBeLessThanOrEqual(0)
  }
})

test('in a small window every table can be reached, and nothing lies over the status bar', async ({ demo }) => {
  await demo.setViewportSize({ width: 360, height: 640 })
  for (const [path, label] of tables) {
    await go(demo, path)
    const table = demo.getByRole('grid', { name: label })
    await expect(table).toBeAttached()
    await table.scrollIntoViewIfNeeded()
    await expect(table, path).toBeInViewport({ ratio: 0.1 })
    const over = await demo.getByRole('contentinfo').evaluate((bar) => {
      const { left, top, width, height } = bar.getBoundingClientRect()
      const hit = document.elementFromPoint(left + width / 2, top + height / 2)
      return bar.contains(hit) ? 'the bar' : hit?.outerHTML.slice(0, 80)
    })
    expect(over, path).toBe('the bar')
  }
})

test('a very narrow window folds the sidebar by itself, and opens it on demand', async ({ demo }) => {
  await demo.setViewportSize({ width: 360, height: 800 })
  await go(demo, '/overview')
  const expand = demo.getByRole('button', { name: 'Expand the sidebar' })
  await expect(expand).toBeVisible()
  await expand.click()
  await expect(demo.getByRole('link', { name: 'Publishing' })).toContainText('Publishing')
  await demo.setViewportSize({ width: 1366, height: 800 })
  await expect(demo.getByRole('button', { name: 'Collapse the sidebar' })).toBeVisible()
})
