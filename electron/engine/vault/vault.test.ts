import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chooseVault } from './choose-vault.ts'
import { readVersion, storeVersion } from './credentials.ts'
import { createFileVault } from './file-vault.ts'
import { createMemoryVault } from './memory-vault.ts'
import { pieceLength, piecesAfter, toPieces } from './pieces.ts'
import { openRecovery, sealRecovery } from './recovery.ts'
import { createRedactor } from './redact.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-vault-'))
  file = join(folder, 'vault.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const refusal = (code: string) => ({ failure: { kind: 'forbidden', code } })

describe('the encrypted file', () => {
  test('is empty until a passphrase is chosen, which then opens it and no other does', async () => {
    const first = createFileVault(file)
    expect(await first.status()).toMatchObject({ state: 'empty', locked: true })
    await expect(first.set('s', 'a', 'secret')).rejects.toMatchObject(refusal('vault_empty'))
    await first.unlock('correct horse')
    await first.set('s', 'a', 'the secret')

    const second = createFileVault(file)
    expect(await second.status()).toMatchObject({ state: 'locked' })
    await expect(second.get('s', 'a')).rejects.toMatchObject(refusal('vault_locked'))
    await expect(second.unlock('wrong horse')).rejects.toMatchObject(refusal('vault_passphrase'))
    await second.unlock('correct horse')
    expect(await second.get('s', 'a')).toBe('the secret')
    await second.lock()
    await expect(second.get('s', 'a')).rejects.toMatchObject(refusal('vault_locked'))
  })

  test('holds nothing readable and belongs to its owner alone', async () => {
    const vault = createFileVault(file)
    await vault.unlock('correct horse')
    await vault.set('Atlas UX/t', 'slack/1', 'canary-secret-value')
    expect(readFileSync(file, 'utf8')).not.toContain('canary')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('does not open a secret that was moved to another name or changed', async () => {
    const vault = createFileVault(file)
    await vault.unlock('correct horse')
    await vault.set('t1', 'a', 'secret')
    const content = JSON.parse(readFileSync(file, 'utf8'))
    content.entries['t2|a'] = content.entries['t1|a']
    writeFileSync(file, JSON.stringify(content))
    await expect(vault.get('t2', 'a')).rejects.toMatchObject(refusal('vault_lost'))
  })

  test('that cannot be read is told as lost and left as it is', async () => {
    writeFileSync(file, '{"format":"atlas-vault-1","sa')
    const vault = createFileVault(file)
    expect(await vault.status()).toMatchObject({ state: 'lost', locked: true })
    await expect(vault.unlock('anything at all')).rejects.toMatchObject(refusal('vault_lost'))
    expect(readFileSync(file, 'utf8')).toBe('{"format":"atlas-vault-1","sa')
  })

  test('is opened at start with the passphrase of the environment', async () => {
    const vault = await chooseVault({ wanted: 'file', passphrase: 'correct horse', dataDir: folder })
    expect(await vault.status()).toMatchObject({ backend: 'file', state: 'ok' })
  })
})

test('a credential the database knows and the vault does not is lost, never "not configured"', async () => {
  const vault = createMemoryVault()
  const name = { tenantId: 't', provider: 'slack', version: 1 }
  await storeVersion(vault, name, { botToken: 'x' })
  expect(await readVersion(vault, name)).toEqual({ botToken: 'x' })
  await expect(readVersion(vault, { ...name, version: 2 })).rejects.toMatchObject(refusal('vault_lost'))
})

test('pieces fit the smallest store and come together again, whatever the secret', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6_000 }), (secret) => {
      const [head = '', ...rest] = toPieces(secret)
      const together = piecesAfter(head) === 0 ? head : rest.join('')
      expect(together).toBe(secret)
      expect(Math.max(...[head, ...rest].map((piece) => piece.length))).toBeLessThanOrEqual(
        Math.max(pieceLength, secret.length > pieceLength ? pieceLength : secret.length),
      )
    }),
  )
})

test('a recovery export opens with its passphrase alone', async () => {
  const sealed = await sealRecovery({ slack: { credential: { botToken: 'canary' } } }, 'correct horse')
  expect(sealed).not.toContain('canary')
  expect(await openRecovery(sealed, 'correct horse')).toEqual({ slack: { credential: { botToken: 'canary' } } })
  await expect(openRecovery(sealed, 'wrong horse')).rejects.toMatchObject({ failure: { kind: 'forbidden' } })
  await expect(openRecovery(sealed.slice(0, 60), 'correct horse')).rejects.toMatchObject({ failure: { kind: 'invalid' } })
})

test('the redactor blanks a secret in every form it takes on a wire', () => {
  const secret = 'p@ss/w0rd+"quoted"='
  const redactor = createRedactor()
  redactor.add({ nested: [{ clientSecret: secret }] })
  const bytes = Buffer.from(secret)
  const forms = [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    encodeURIComponent(secret),
    JSON.stringify(secret),
  ]
  for (const form of forms) expect(redactor.redact(`before ${form} after`)).not.toContain(form.replaceAll('"', '').slice(2, 12))
  expect(redactor.redact('an ordinary line')).toBe('an ordinary line')
  expect(redactor.redact('https://api.telegram.org/bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe')).not.toContain('AAHdq')
  expect(redactor.redact('authorization: Bearer abcdef.ghijkl')).not.toContain('abcdef')
})
