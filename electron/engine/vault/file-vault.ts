/** An encrypted file in place of a keychain: locked until a passphrase opens it, never plain text. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { VaultStatus } from '#shared/contract/system'
import { failed, refusedField } from '#shared/failure'
import { changeAlone } from '../lock-file.ts'
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

const words: Record<Exclude<VaultState, 'ok' | 'denied' | 'no_store'> | 'changed', string> = {
  locked: 'Secret storage is locked. Enter its passphrase to open it.',
  empty: 'There is no keychain on this computer. Choose a passphrase; secrets are kept in a file encrypted with it.',
  lost: 'The file of secret storage cannot be read. It was left as it is: restore it from a backup, or move it away and enter the credentials again.',
  changed:
    'Secret storage was changed by another process at the same moment, and its passphrase was not. Look at it and try again.',
}

/** A key for a file's secrets, and its form that a passphrase opens. */
async function newKey(passphrase: string) {
  const salt = newSalt()
  const key = randomBytes(32)
  return { salt, key, wrapped: seal(await deriveKey(passphrase, salt), key.toString('base64'), keyBound) }
}

/** The key in a file; refuses a wrong passphrase by the field it was given in. */
async function keyOf({ salt, key }: Content, passphrase: string, field: string): Promise<Buffer> {
  const opened = unseal(await deriveKey(passphrase, salt), key, keyBound)
  if (opened !== undefined) return Buffer.from(opened, 'base64')
  throw failed('forbidden', 'The passphrase is not the one of secret storage.', {
    code: 'vault_passphrase',
    fields: [{ path: field, message: 'is not the right one' }],
  })
}

/** Every secret under another key; one that cannot be read stops it, for it would be lost with the old key. */
function sealedAnew({ entries }: Content, from: Buffer, to: Buffer): Content['entries'] {
  return Object.fromEntries(Object.entries(entries).map(([name, sealed]) => [name, seal(to, secretOf(from, sealed, name), name)]))
}

function secretOf(key: Buffer, sealed: z.infer<typeof Sealed>, name: string): string {
  const secret = unseal(key, sealed, name)
  if (secret !== undefined) return secret
  const [service] = name.split('|')
  throw vaultFailure('lost', `A secret in secret storage was changed or moved and cannot be read (${service}).`)
}

function entryName(service: string, account: string): string {
  return `${service}|${account}`
}

/** The key of a file as it was opened; `tag` tells the file it belongs to. */
interface Opened {
  key: Buffer
  tag: string
}

export function createFileVault(file: string): Vault {
  let opened: Opened | undefined

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

  /** A key that opened another file (one put back from a backup) opens nothing here. */
  const isOpen = (content: Content) => opened?.tag === content.key.tag

  function state(): VaultState {
    const content = read()
    if (content === 'lost') return 'lost'
    if (content === 'missing') return 'empty'
    return isOpen(content) ? 'ok' : 'locked'
  }

  function present(): Content {
    const content = read()
    if (content === 'lost') throw vaultFailure('lost', words.lost)
    if (content === 'missing') throw vaultFailure('empty', words.empty)
    return content
  }

  function open(): { content: Content; key: Buffer } {
    const content = present()
    if (!opened || !isOpen(content)) throw vaultFailure('locked', words.locked)
    return { content, key: opened.key }
  }

  async function create(passphrase: string): Promise<void> {
    const { salt, key, wrapped } = await newKey(passphrase)
    const content: Content = { format: 'atlas-vault-1', salt, key: wrapped, entries: {} }
    const isOurs = await changeAlone(file, () => {
      if (existsSync(file)) return false
      replaceFile(file, JSON.stringify(content))
      return true
    })
    // Another process was first: its passphrase is the one that counts.
    if (!isOurs) return unlock(passphrase)
    opened = { key, tag: wrapped.tag }
  }

  async function unlock(passphrase: string): Promise<void> {
    const content = read()
    if (content === 'lost') throw vaultFailure('lost', words.lost)
    if (content === 'missing') return create(passphrase)
    opened = { key: await keyOf(content, passphrase, 'passphrase'), tag: content.key.tag }
  }

  /** One new file in place of the old one: whoever has an old copy and its passphrase opens nothing of the new one. */
  async function changePassphrase(current: string, next: string): Promise<void> {
    const content = present()
    if (next === current) throw refusedField('The passphrase was not changed', 'next', 'is the one there is')
    const oldKey = await keyOf(content, current, 'current')
    const { salt, key, wrapped } = await newKey(next)
    await changeAlone(file, () => {
      const latest = present()
      if (latest.key.tag !== content.key.tag) throw failed('conflict', words.changed)
      replaceFile(file, JSON.stringify({ ...latest, salt, key: wrapped, entries: sealedAnew(latest, oldKey, key) }))
    })
    opened = { key, tag: wrapped.tag }
  }

  return {
    async get(service, account) {
      const { content, key } = open()
      const name = entryName(service, account)
      const sealed = content.entries[name]
      return sealed ? secretOf(key, sealed, name) : null
    },
    async set(service, account, secret) {
      open()
      const name = entryName(service, account)
      await changeAlone(file, () => {
        const { content, key } = open()
        replaceFile(file, JSON.stringify({ ...content, entries: { ...content.entries, [name]: seal(key, secret, name) } }))
      })
    },
    async delete(service, account) {
      open()
      return changeAlone(file, () => {
        const { content } = open()
        const { [entryName(service, account)]: gone, ...entries } = content.entries
        if (!gone) return false
        replaceFile(file, JSON.stringify({ ...content, entries }))
        return true
      })
    },
    async status(): Promise<VaultStatus> {
      const now = state()
      const message = now === 'ok' ? 'Secrets lie in a file encrypted with your passphrase.' : words[now as keyof typeof words]
      return { backend: 'file', name: 'encrypted file', state: now, locked: now !== 'ok', message }
    },
    unlock,
    changePassphrase,
    async lock() {
      opened?.key.fill(0)
      opened = undefined
    },
  }
}
