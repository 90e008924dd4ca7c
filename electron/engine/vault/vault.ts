/** The door to where secrets lie: keytar's words, asynchronous, with a state that can be told to a person. */
import type { VaultStatus } from '#shared/contract/system'
import { failed } from '#shared/failure'

export interface Vault {
  /** The secret, or null when the store has none under this name; a closed store refuses instead. */
  get(service: string, account: string): Promise<string | null>
  set(service: string, account: string, secret: string): Promise<void>
  delete(service: string, account: string): Promise<boolean>
  status(): Promise<VaultStatus>
  unlock(passphrase: string): Promise<void>
  lock(): Promise<void>
  /** Encrypts all secrets anew, under a new key that the next passphrase opens; refuses where the current one is not right. */
  changePassphrase(current: string, next: string): Promise<void>
}

export type VaultState = VaultStatus['state']

/** Refuses in the words of a state; every code starts with `vault_`. */
export function vaultFailure(state: Exclude<VaultState, 'ok'>, message: string) {
  return failed('forbidden', message, {
    code: `vault_${state}`,
    action: { label: 'Open secret storage', href: '/settings/secrets' },
  })
}
