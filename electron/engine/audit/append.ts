/** Appends to a chain, inside the transaction of what it tells about: neither can be without the other. */
import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { AuditOutcome } from '#shared/contract/audit'
import type { Database } from '../database/open.ts'
import { createSpans } from './spans.ts'

/** The chain of events that belong to no tenant: sign-ins, tokens, the vault, tenants themselves. */
export const systemChain = 'system'

export interface AuditEntry {
  actor: { kind: 'operator' | 'agent' | 'system' | 'token'; id: string }
  /** `noun.past`, such as `job.succeeded`. */
  action: string
  target: { kind: string; id: string }
  outcome: AuditOutcome
  /** References and digests only: no secret, no message body. */
  detail?: Record<string, unknown>
}

/** One row as it is hashed; the order of fields does not matter, canonical JSON sorts them. */
export interface ChainedEvent {
  chain: string
  seq: number
  at: number
  actorKind: string
  actorId: string
  action: string
  targetKind: string
  targetId: string
  outcome: string
  detail: string
  prevHash: string
}

export const genesisHash = '0'.repeat(64)

/** Version of the encoding; part of every hash. */
const encodingVersion = 1

/**
 * SHA-256 over the canonical encoding (RFC 8785) of the whole event with its predecessor's hash.
 *
 * Why   its fields are strings and whole numbers, so JSON.stringify with the names in order is that encoding, at a third of the cost; a test holds the two together
 */
export function chainHash(event: ChainedEvent): string {
  const { action, actorId, actorKind, at, chain, detail, outcome, prevHash, seq, targetId, targetKind } = event
  const inOrder = {
    action,
    actorId,
    actorKind,
    at,
    chain,
    detail,
    outcome,
    prevHash,
    seq,
    targetId,
    targetKind,
    v: encodingVersion,
  }
  return hash('sha256', JSON.stringify(inOrder), 'hex')
}

/** SHA-256 of any JSON value, for details that refer to a payload without holding it. */
export function digest(value: unknown): string {
  return hash('sha256', canonicalize(value) as string, 'hex')
}

/** The last event of a chain. */
interface Head {
  seq: number
  hash: string
}

export interface AuditAppender {
  /** Call only inside a change of the database's writer. */
  append(chain: string, entry: AuditEntry): void
}

export function createAuditAppender(database: Database, now: () => number): AuditAppender {
  const { sqlite } = database
  const readHead = sqlite.prepare('SELECT seq, hash FROM audit_heads WHERE chain = ?')
  const writeHead = sqlite.prepare(
    'INSERT INTO audit_heads (chain, seq, hash) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash',
  )
  const spans = createSpans(database)
  const heads = database.gather<Head>((chain, head) => writeHead.run(chain, head.seq, head.hash))
  const insert = sqlite.prepare(
    `INSERT INTO audit_events (chain, seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    append(chain, entry) {
      const head = heads.get(chain) ?? (readHead.get(chain) as Head | undefined) ?? { seq: 0, hash: genesisHash }
      const event: ChainedEvent = {
        chain,
        seq: head.seq + 1,
        at: now(),
        actorKind: entry.actor.kind,
        actorId: entry.actor.id,
        action: entry.action,
        targetKind: entry.target.kind,
        targetId: entry.target.id,
        outcome: entry.outcome,
        detail: JSON.stringify(entry.detail ?? {}),
        prevHash: head.hash,
      }
      const own = chainHash(event)
      const { seq, at, actorKind, actorId, action, targetKind, targetId, outcome, detail, prevHash } = event
      insert.run(chain, seq, at, actorKind, actorId, action, targetKind, targetId, outcome, detail, prevHash, own)
      heads.set(chain, { seq, hash: own })
      spans.note(chain, seq, at)
    },
  }
}
