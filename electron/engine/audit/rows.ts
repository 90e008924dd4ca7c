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

/** What is not the text of an object as it was written shows as the text itself, so that an export cannot mend it. */
function toDetail(text: string): AuditEvent['detail'] {
  try {
    const detail = JSON.parse(text) as AuditEvent['detail'] | null
    if (typeof detail === 'object' && detail !== null && JSON.stringify(detail) === text) return detail
  } catch {
    // Changed by hand to something that is no JSON; verification names it.
  }
  return { unreadable: text }
}

export function toEvent(row: EventRow): AuditEvent {
  return {
    seq: row.seq,
    at: toInstant(row.at),
    actor: { kind: row.actor_kind, id: row.actor_id },
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id },
    outcome: row.outcome,
    detail: toDetail(row.detail),
    prevHash: row.prev_hash,
    hash: row.hash,
  }
}

/** The hash a row must have, from everything else in it; `detail` counts as text. */
export function hashOf(row: EventRow): string {
  const event: ChainedEvent = {
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
  return chainHash(event)
}
