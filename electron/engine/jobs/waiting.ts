/** Wakes jobs that wait for a connection, once it is there. */
import type { AnyProvider } from '../../kit/define.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'
import type { JobMoves } from './moves.ts'
import type { JobRow } from './rows.ts'
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

/** Resumes what waits for a provider of a tenant, in small changes. */
export function createWaking({
  database,
  moves,
  catalog,
  now,
  nudge,
}: WaitingDeps): (tenantId: string, provider: string) => Promise<void> {
  const waiting = database.sqlite.prepare(
    `SELECT * FROM jobs WHERE tenant_id = ? AND state = 'waiting' AND reason = 'connection' AND id > ? ORDER BY id LIMIT ${stepSize}`,
  )

  function concerns(row: JobRow, provider: string): boolean {
    const known = catalog[provider]
    if (row.provider !== null || !known) return row.provider === provider
    return actionServing(known, row.kind, JSON.parse(row.input)) !== undefined
  }

  return async (tenantId, provider) => {
    for (let after = ''; ; ) {
      const rows = waiting.all(tenantId, after) as JobRow[]
      const last = rows.at(-1)
      if (!last) break
      await database.write((tx) => {
        for (const row of rows.filter((candidate) => concerns(candidate, provider))) {
          moves.move(tx, row, { move: 'resume', actor: system, patch: { reason: null, waiting_for: null, run_at: now() } })
        }
      })
      after = last.id
    }
    nudge()
  }
}
