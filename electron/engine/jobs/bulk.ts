/** A bulk operation is a job of its own: it touches what matched when it was ordered, in small changes, and tells what it skipped. */
import type { JobFilter } from '#shared/contract/jobs'
import { toFailure } from '#shared/failure'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'
import type { Found, JobFinder } from './find.ts'
import type { JobRow } from './rows.ts'
import type { Settler } from './settle.ts'
import type { Steering } from './steer.ts'

interface BulkInput {
  filter: JobFilter
  verb: 'retry' | 'cancel'
  name?: string
}

/** Jobs touched in one change. */
const stepSize = 100

export interface BulkDeps {
  database: Database
  finder: JobFinder
  steering: Steering
  settler: Settler
}

export function createBulk({
  database,
  finder,
  steering,
  settler,
}: BulkDeps): (row: JobRow, signal: AbortSignal) => Promise<void> {
  const actor = (row: JobRow): Actor => ({ kind: 'system', id: `bulk:${row.id}` })

  function step(bulk: JobRow, input: BulkInput, rows: JobRow[], skipped: Map<string, number>) {
    return database.write((tx) => {
      let done = 0
      for (const row of rows) {
        try {
          steering.apply(tx, row, input.verb, actor(bulk))
          done += 1
        } catch (error) {
          const { message } = toFailure(error)
          skipped.set(message, (skipped.get(message) ?? 0) + 1)
        }
      }
      return done
    })
  }

  return async (bulk, signal) => {
    const input = JSON.parse(bulk.input) as BulkInput
    const skipped = new Map<string, number>()
    let matched = 0
    let done = 0
    try {
      // The bulk job's own id bounds it: what is queued later was not meant.
      let cursor: string | undefined = bulk.id
      while (cursor !== undefined && !signal.aborted) {
        const page: Found = await finder.list(bulk.tenant_id, input.filter, { cursor, limit: stepSize })
        const rows = page.rows.filter((row) => row.kind !== bulk.kind)
        matched += rows.length
        done += await step(bulk, input, rows, skipped)
        cursor = page.nextCursor ?? undefined
      }
      const reasons = [...skipped].map(([why, count]) => ({ why, count }))
      await settler.succeed(bulk, undefined, { verb: input.verb, matched, done, skipped: reasons, stopped: signal.aborted })
    } catch (error) {
      await settler.fail(bulk, undefined, toFailure(error))
    }
  }
}
