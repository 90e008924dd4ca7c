/** Signs the heads of chains with the key in the vault, and keeps the last ones beside the database too. */
import type { Database } from '../database/open.ts'
import type { AnchorFile } from './anchor.ts'
import { type SignedCheckpoint, signCheckpoint } from './checkpoint.ts'
import type { SigningKey, SigningKeys } from './signing-key.ts'

export interface Checkpoints {
  /** Signs every chain that grew; the key it signed with, or undefined when signing is put off. */
  sign(): Promise<SigningKey | undefined>
  of(chain: string): SignedCheckpoint[]
  /** Events that no checkpoint covers yet, over all chains. */
  uncovered(): number
}

interface Head {
  chain: string
  seq: number
  hash: string
}

export interface CheckpointsDeps {
  database: Database
  keys: SigningKeys
  anchors: AnchorFile
  now(): number
}

export function createCheckpoints({ database, keys, anchors, now }: CheckpointsDeps): Checkpoints {
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
  const hashAt = sqlite.prepare('SELECT hash FROM audit_events WHERE chain = ? AND seq = ?')

  /** An anchor that the database contradicts is the evidence of what was done to it, and stays. */
  function followsAnchor({ chain }: Head): boolean {
    const anchor = anchors.read(chain)
    if (anchor === undefined || anchor === 'unreadable') return true
    return (hashAt.get(chain, anchor.seq) as { hash: string } | undefined)?.hash === anchor.hash
  }

  return {
    async sign() {
      const key = await keys.read()
      const heads = key ? (grown.all() as Head[]) : []
      if (!key || heads.length === 0) return key
      const signed = heads.map((head) => signCheckpoint({ ...head, at: now() }, key.pem))
      await database.write(() => {
        for (const checkpoint of signed) insert.run(checkpoint)
        anchors.write(signed.filter(followsAnchor))
      })
      return key
    },
    of: (chain) => all.all(chain) as SignedCheckpoint[],
    uncovered: () => (pending.get() as { count: number }).count,
  }
}
