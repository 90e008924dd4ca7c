/** Audit events as they lie in the database, and their way to the contract. */
import type { AuditEvent } from '#shared/contract/audit'
import { toInstant } from '#shared/time'
import { type ChainedEvent, chainHash } from './append.ts'

export interface EventRow {
  id: number
  chain: string
  seq: number
  at: number
  actor_kind: AuditEvent['actor']['kind']
  actor_id: string
  action: string
  target_kind: string
  target_id: string
  outcome: AuditEvent['outcome']
  detail: string
  prev_hash: string
  hash: string
}

export function toEvent(row: EventRow): AuditEvent {
  return {
    seq: row.seq,
    at: toInstant(row.at),
    actor: { kind: row.actor_kind, id: row.actor_id },
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id },
    outcome: row.outcome,
    detail: JSON.parse(row.detail),
    prevHash: row.prev_hash,
    hash: row.hash,
  }
}

/** An event with its fields exactly as they were hashed; `detail` is text. */
export function toChained(row: EventRow): ChainedEvent {
  return {
    chain: row.chain,
    seq: row.seq,
    at: row.at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    action: row.action,
    targetKind: row.target_kind,
    targetId: row.target_id,
    outcome: row.outcome,
    detail: row.detail,
    prevHash: row.prev_hash,
  }
}

/** The hash a row must have, from everything else in it. */
export function hashOf(row: EventRow): string {
  return chainHash(toChained(row))
}
