/** How many attempts of a tenant ended in each minute, and how: kept beside the attempts for a week, so that a day of many is told whole. */
import type { Attempt } from '#shared/contract/jobs'
import { spans } from '#shared/time'
import type { Database } from '../database/open.ts'

export interface AttemptMinutes {
  /** Counts one that ended now. Call inside the change that ends it. */
  add(tenantId: string, outcome: Attempt['outcome']): void
}

interface Sum {
  tenantId: string
  outcome: Attempt['outcome']
  minute: number
  count: number
}

/** A little more than the longest time that anybody may ask about. */
const keptMs = 8 * spans.day

export function createAttemptMinutes({
  sqlite,
  gather,
  now,
}: Pick<Database, 'sqlite' | 'gather'> & { now(): number }): AttemptMinutes {
  const save = sqlite.prepare(
    `INSERT INTO attempt_minutes (tenant_id, minute, outcome, count) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  )
  const drop = sqlite.prepare('DELETE FROM attempt_minutes WHERE tenant_id = ? AND minute < ?')
  /** The hour in which a tenant's old minutes were dropped last. */
  const droppedIn = new Map<string, number>()

  function dropOld(tenantId: string, at: number): void {
    const hour = Math.floor(at / spans.hour)
    if (droppedIn.get(tenantId) === hour) return
    droppedIn.set(tenantId, hour)
    drop.run(tenantId, Math.floor((at - keptMs) / spans.minute))
  }

  const sums = gather<Sum>((_key, { tenantId, minute, outcome, count }) => {
    save.run(tenantId, minute, outcome, count)
    dropOld(tenantId, minute * spans.minute)
  })
  return {
    add(tenantId, outcome) {
      const minute = Math.floor(now() / spans.minute)
      const key = `${minute} ${outcome} ${tenantId}`
      sums.set(key, { tenantId, outcome, minute, count: (sums.get(key)?.count ?? 0) + 1 })
    },
  }
}

/** What ended in one of the spans asked about. */
export interface EndedIn {
  /** Number of the span, from the first one asked about. */
  at: number
  outcome: Attempt['outcome']
  count: number
}

/** Reads what ended in spans of so many minutes, from the minute that the first one begins with. */
export function createEndedReader({ sqlite }: Pick<Database, 'sqlite'>) {
  const ended = sqlite.prepare(
    `SELECT (minute - @first) / @perSpan AS at, outcome, sum(count) AS count FROM attempt_minutes
     WHERE tenant_id = @tenantId AND minute >= @first GROUP BY 1, 2`,
  )
  return (tenantId: string, spansOf: { first: number; perSpan: number }) => ended.all({ tenantId, ...spansOf }) as EndedIn[]
}
