/** Wakes jobs that wait for a connection or a review, once it is there. */
import type { WaitReason } from '#shared/job'
import type { AnyProvider } from '../../kit/define.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'
import type { JobMoves } from './moves.ts'
import type { JobRow, PlacedRow } from './rows.ts'
import { actionServing } from './serving.ts'

const system: Actor = { kind: 'system', id: 'connections' }
const stepSize = 200

export interface WaitingDeps {
  database: Database
  moves: JobMoves
  catalog: Readonly<Record<string, AnyProvider>>
  now(): number
  nudge(): void
}

/** Whose word it is, and what was waited for: a connection, by itself, unless said otherwise. */
export interface WakeOptions {
  reason?: WaitReason
  actor?: Actor
}

/** Resumes what waits for a provider of a tenant, in small changes; says how many. */
export function createWaking({
  database,
  moves,
  catalog,
  now,
  nudge,
}: WaitingDeps): (tenantId: string, provider: string, options?: WakeOptions) => Promise<number> {
  const waiting = database.sqlite.prepare(
    `SELECT *, rowid AS place FROM jobs WHERE tenant_id = ? AND state = 'waiting' AND reason = ? AND rowid > ? ORDER BY rowid LIMIT ${stepSize}`,
  )

  function concerns(row: JobRow, provider: string): boolean {
    const known = catalog[provider]
    if (row.provider !== null || !known) return row.provider === provider
    return actionServing(known, row.kind, JSON.parse(row.input)) !== undefined
  }

  return async (tenantId, provider, { reason = 'connection', actor = system } = {}) => {
    let resumed = 0
    for (let after = 0; ; ) {
      const rows = waiting.all(tenantId, reason, after) as PlacedRow[]
      const last = rows.at(-1)
      if (!last) break
      const concerned = rows.filter((row) => concerns(row, provider))
      await database.write((tx) => {
        for (const row of concerned) {
          moves.move(tx, row, { move: 'resume', actor, patch: { reason: null, waiting_for: null, run_at: now() } })
        }
      })
      resumed += concerned.length
      after = last.place
    }
    nudge()
    return resumed
  }
}
