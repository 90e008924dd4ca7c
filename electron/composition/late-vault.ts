/** A vault that is still being chosen: asking the OS for its keychain takes time, and the start need not wait for it. */
import type { Vault } from '../engine/vault/vault.ts'

export function lateVault(chosen: Promise<Vault>): Vault {
  return {
    get: async (service, account) => (await chosen).get(service, account),
    set: async (service, account, secret) => (await chosen).set(service, account, secret),
    delete: async (service, account) => (await chosen).delete(service, account),
    status: async () => (await chosen).status(),
    unlock: async (passphrase) => (await chosen).unlock(passphrase),
    lock: async () => (await chosen).lock(),
    changePassphrase: async (current, next) => (await chosen).changePassphrase(current, next),
  }
}
