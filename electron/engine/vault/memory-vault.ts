/** A vault that forgets: for tests and for the Demo tenant, whose credentials are secret to nobody. */
import { failed } from '#shared/failure'
import type { Vault } from './vault.ts'

/** For tests and the Demo tenant: what it holds is gone with the process, and it says so. */
export function createMemoryVault(): Vault {
  const secrets = new Map<string, string>()
  const key = (service: string, account: string) => `${service}\n${account}`
  const refuse = () =>
    Promise.reject(failed('unsupported', 'Secrets in memory need no passphrase; they are gone when Atlas UX stops.'))
  return {
    get: async (service, account) => secrets.get(key(service, account)) ?? null,
    set: async (service, account, secret) => {
      secrets.set(key(service, account), secret)
    },
    delete: async (service, account) => secrets.delete(key(service, account)),
    status: async () => ({
      backend: 'memory',
      name: 'memory',
      state: 'ok',
      locked: false,
      message: 'Secrets are kept in memory alone and are gone when Atlas UX stops.',
    }),
    unlock: refuse,
    lock: refuse,
    changePassphrase: refuse,
  }
}
