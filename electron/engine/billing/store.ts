/** Events that were taken and how far each source was asked, as they lie in the database. */
import type { ServiceEvent } from '#shared/billing'
import type { TakenEvent } from '#shared/contract/billing'
import { spans, toInstant, toMs } from '#shared/time'
import type { Database } from '../database/open.ts'

/** Where events come from: one connection of one tenant. */
export interface SourceId {
  tenantId: string
  provider: string
}

export interface SourceRow {
  /** Instant of the latest event that an asking brought. */
  cursor: number | null
  polled_at: number | null
  webhook_at: number | null
  refused_at: number | null
  missed_since: number | null
}

interface EventRow {
  id: string
  type: string
  object_kind: string
  object_id: string | null
  at: number
  received_at: number
  via: TakenEvent['via']
  state: string | null
}

export type Arrival = { via: TakenEvent['via']; receivedAt: number; state: string | null }

export interface BillingStore {
  has(source: SourceId, id: string): boolean
  /** False where it was taken before. Call inside a change. */
  add(source: SourceId, event: ServiceEvent, arrival: Arrival): boolean
  list(tenantId: string, page: { cursor?: string | undefined; limit: number }): { items: TakenEvent[]; nextCursor: string | null }
  lastAt(source: SourceId): number | null
  source(source: SourceId): SourceRow | undefined
  /** Moves the cursor forward, never back. Call inside a change. */
  advance(source: SourceId, at: number): void
  /** Notes facts of a source. Call inside a change. */
  note(source: SourceId, facts: Partial<Omit<SourceRow, 'cursor'>>): void
  /** Forgets events that no service sends again. Call inside a change. */
  trim(now: number): void
}

/** Longer than any service repeats an event. */
const keptMs = 400 * spans.day

function toTaken({ id, type, object_kind, object_id, at, received_at, via, state }: EventRow): TakenEvent {
  const object = { kind: object_kind, id: object_id }
  return { id, type, at: toInstant(at), object, receivedAt: toInstant(received_at), via, state }
}

export function createBillingStore({ sqlite }: Database): BillingStore {
  const find = sqlite.prepare('SELECT 1 FROM billing_events WHERE tenant_id = ? AND provider = ? AND id = ?')
  const insert = sqlite.prepare(
    `INSERT OR IGNORE INTO billing_events (tenant_id, provider, id, type, object_kind, object_id, at, received_at, via, state)
     VALUES (@tenantId, @provider, @id, @type, @objectKind, @objectId, @at, @receivedAt, @via, @state)`,
  )
  const page = sqlite.prepare(
    `SELECT * FROM billing_events WHERE tenant_id = @tenantId AND (received_at, id) < (@at, @id)
     ORDER BY received_at DESC, id DESC LIMIT @limit`,
  )
  const latest = sqlite.prepare('SELECT max(at) AS at FROM billing_events WHERE tenant_id = ? AND provider = ?')
  const sourceOf = sqlite.prepare('SELECT * FROM billing_sources WHERE tenant_id = ? AND provider = ?')
  const ensure = sqlite.prepare('INSERT OR IGNORE INTO billing_sources (tenant_id, provider) VALUES (?, ?)')
  const forward = sqlite.prepare(
    'UPDATE billing_sources SET cursor = max(coalesce(cursor, 0), ?) WHERE tenant_id = ? AND provider = ?',
  )
  const set = sqlite.prepare(
    `UPDATE billing_sources SET polled_at = @polled_at, webhook_at = @webhook_at, refused_at = @refused_at, missed_since = @missed_since
     WHERE tenant_id = @tenantId AND provider = @provider`,
  )
  const drop = sqlite.prepare('DELETE FROM billing_events WHERE received_at < ?')
  const source = ({ tenantId, provider }: SourceId) => sourceOf.get(tenantId, provider) as SourceRow | undefined

  return {
    has: ({ tenantId, provider }, id) => find.get(tenantId, provider, id) !== undefined,
    add(where, { id, type, at, object }, arrival) {
      const row = { ...where, id, type, objectKind: object.kind, objectId: object.id, at: toMs(at), ...arrival }
      return insert.run(row).changes === 1
    },
    list(tenantId, { cursor, limit }) {
      const [at = '', id = ''] = (cursor ?? '').split(' ', 2)
      const from = cursor === undefined ? { at: Number.MAX_SAFE_INTEGER, id: '' } : { at: Number(at) || 0, id }
      const rows = page.all({ tenantId, ...from, limit: limit + 1 }) as EventRow[]
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return { items: items.map(toTaken), nextCursor: rows.length > limit && last ? `${last.received_at} ${last.id}` : null }
    },
    lastAt: ({ tenantId, provider }) => (latest.get(tenantId, provider) as { at: number | null }).at,
    source,
    advance({ tenantId, provider }, at) {
      ensure.run(tenantId, provider)
      forward.run(at, tenantId, provider)
    },
    note(where, facts) {
      ensure.run(where.tenantId, where.provider)
      set.run({ ...source(where), ...facts, ...where })
    },
    trim: (now) => void drop.run(now - keptMs),
  }
}
