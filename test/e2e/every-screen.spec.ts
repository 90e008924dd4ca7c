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
  { path: '/settings/secret-storage', heading: 'Settings' },
  { path: '/settings/tokens', heading: 'Settings' },
  { path: '/settings/notifications', heading: 'Settings' },
  { path: '/settings/about', heading: 'Settings' },
]

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
