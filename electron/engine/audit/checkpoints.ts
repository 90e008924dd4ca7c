/** Signs the heads of chains with the key in the vault, and keeps the last ones beside the database too. */
import { AppError } from '#shared/failure'
import type { Database } from '../database/open.ts'
import type { Vault } from '../vault/vault.ts'
import type { AnchorFile } from './anchor.ts'
import { newSigningKey, type SignedCheckpoint, signCheckpoint } from './checkpoint.ts'

export interface Checkpoints {
  /** Signs every chain that grew; quietly later when the vault is closed. */
  sign(): Promise<void>
  of(chain: string): SignedCheckpoint[]
  /** The key this installation signs with, once the vault was open. */
  keyId(): string | undefined
  /** Events that no checkpoint covers yet, over all chains. */
  uncovered(): number
}

const service = 'Atlas UX/system'
const account = 'audit/1'

export interface CheckpointsDeps {
  database: Database
  vault: Vault
  anchors: AnchorFile
  now(): number
}

export function createCheckpoints({ database, vault, anchors, now }: CheckpointsDeps): Checkpoints {
  const { sqlite } = database
  const grown = sqlite.prepare(
    `SELECT h.chain, h.seq, h.hash FROM audit_heads h
     WHERE h.seq > coalesce((SELECT max(c.seq) FROM audit_checkpoints c WHERE c.chain = h.chain), 0)`,
  )
  const pending = sqlite.prepare(
    `SELECT coalesce(sum(h.seq - coalesce((SELECT max(c.seq) FROM audit_checkpoints c WHERE c.chain = h.chain), 0)), 0) AS count FROM audit_heads h`,
  )
  const insert = sqlite.prepare(
    'INSERT OR IGNORE INTO audit_checkpoints (chain, seq, hash, at, key_id, public_key, signature) VALUES (@chain, @seq, @hash, @at, @keyId, @publicKey, @signature)',
  )
  const all = sqlite.prepare(
    'SELECT chain, seq, hash, at, key_id AS keyId, public_key AS publicKey, signature FROM audit_checkpoints WHERE chain = ? ORDER BY seq',
  )
  const any = sqlite.prepare('SELECT 1 FROM audit_checkpoints LIMIT 1')
  let pem: string | undefined
  let keyId: string | undefined

  /** A key that is gone is not replaced in silence: earlier signatures would then be nobody's. */
  async function signingKey(): Promise<string | undefined> {
    if (pem) return pem
    const stored = await vault.get(service, account)
    if (stored !== null) pem = stored
    else if (any.get() === undefined || vaultForgets) {
      const fresh = newSigningKey()
      await vault.set(service, account, fresh)
      pem = fresh
    }
    return pem
  }

  /** A vault in memory has no yesterday; its key is new at every start and signs from there on. */
  let vaultForgets = false

  return {
    async sign() {
      try {
        vaultForgets = (await vault.status()).backend === 'memory'
        const key = await signingKey()
        if (key === undefined) return
        const heads = grown.all() as { chain: string; seq: number; hash: string }[]
        const signed = heads.map((head) => signCheckpoint({ ...head, at: now() }, key))
        keyId = signed[0]?.keyId ?? keyId ?? signCheckpoint({ chain: '', seq: 0, hash: '', at: 0 }, key).keyId
        if (signed.length === 0) return
        await database.write(() => {
          for (const checkpoint of signed) insert.run(checkpoint)
        })
        anchors.write(signed)
      } catch (error) {
        // A closed vault only puts signing off; the chain itself goes on, and verification says what is unsigned.
        if (!(error instanceof AppError)) throw error
      }
    },
    of: (chain) => all.all(chain) as SignedCheckpoint[],
    keyId: () => (vaultForgets ? undefined : keyId),
    uncovered: () => (pending.get() as { count: number }).count,
  }
}
