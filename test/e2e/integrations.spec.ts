import { expect, go, signIn, test } from './fixtures.ts'

test('a broken connection says what happened and why, and is whole again after a real call', async ({ demo }) => {
  await go(demo, '/integrations/resend')
  const drawer = demo.getByRole('complementary', { name: 'Resend' })
  await expect(drawer.getByText(/API key/).first()).toBeVisible()
  await drawer.getByRole('button', { name: 'Test now' }).click()
  await expect(drawer.getByText('Connected').first()).toBeVisible()
})

test('a secret goes in and never comes out', async ({ demo, serve }) => {
  const { telegramSandbox } = await import('../../electron/sandbox/telegram.ts')
  const store = (credential: unknown) => serve.ask('PUT', '/v1/connections/telegram', { credential, check: false })
  await store({ botToken: '123456:canary-canary-canary' })
  const { body } = await serve.ask('GET', '/v1/connections/telegram')
  expect(JSON.stringify(body)).not.toContain('canary')
  await go(demo, '/integrations/telegram')
  await demo.getByRole('tab', { name: 'Setup' }).click()
  await expect(demo.getByLabel(/Bot token/).first()).toBeVisible()
  expect(await demo.content()).not.toContain('canary')
  // The other tests of this engine send through the same bot.
  await store(telegramSandbox.demoCredential)
})

test('a link is good once; without it the page says how to get another', async ({ browser, serve }) => {
  const stranger = await browser.newPage()
  await stranger.goto(serve.url)
  await expect(stranger.getByText('npm run atlas -- sign-in')).toBeVisible()
  await signIn(stranger, serve)
  await expect(stranger.getByRole('button', { name: 'Explore the demo' })).toBeVisible()
  await stranger.close()
})
