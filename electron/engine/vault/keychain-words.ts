/** What the keychains of the operating systems say, as states a person can act on. They give words, no codes. */
import { AppError } from '#shared/failure'
import { type VaultState, vaultFailure } from './vault.ts'

const storeNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Keychain',
  win32: 'Credential Manager',
  linux: 'Secret Service',
}

/** The keychain of this computer by its own name. */
export const storeName = storeNames[process.platform] ?? 'keychain'

export const storeWords = {
  locked: `The ${storeName} is locked. Unlock it (sign in to your desktop), then try again.`,
  denied: `The ${storeName} refused Atlas UX. Allow it there, then try again.`,
  no_store: `There is no ${storeName} to keep secrets in. Start it, or let Atlas UX keep secrets in an encrypted file.`,
  silent: `The ${storeName} is there and does not answer. Unlock it or answer its question, then try again.`,
  late: (patienceMs: number) =>
    `The ${storeName} did not answer within ${patienceMs / 1_000} s. Unlock it or answer its question, then try again.`,
} as const

const meanings: readonly { words: RegExp; state: 'locked' | 'denied' | 'no_store'; told?: 'silent' }[] = [
  // One that hangs must not pass for none: secrets would go into a file beside it.
  { words: /not receive a reply|timed out/i, state: 'locked', told: 'silent' },
  { words: /dismissed|is locked|interaction is not allowed/i, state: 'locked' },
  { words: /denied|not allowed|authoriz|cancell?ed|not correct/i, state: 'denied' },
  { words: /no result found|D-?Bus|no storage|no keychain|no such logon session/i, state: 'no_store' },
]

/** Turns whatever a keychain threw into a refusal with a state. */
export function keychainFailure(error: unknown): AppError {
  if (error instanceof AppError) return error
  const words = error instanceof Error ? error.message : String(error)
  const meaning = meanings.find((each) => each.words.test(words))
  if (meaning) return vaultFailure(meaning.state, storeWords[meaning.told ?? meaning.state])
  return vaultFailure('no_store', `The ${storeName} cannot be used: ${words}`)
}

/** The state in a refusal of {@link keychainFailure}. */
export function stateIn({ failure }: AppError): VaultState {
  return (failure.code ?? 'vault_no_store').slice('vault_'.length) as VaultState
}
