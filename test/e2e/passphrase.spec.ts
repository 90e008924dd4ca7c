/** The encrypted file takes another passphrase on screen: the old one opens it no more, and what it holds is still there. */
import { startServe } from '../running-serve.ts'
import { expect, go, signIn, test } from './fixtures.ts'

const [old, next] = ['correct horse battery', 'staple correct horse']

test('the passphrase of secret storage is changed, and the old one opens it no more', async ({ page }) => {
  const serve = await startServe({ environment: { ATLAS_VAULT: 'file', ATLAS_VAULT_PASSPHRASE: old } })
  try {
    const { body } = await serve.ask('POST', '/v1/tenants', { name: 'Acme' })
    const { id } = body as { id: string }
    const kept = { credential: { botToken: '123456789:AAbbccddeeffgghhiijjkkllmmnnoopp' }, settings: {}, check: false }
    expect((await serve.ask('PUT', '/v1/connections/telegram', kept, id)).status).toBeLessThan(300)
    await signIn(page, serve)
    await go(page, '/settings/secrets')
    const change = page.getByRole('button', { name: 'Change passphrase' })
    const fill = async (current: string) => {
      await page.getByLabel('Current passphrase').fill(current)
      await page.getByLabel('New passphrase', { exact: true }).fill(next)
      await page.getByLabel('New passphrase again').fill(next)
    }
    await expect(change).toBeDisabled()
    await fill('another horse')
    await change.click()
    await expect(page.getByText('This is not the right one.')).toBeVisible()
    await fill(old)
    await change.click()
    await expect(page.getByText('The passphrase was changed.')).toBeVisible()
    await expect(page.getByLabel('Current passphrase')).toHaveValue('')

    await page.getByRole('button', { name: 'Lock secret storage' }).click()
    await page.getByRole('region', { name: 'Secret storage' }).getByRole('button', { name: 'Unlock secret storage' }).click()
    const dialog = page.getByRole('dialog', { name: 'Unlock secret storage' })
    await dialog.getByLabel('Passphrase', { exact: true }).fill(old)
    await dialog.getByRole('button', { name: 'Unlock' }).click()
    await expect(dialog.getByText('This is not the right one.')).toBeVisible()
    await dialog.getByLabel('Passphrase', { exact: true }).fill(next)
    await dialog.getByRole('button', { name: 'Unlock' }).click()
    await expect(dialog).toBeHidden()
    const moved = await serve.ask('POST', '/v1/vault/recovery-export', { passphrase: 'long enough' }, id)
    expect(moved.body).toMatchObject({ connections: ['telegram'] })
  } finally {
    expect(await serve.stop()).toBe(0)
  }
})
