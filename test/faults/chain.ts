/** The audit chain of a database at rest, verified with what lies in it and beside it. */
import type Sqlite from 'better-sqlite3'
import { createAnchorFile } from '../../electron/engine/audit/anchor.ts'
import type { SignedCheckpoint } from '../../electron/engine/audit/checkpoint.ts'
import type { EventRow } from '../../electron/engine/audit/rows.ts'
import { type Judgement, type KeptHead, verifyChain } from '../../electron/engine/audit/verifier.ts'

export function verifyAtRest(sqlite: Sqlite.Database, chain: string, anchorFile?: string): Judgement {
  const rows = sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? ORDER BY seq').iterate(chain) as Iterable<EventRow>
  const head = sqlite.prepare('SELECT seq, hash FROM audit_heads WHERE chain = ?').get(chain) as KeptHead | undefined
  const checkpoints = sqlite
    .prepare(
      'SELECT chain, seq, hash, at, key_id AS keyId, public_key AS publicKey, signature FROM audit_checkpoints WHERE chain = ? ORDER BY seq',
    )
    .all(chain) as SignedCheckpoint[]
  const anchor = anchorFile === undefined ? undefined : createAnchorFile(anchorFile).read(chain)
  return verifyChain(rows, head, { checkpoints, anchor, keyId: undefined })
}
