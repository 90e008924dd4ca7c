/** Billing as an operator does it: make a plan, have somebody pay, see them arrive, change what they have, end it. */
import type { Page } from '@playwright/test'
import { expect, go, test } from './fixtures.ts'

async function succeeded(page: Page, what: RegExp): Promise<void> {
  await expect(page.getByRole('status', { name: what }).getByText('Succeeded').first()).toBeVisible()
}

test('from a plan to a paid, changed and ended subscription', async ({ demo, context }) => {
  test.setTimeout(120_000)
  await go(demo, '/billing')
  await expect(demo.getByText('Test mode')).toBeVisible()

  await demo.getByRole('button', { name: 'New plan' }).first().click()
  const drawer = demo.getByRole('complementary')
  await drawer.getByLabel('Name').fill('Studio')
  await drawer.getByLabel('Price a month').fill('49.99')
  const year = drawer.getByRole('table', { name: 'Price of a year' })
  await expect(year.getByText('$599.88')).toBeVisible()
  await expect(year.getByText('−$119.98')).toBeVisible()
  await expect(year.getByText('$479.90')).toBeVisible()
  await drawer.getByRole('button', { name: 'Create plan' }).click()
  await succeeded(demo, /Plan Studio/)

  await demo.getByRole('row', { name: /Studio \$49\.99 \$479\.90 20 %/ }).click()
  await drawer.getByLabel('E-mail of the customer').fill('grace@example.com')
  await drawer.getByRole('button', { name: 'Checkout page, monthly' }).click()
  const link = drawer.getByRole('link', { name: 'Open the checkout page' })
  const address = await link.getAttribute('href')
  const shop = await context.newPage()
  await shop.goto(address ?? '')
  await expect(shop.getByText('4999 minor units of USD')).toBeVisible()
  await shop.getByRole('button', { name: 'Pay', exact: true }).click()
  await expect(shop.getByRole('heading', { name: 'Thank you' })).toBeVisible()
  await shop.close()
  await demo.bringToFront()

  await demo.getByRole('tab', { name: 'Events' }).click()
  await demo.getByRole('button', { name: 'Check for events' }).click()
  await expect(demo.getByRole('row', { name: /checkout\.session\.completed .* complete asking/ })).toBeVisible()
  await demo.getByRole('tab', { name: 'Invoices' }).click()
  const invoice = demo.getByRole('row', { name: /Paid .* \$49\.99/ })
  const pdf = await invoice.getByRole('link', { name: /PDF/ }).getAttribute('href')
  const printed = await demo.request.get(pdf ?? '')
  expect((await printed.body()).subarray(0, 5).toString()).toBe('%PDF-')

  await demo.getByRole('tab', { name: 'Subscriptions' }).click()
  await demo
    .getByRole('row', { name: /Active .* \$49\.99 a month/ })
    .first()
    .click()
  await drawer.getByRole('combobox', { name: 'Price' }).click()
  await demo.getByRole('option', { name: /Studio, \$479\.90 a year/ }).click()
  await drawer.getByRole('button', { name: 'Preview change' }).click()
  const next = drawer.getByRole('table', { name: 'Next invoice after the change' })
  await expect(next.getByText('Unused time on Studio')).toBeVisible()
  await expect(next.getByText(/-\$49\.99/)).toBeVisible()
  await drawer.getByRole('button', { name: 'Confirm change' }).click()
  await succeeded(demo, /Change sub_/)
  await expect(demo.getByRole('row', { name: /\$479\.90 a year/ })).toBeVisible()

  await drawer.getByRole('button', { name: 'Cancel at period end' }).click()
  await demo.getByRole('dialog').getByRole('button', { name: 'Cancel at period end' }).click()
  await succeeded(demo, /Cancel sub_/)
  await expect(demo.getByRole('row', { name: /Ends .* \$479\.90 a year/ })).toBeVisible()
})

test('a delivery that nobody signed is refused, and a declined card calls a person', async ({ demo, serve, context }) => {
  const body = JSON.stringify({ id: 'evt_forged', object: 'event', type: 'invoice.paid', created: 1, data: { object: {} } })
  const refused = await demo.request.post(`${serve.url}/v1/billing/webhook?tenant=demo`, {
    headers: { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' },
    data: body,
  })
  expect(refused.status()).toBe(400)

  await go(demo, '/billing?tab=plans&id=prod_demo_starter')
  const drawer = demo.getByRole('complementary')
  await drawer.getByRole('button', { name: 'Checkout page, monthly' }).click()
  const address = await drawer.getByRole('link', { name: 'Open the checkout page' }).getAttribute('href')
  const shop = await context.newPage()
  await shop.goto(address ?? '')
  await shop.getByRole('button', { name: 'Pay with a declined card' }).click()
  await expect(shop.getByText('The card was declined.')).toBeVisible()
  await shop.close()
  await demo.bringToFront()
  await demo.getByRole('tab', { name: 'Events' }).click()
  await expect(demo.getByText('A webhook was refused')).toBeVisible()
  await demo.getByRole('button', { name: 'Check for events' }).click()
  await expect(demo.getByRole('row', { name: /invoice\.payment_failed .* open asking/ })).toBeVisible()
  const { body: notices } = await serve.ask('GET', '/v1/notices')
  expect(JSON.stringify(notices)).toContain('A payment of $29.00 failed')
})
