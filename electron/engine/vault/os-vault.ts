/** The keychain of the operating system, with its store pinned and every call bounded in time. */
import type { AsyncEntry } from '@napi-rs/keyring'
import type { VaultStatus } from '#shared/contract/system'
import { AppError } from '#shared/failure'
import { pieceAccount, piecesAfter, toPieces } from './pieces.ts'
import { type Vault, type VaultState, vaultFailure } from './vault.ts'

/** A keychain that does not answer within this long counts as closed: some prompt for ever. */
const patienceMs = 10_000

/** A store that proved itself is believed for this long. */
const proofMs = 60_000

const storeNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Keychain',
  win32: 'Credential Manager',
  linux: 'Secret Service',
}
const storeName = storeNames[process.platform] ?? 'keychain'

/** What the store's own words mean; it gives no codes. */
const meanings: readonly { words: RegExp; state: Exclude<VaultState, 'ok'>; message: string }[] = [
  {
    words: /dismissed|locked|prompt/i,
    state: 'locked',
    message: `The ${storeName} is locked. Unlock it (sign in to your desktop), then try again.`,
  },
  {
    words: /denied|not allowed|authoriz/i,
    state: 'denied',
    message: `The ${storeName} refused Atlas UX. Allow it there, then try again.`,
  },
  {
    words: /no result found|DBus|D-Bus|connect|unavailable|platform|not found/i,
    state: 'no_store',
    message: `There is no ${storeName} to keep secrets in.`,
  },
]

function told(error: unknown): AppError {
  if (error instanceof AppError) return error
  const words = error instanceof Error ? error.message : String(error)
  const meaning = meanings.find((candidate) => candidate.words.test(words)) ?? meanings[2]
  return vaultFailure(meaning?.state ?? 'no_store', meaning?.message ?? words)
}

async function bounded<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          vaultFailure('locked', `The ${storeName} did not answer within ${patienceMs / 1_000} s. Unlock it, then try again.`),
        ),
      patienceMs,
    )
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    throw told(error)
  } finally {
    clearTimeout(timer)
  }
}

export function createOsVault(): Vault {
  const entries = new Map<string, AsyncEntry>()
  let provenAt = Number.NEGATIVE_INFINITY

  async function entry(service: string, account: string): Promise<AsyncEntry> {
    const key = `${service}\n${account}`
    const known = entries.get(key)
    if (known) return known
    const { AsyncEntry } = await import('@napi-rs/keyring')
    // Unpinned, Linux falls back in silence to a kernel keyring that a reboot empties.
    const made =
      process.platform === 'linux'
        ? new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
        : new AsyncEntry(service, account)
    entries.set(key, made)
    return made
  }

  const read = (service: string, account: string) =>
    bounded(entry(service, account).then((found) => found.getPassword())).then((value) => value ?? null)
  const write = (service: string, account: string, value: string) =>
    bounded(entry(service, account).then((found) => found.setPassword(value)))
  const drop = (service: string, account: string) => bounded(entry(service, account).then((found) => found.deletePassword()))

  async function get(service: string, account: string): Promise<string | null> {
    const head = await read(service, account)
    if (head === null) await requireStore()
    const count = head === null ? 0 : piecesAfter(head)
    if (count === 0) return head
    const pieces: string[] = []
    for (let at = 1; at <= count; at += 1) {
      const piece = await read(service, pieceAccount(account, at))
      if (piece === null)
        throw vaultFailure('lost', `A part of a secret is missing from the ${storeName}. Enter the credential again.`)
      pieces.push(piece)
    }
    return pieces.join('')
  }

  const probe = { service: 'Atlas UX/probe', account: `probe/${process.pid}` }

  async function tryOut(): Promise<void> {
    await write(probe.service, probe.account, 'probe')
    const back = await read(probe.service, probe.account)
    await drop(probe.service, probe.account)
    if (back !== 'probe') throw vaultFailure('lost', `The ${storeName} did not give back what was written to it.`)
    provenAt = performance.now()
  }

  /** A store that is not there answers "nothing found"; that must never be taken for "never stored". */
  async function requireStore(): Promise<void> {
    if (performance.now() - provenAt > proofMs) await tryOut()
  }

  return {
    get,
    async set(service, account, secret) {
      const parts = process.platform === 'win32' ? toPieces(secret) : [secret]
      // The head last: a crash before it leaves the old secret in force.
      for (const [at, part] of [...parts.entries()].reverse()) await write(service, pieceAccount(account, at), part)
    },
    async delete(service, account) {
      const head = await read(service, account)
      if (head === null) return false
      for (let at = piecesAfter(head); at >= 0; at -= 1) await drop(service, pieceAccount(account, at))
      return true
    },
    async status(): Promise<VaultStatus> {
      try {
        await tryOut()
        return {
          backend: 'os',
          name: storeName,
          state: 'ok',
          locked: false,
          message: `Secrets lie in the ${storeName} of this computer.`,
        }
      } catch (error) {
        const { failure } = told(error)
        const state = (failure.code ?? 'vault_no_store').slice('vault_'.length) as VaultState
        return { backend: 'os', name: storeName, state, locked: true, message: failure.message }
      }
    },
    unlock: () => Promise.reject(vaultFailure('locked', `The ${storeName} is opened by your desktop, not by Atlas UX.`)),
    lock: () => Promise.reject(vaultFailure('locked', `The ${storeName} is closed by your desktop, not by Atlas UX.`)),
  }
}
