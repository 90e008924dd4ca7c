import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '#shared/failure'
import { chooseVault } from './choose-vault.ts'
import { dropVersion, readVersion, storeVersion } from './credentials.ts'
import { createFileVault } from './file-vault.ts'
import { keychainFailure } from './keychain-words.ts'
import { createMemoryVault } from './memory-vault.ts'
import { headOf, toPieces } from './pieces.ts'
import { openRecovery, sealRecovery } from './recovery.ts'
import { createTurns } from './turns.ts'
import type { Vault } from './vault.ts'

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

  test('takes changes of several processes at once, and the first passphrase for all of them', async () => {
    const processes = [createFileVault(file), createFileVault(file), createFileVault(file)]
    await Promise.all(processes.map((vault) => vault.unlock('correct horse')))
    await Promise.all(processes.flatMap((vault, at) => [1, 2, 3].map((n) => vault.set('t', `${at}/${n}`, `${at}.${n}`))))
    const all = processes.flatMap((_, at) => [1, 2, 3].map((n) => processes[0]?.get('t', `${at}/${n}`)))
    expect(await Promise.all(all)).toEqual(['0.1', '0.2', '0.3', '1.1', '1.2', '1.3', '2.1', '2.2', '2.3'])
  })

  test('is not written with the key of another file that was put in its place', async () => {
    const vault = createFileVault(file)
    await vault.unlock('correct horse')
    rmSync(file)
    await createFileVault(file).unlock('another horse')
    await expect(vault.set('s', 'a', 'secret')).rejects.toMatchObject(refusal('vault_locked'))
  })

  test('takes another passphrase: all secrets are there under it alone, and an old copy opens nothing of the new file', async () => {
    const vault = createFileVault(file)
    await vault.unlock('correct horse')
    await vault.set('t1', 'a', 'first')
    await vault.set('t2', 'b', 'second')
    const before = readFileSync(file, 'utf8')
    const beside = createFileVault(file)
    await beside.unlock('correct horse')

    await vault.changePassphrase('correct horse', 'battery staple')
    expect(await vault.get('t1', 'a')).toBe('first')
    await vault.set('t1', 'a', 'third')
    await expect(beside.get('t1', 'a')).rejects.toMatchObject(refusal('vault_locked'))
    const next = createFileVault(file)
    await expect(next.unlock('correct horse')).rejects.toMatchObject(refusal('vault_passphrase'))
    await next.unlock('battery staple')
    expect([await next.get('t1', 'a'), await next.get('t2', 'b')]).toEqual(['third', 'second'])
    const [old, now] = [JSON.parse(before), JSON.parse(readFileSync(file, 'utf8'))]
    expect(Object.values(now.entries)).not.toContainEqual(old.entries['t2|b'])
    writeFileSync(file, JSON.stringify({ ...now, salt: old.salt, key: old.key }))
    const mixed = createFileVault(file)
    await mixed.unlock('correct horse')
    await expect(mixed.get('t2', 'b')).rejects.toMatchObject(refusal('vault_lost'))
  })

  test('loses nothing that another process stores while the passphrase changes', async () => {
    const [vault, beside] = [createFileVault(file), createFileVault(file)]
    await vault.unlock('correct horse')
    await beside.unlock('correct horse')
    const changed = vault.changePassphrase('correct horse', 'battery staple')
    const stored: string[] = []
    for (let at = 0; (await beside.status()).state === 'ok'; at += 1) {
      const kept = await beside.set('t', `${at}`, `secret ${at}`).then(
        () => true,
        () => false,
      )
      if (kept) stored.push(`${at}`)
      await turn()
    }
    await changed
    expect(stored.length).toBeGreaterThan(1)
    for (const name of stored) expect(await vault.get('t', name)).toBe(`secret ${name}`)
  })

  test('keeps its passphrase where the current one is wrong, the next one is the same, or a secret cannot be read', async () => {
    const vault = createFileVault(file)
    await vault.unlock('correct horse')
    await vault.set('t1', 'a', 'first')
    await expect(vault.changePassphrase('wrong horse', 'battery staple')).rejects.toMatchObject({
      failure: { kind: 'forbidden', fields: [{ path: 'current' }] },
    })
    await expect(vault.changePassphrase('correct horse', 'correct horse')).rejects.toMatchObject({
      failure: { kind: 'invalid', fields: [{ path: 'next' }] },
    })
    const content = JSON.parse(readFileSync(file, 'utf8'))
    content.entries['t2|a'] = content.entries['t1|a']
    const damaged = JSON.stringify(content)
    writeFileSync(file, damaged)
    await expect(vault.changePassphrase('correct horse', 'battery staple')).rejects.toMatchObject(refusal('vault_lost'))
    expect(readFileSync(file, 'utf8')).toBe(damaged)
    expect(await vault.get('t1', 'a')).toBe('first')
  })

  test('goes on being the vault when a keychain would be there as well', async () => {
    await createFileVault(file).unlock('correct horse')
    const vault = await chooseVault({ wanted: undefined, passphrase: undefined, dataDir: folder })
    expect(await vault.status()).toMatchObject({ backend: 'file', state: 'locked' })
  })

  test('stays locked, and somebody is told, when the passphrase of the environment is wrong', async () => {
    await createFileVault(file).unlock('correct horse')
    const refused: unknown[] = []
    const onRefused = (refusal: unknown) => refused.push(refusal)
    const vault = await chooseVault({ wanted: 'file', passphrase: 'wrong horse', dataDir: folder, onRefused })
    expect(await vault.status()).toMatchObject({ state: 'locked' })
    expect(refused).toMatchObject([refusal('vault_passphrase')])
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
  const closed: Vault = { ...vault, status: async () => ({ ...(await vault.status()), state: 'no_store', locked: true }) }
  await expect(readVersion(closed, { ...name, version: 2 })).rejects.toMatchObject(refusal('vault_no_store'))
})

test('an old version that cannot be dropped does not fail the new one', async () => {
  const vault: Vault = { ...createMemoryVault(), delete: () => Promise.reject(new Error('closed')) }
  expect(await dropVersion(vault, { tenantId: 't', provider: 'slack', version: 1 })).toBe(false)
})

test('pieces fit the store, split no character and come together again, whatever the secret', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (secret, length) => {
      const [first = '', ...pieces] = toPieces(secret, length, '0123abcd')
      const head = headOf(first)
      expect(head ? pieces.join('') : first).toBe(secret)
      expect(head?.count ?? 0).toBe(pieces.length)
      for (const piece of head ? pieces : [first]) {
        expect(piece.length).toBeLessThanOrEqual(length)
        expect(piece.isWellFormed()).toBe(true)
      }
    }),
  )
})

test('a secret that looks like the head of pieces is not taken for one', () => {
  const [first = '', ...pieces] = toPieces('atlas-pieces-1:7:0123abcd', 100, 'ffffffff')
  expect(headOf(first)).toEqual({ count: 1, tag: 'ffffffff' })
  expect(pieces).toEqual(['atlas-pieces-1:7:0123abcd'])
})

describe('a store that does not answer', () => {
  test('is given up after the patience, and what was refused is not done later', async () => {
    const inTurn = createTurns(20, () => new Error('late'))
    const first = Promise.withResolvers<string>()
    const done: string[] = []
    const hanging = inTurn(() => first.promise)
    const behind = inTurn(async () => done.push('behind'))
    await expect(hanging).rejects.toThrow('late')
    await expect(behind).rejects.toThrow('late')
    first.resolve('at last')
    expect(await inTurn(async () => 'alive')).toBe('alive')
    expect(done).toEqual([])
  })

  test.each([
    ['Secret Service: unlock prompt was dismissed', 'vault_locked'],
    ['User interaction is not allowed.', 'vault_locked'],
    ["Couldn't access platform storage: AccessDenied", 'vault_denied'],
    ['User canceled the operation.', 'vault_denied'],
    ['Secret Service: no result found', 'vault_no_store'],
    ['Platform failure: DBus error: set your DBUS_SESSION_BUS_ADDRESS instead', 'vault_no_store'],
    ['something nobody has heard before', 'vault_no_store'],
  ])('says "%s", which means %s', (words, code) => {
    expect(keychainFailure(new Error(words)).failure).toMatchObject({ kind: 'forbidden', code })
  })
})

test('a recovery export opens with its passphrase alone', async () => {
  const sealed = await sealRecovery({ slack: { credential: { botToken: 'canary' } } }, 'correct horse')
  expect(sealed).not.toContain('canary')
  expect(await openRecovery(sealed, 'correct horse')).toEqual({ slack: { credential: { botToken: 'canary' } } })
  await expect(openRecovery(sealed, 'wrong horse')).rejects.toMatchObject({ failure: { kind: 'forbidden' } })
  const changed = sealed.slice(0, -6) + (sealed.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA')
  await expect(openRecovery(changed, 'correct horse')).rejects.toBeInstanceOf(AppError)
  await expect(openRecovery(sealed.slice(0, 60), 'correct horse')).rejects.toMatchObject({ failure: { kind: 'invalid' } })
})
