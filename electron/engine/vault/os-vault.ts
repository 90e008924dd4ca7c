/** The keychain of the operating system, with its store pinned and every question bounded in time. */
import { randomBytes } from 'node:crypto'
import type { VaultStatus } from '#shared/contract/system'
import { failed } from '#shared/failure'
import { createKeychain } from './keychain.ts'
import { keychainFailure, stateIn, storeName, storeWords } from './keychain-words.ts'
import { headOf, pieceAccounts, toPieces, windowsPieceLength } from './pieces.ts'
import { createTurns } from './turns.ts'
import { type Vault, vaultFailure } from './vault.ts'

export interface OsVaultOptions {
  /** Longest entry the store takes, in UTF-16 units. */
  pieceLength?: number
  /** A keychain that does not answer within this long counts as closed: some prompt for ever. */
  patienceMs?: number
}

/** A status is believed this long: finding it out writes to the keychain, and health is asked often. */
const statusMs = 10_000

const probe = { service: 'Atlas UX/probe', account: `probe/${process.pid}` }

/** Secrets of any length, in entries of limited length. */
function createStore(pieceLength: number) {
  const entries = createKeychain()

  async function get(service: string, account: string): Promise<string | null> {
    const entry = await entries.read(service, account)
    const head = entry === null ? undefined : headOf(entry)
    if (!head) return entry
    const pieces: string[] = []
    for (const name of pieceAccounts(account, head)) {
      const piece = await entries.read(service, name)
      if (piece === null)
        throw vaultFailure('lost', `A part of a secret is missing from the ${storeName}. Enter the credential again.`)
      pieces.push(piece)
    }
    return pieces.join('')
  }

  async function dropPieces(service: string, account: string, entry: string | null): Promise<void> {
    const head = entry === null ? undefined : headOf(entry)
    if (!head) return
    for (const name of pieceAccounts(account, head)) await entries.drop(service, name)
  }

  return {
    get,
    async set(service: string, account: string, secret: string): Promise<void> {
      const before = await entries.read(service, account)
      const [first = '', ...pieces] = toPieces(secret, pieceLength, randomBytes(4).toString('hex'))
      const head = headOf(first)
      const names = head ? pieceAccounts(account, head) : []
      // The first entry last: a crash before it leaves the old secret in force.
      for (const [at, name] of names.entries()) await entries.write(service, name, pieces[at] ?? '')
      await entries.write(service, account, first)
      if ((await get(service, account)) !== secret)
        throw vaultFailure('lost', `The ${storeName} did not give back what was written to it.`)
      await dropPieces(service, account, before)
    },
    async delete(service: string, account: string): Promise<boolean> {
      const entry = await entries.read(service, account)
      if (entry === null) return false
      await dropPieces(service, account, entry)
      return entries.drop(service, account)
    },
  }
}

export function createOsVault(options: OsVaultOptions = {}): Vault {
  const { patienceMs = 10_000, pieceLength = process.platform === 'win32' ? windowsPieceLength : Number.POSITIVE_INFINITY } =
    options
  const store = createStore(pieceLength)
  const inTurn = createTurns(patienceMs, () => vaultFailure('locked', storeWords.late(patienceMs)))
  let known: { status: Promise<VaultStatus>; until: number } | undefined

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await inTurn(question)
    } catch (error) {
      known = undefined
      throw keychainFailure(error)
    }
  }

  /** Reading alone proves nothing: without a collection it answers "no such secret". */
  async function tryOut(): Promise<VaultStatus> {
    const told = { backend: 'os', name: storeName } as const
    try {
      await inTurn(async () => {
        await store.set(probe.service, probe.account, 'probe')
        await store.delete(probe.service, probe.account)
      })
      return { ...told, state: 'ok', locked: false, message: `Secrets lie in the ${storeName} of this computer.` }
    } catch (error) {
      const refusal = keychainFailure(error)
      return { ...told, state: stateIn(refusal), locked: true, message: refusal.failure.message }
    }
  }

  return {
    get: (service, account) => ask(() => store.get(service, account)),
    set: (service, account, secret) => ask(() => store.set(service, account, secret)),
    delete: (service, account) => ask(() => store.delete(service, account)),
    status() {
      if (!known || known.until < performance.now()) known = { status: tryOut(), until: performance.now() + statusMs }
      return known.status
    },
    unlock: () => Promise.reject(vaultFailure('locked', `The ${storeName} is opened by your desktop, not by Atlas UX.`)),
    lock: () => Promise.reject(vaultFailure('locked', `The ${storeName} is closed by your desktop, not by Atlas UX.`)),
    changePassphrase: () =>
      Promise.reject(failed('unsupported', `The password of the ${storeName} is changed in your desktop, not in Atlas UX.`)),
  }
}
