/** The key that signs checkpoints: it lies in the vault, and is made there once. */
import { randomUUID } from 'node:crypto'
import { AppError } from '#shared/failure'
import type { Database } from '../database/open.ts'
import { createLeases } from '../messaging/leases.ts'
import type { Vault } from '../vault/vault.ts'
import { newSigningKey, signingKeyId } from './checkpoint.ts'

export interface SigningKey {
  pem: string
  keyId: string
  /** Whether the vault will know it tomorrow; a vault in memory has a new key at every start. */
  lasting: boolean
}

export interface SigningKeys {
  /** Undefined while the vault is closed, or when it lost the key. Asked each time: a vault that was locked keeps the key to itself. */
  read(): Promise<SigningKey | undefined>
}

const service = 'Atlas UX/system'
const account = 'audit/1'
const lease = 'audit-signing-key'
/** Longer than a keychain may take to answer. */
const leaseMs = 60_000

export interface SigningKeyDeps {
  database: Database
  vault: Vault
  now(): number
}

export function createSigningKeys({ database, vault, now }: SigningKeyDeps): SigningKeys {
  const anySigned = database.sqlite.prepare('SELECT 1 FROM audit_checkpoints LIMIT 1')
  const leases = createLeases(database, now)
  const owner = randomUUID()

  /** One process makes the key; others find it the next time they look. */
  async function make(): Promise<string | null> {
    if (!(await leases.hold(lease, owner, leaseMs))) return null
    try {
      const made = await vault.get(service, account)
      if (made !== null) return made
      const pem = newSigningKey()
      await vault.set(service, account, pem)
      return pem
    } finally {
      await leases.release(lease, owner)
    }
  }

  async function find(): Promise<SigningKey | undefined> {
    const lasting = (await vault.status()).backend !== 'memory'
    const stored = await vault.get(service, account)
    // A key that is gone is not replaced in silence: earlier signatures would then be nobody's.
    const isLost = stored === null && lasting && anySigned.get() !== undefined
    const pem = isLost ? null : (stored ?? (await make()))
    return pem === null ? undefined : { pem, keyId: signingKeyId(pem), lasting }
  }

  return {
    async read() {
      try {
        return await find()
      } catch (error) {
        // A closed vault only puts signing off; verification says what is unsigned.
        if (error instanceof AppError) return undefined
        throw error
      }
    },
  }
}
