/** Publishing from the browser: limits while writing, prices before sending, posts that wait for a review or a person. */
import { expect, go, test } from './fixtures.ts'

test('a post is counted, priced, published and shown as live', async ({ demo }) => {
  await go(demo, '/publishing?platform=x')
  const text = demo.getByRole('textbox', { name: 'Text' })
  await text.fill('x'.repeat(281))
  await expect(demo.getByText('text: 281 of 280')).toBeVisible()
  await expect(demo.getByRole('button', { name: 'Publish post' })).toBeDisabled()
  await text.fill('Good morning, harbour')
  await expect(demo.getByText('X charges $0.015 for it')).toBeVisible()
  await expect(demo.getByRole('region', { name: 'Preview on X' })).toContainText('Good morning, harbour')
  await demo.getByRole('button', { name: 'Publish post' }).click()
  const row = demo.getByRole('grid', { name: 'Posts' }).getByRole('row').filter({ hasText: 'Good morning, harbour' })
  await expect(row).toContainText('Succeeded')
})

test('a post on a platform without an API is handed to a person, and done by their word', async ({ demo }) => {
  await go(demo, '/publishing?platform=alignable')
  await demo.getByRole('textbox', { name: 'Text' }).fill('We open on Monday')
  await demo.getByRole('button', { name: 'Put on my list' }).click()
  const row = demo.getByRole('grid', { name: 'Posts' }).getByRole('row').filter({ hasText: 'We open on Monday' })
  await expect(row).toContainText('Waiting')
  await row.click()
  await demo.getByLabel('Address of the post').fill('https://www.alignable.com/p/1')
  await demo.getByRole('button', { name: 'I posted it' }).click()
  await expect(row).toContainText('Succeeded')
})

test('a post waits for the review of the app, and goes out once that is approved', async ({ demo }) => {
  await go(demo, '/publishing?platform=facebook')
  await demo.getByRole('textbox', { name: 'Text' }).fill('Parked until Meta says yes')
  await demo.getByRole('button', { name: 'Queue post' }).click()
  const row = demo.getByRole('grid', { name: 'Posts' }).getByRole('row').filter({ hasText: 'Parked until Meta says yes' })
  await expect(row).toContainText('Meta has not approved the app')
  await go(demo, '/integrations/meta?tab=review')
  await demo.getByLabel('Where the review stands').first().click()
  await demo.getByRole('option', { name: 'Approved' }).click()
  await demo.getByRole('button', { name: 'Resume 1 parked post' }).click()
  await go(demo, '/publishing?platform=facebook')
  await expect(row).toContainText('Succeeded')
})

test('signing in goes to the page of the service and comes back by itself', async ({ demo }) => {
  await go(demo, '/integrations/linkedin?tab=access')
  const [page] = await Promise.all([
    demo.waitForEvent('popup'),
    demo.getByRole('button', { name: /^(Sign in again|Sign in to LinkedIn)$/ }).click(),
  ])
  await page.getByRole('link', { name: 'Sign in as Demo Member' }).click()
  await expect(page.getByRole('heading', { name: 'Atlas UX has the answer' })).toBeVisible()
  await page.close()
  await expect(demo.getByText('The sign-in succeeded.')).toBeVisible()
})

test('a service that takes no address on this machine is signed in to by a pasted one', async ({ demo }) => {
  await go(demo, '/integrations/meta?tab=access')
  const [page] = await Promise.all([
    demo.waitForEvent('popup'),
    demo.getByRole('button', { name: /^(Sign in again|Sign in to Meta)$/ }).click(),
  ])
  const link = page.getByRole('link', { name: 'Sign in as Demo Operator' })
  const address = (await link.getAttribute('href')) ?? ''
  await page.close()
  const field = demo.getByLabel('Address you were sent to')
  await field.fill(address.replace(/state=[^&]+/, 'state=another'))
  await demo.getByRole('button', { name: 'Finish sign-in' }).click()
  await expect(demo.getByText('This address belongs to another sign-in')).toBeVisible()
  await field.fill(address)
  await demo.getByRole('button', { name: 'Finish sign-in' }).click()
  await expect(demo.getByText('The sign-in succeeded.')).toBeVisible()
})
