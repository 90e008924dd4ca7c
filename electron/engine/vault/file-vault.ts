/** An encrypted file in place of a keychain: locked until a passphrase opens it, never plain text. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { VaultStatus } from '#shared/contract/system'
import { failed } from '#shared/failure'
import { replaceFile } from './replace-file.ts'
import { deriveKey, newSalt, seal, unseal } from './seal.ts'
import { type Vault, type VaultState, vaultFailure } from './vault.ts'

const Sealed = z.strictObject({ nonce: z.string(), tag: z.string(), text: z.string() })
const Content = z.strictObject({
  format: z.literal('atlas-vault-1'),
  salt: z.string(),
  key: Sealed,
  entries: z.record(z.string(), Sealed),
})
type Content = z.infer<typeof Content>

/** What the wrapped key itself is bound to. */
const keyBound = 'atlas-vault-1 key'

const words: Record<Exclude<VaultState, 'ok' | 'denied' | 'no_store'>, string> = {
  locked: 'Secret storage is locked. Enter its passphrase to open it.',
  empty: 'There is no keychain on this computer. Choose a passphrase; secrets are kept in a file encrypted with it.',
  lost: 'The file of secret storage cannot be read. It was left as it is: restore it from a backup, or move it away and enter the credentials again.',
}

function entryName(service: string, account: string): string {
  return `${service}|${account}`
}

export function createFileVault(file: string): Vault {
  let key: Buffer | undefined

  /** Read each time: another process of this installation may have written. */
  function read(): Content | 'missing' | 'lost' {
    if (!existsSync(file)) return 'missing'
    try {
      return Content.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      // Truncated, foreign or unreadable: all the same to whoever asks, and never a reason to overwrite it.
      return 'lost'
    }
  }

  function state(): VaultState {
    const content = read()
    if (content === 'lost') return 'lost'
    if (content === 'missing') return 'empty'
    return key ? 'ok' : 'locked'
  }

  function open(): { content: Content; key: Buffer } {
    const content = read()
    if (content === 'lost') throw vaultFailure('lost', words.lost)
    if (content === 'missing') throw vaultFailure('empty', words.empty)
    if (!key) throw vaultFailure('locked', words.locked)
    return { content, key }
  }

  async function create(passphrase: string): Promise<void> {
    const salt = newSalt()
    const fresh = randomBytes(32)
    const wrapped = seal(await deriveKey(passphrase, salt), fresh.toString('base64'), keyBound)
    replaceFile(file, JSON.stringify({ format: 'atlas-vault-1', salt, key: wrapped, entries: {} } satisfies Content))
    key = fresh
  }

  return {
    async get(service, account) {
      const { content, key: opened } = open()
      const name = entryName(service, account)
      const sealed = content.entries[name]
      if (!sealed) return null
      const secret = unseal(opened, sealed, name)
      if (secret === undefined)
        throw vaultFailure('lost', `A secret in secret storage was changed or moved and cannot be read (${service}).`)
      return secret
    },
    async set(service, account, secret) {
      const { content, key: opened } = open()
      const name = entryName(service, account)
      replaceFile(file, JSON.stringify({ ...content, entries: { ...content.entries, [name]: seal(opened, secret, name) } }))
    },
    async delete(service, account) {
      const { content } = open()
      const { [entryName(service, account)]: gone, ...entries } = content.entries
      if (!gone) return false
      replaceFile(file, JSON.stringify({ ...content, entries }))
      return true
    },
    async status(): Promise<VaultStatus> {
      const now = state()
      const message = now === 'ok' ? 'Secrets lie in a file encrypted with your passphrase.' : words[now as keyof typeof words]
      return { backend: 'file', name: 'encrypted file', state: now, locked: now !== 'ok', message }
    },
    async unlock(passphrase) {
      const content = read()
      if (content === 'lost') throw vaultFailure('lost', words.lost)
      if (content === 'missing') return create(passphrase)
      const opened = unseal(await deriveKey(passphrase, content.salt), content.key, keyBound)
      if (opened === undefined) {
        throw failed('forbidden', 'The passphrase is not the one of secret storage.', {
          code: 'vault_passphrase',
          fields: [{ path: 'passphrase', message: 'is not the right one' }],
        })
      }
      key = Buffer.from(opened, 'base64')
    },
    async lock() {
      key?.fill(0)
      key = undefined
    },
  }
}
