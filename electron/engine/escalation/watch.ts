/** Watches what should have happened and did not: a job that is due and has not begun raises an alarm with its reason. */
import { spans } from '#shared/time'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Notices } from './notices.ts'

/** Due for this long without a first attempt. */
const lateMs = spans.minute
/** More than these are told as that. */
const mostCounted = 1_000

interface Late {
  count: number
  why: string | null
  id: string
}

export interface LateWatch {
  look(): Promise<void>
}

export interface LateWatchDeps {
  database: Database
  notices: Notices
  tenantIds(): readonly string[]
  now(): number
}

function titleOf(count: number): string {
  if (count > mostCounted) return `More than ${mostCounted.toLocaleString('en')} jobs are late`
  return count === 1 ? 'A job is late' : `${count} jobs are late`
}

export function createLateWatch({ database, notices, tenantIds, now }: LateWatchDeps): LateWatch {
  const late = database.sqlite.prepare(
    `SELECT count(*) AS count, min(waiting_for) AS why, min(id) AS id FROM (
       SELECT waiting_for, id FROM jobs INDEXED BY jobs_late WHERE tenant_id = ? AND state = 'queued' AND due_at < ? AND attempts = 0
         AND (kind <> 'AGENT_RUN' OR progress IS NULL) LIMIT ${mostCounted + 1})`,
  )
  /** Told once, however long it lasts and whoever looks; what was open when the program ended is closed by the next one. */
  function lookAt(tx: Change, tenantId: string): void {
    const { count, why, id } = late.get(tenantId, now() - lateMs) as Late
    notices.hold(tx, tenantId, count > 0, {
      kind: 'job_late',
      cause: 'late',
      title: titleOf(count),
      message: `Due for more than a minute and not begun: ${why ?? 'no free runner'}.`,
      href: count === 1 ? `/jobs?id=${id}` : '/jobs?state=queued',
    })
  }

  return {
    look: () =>
      database.write((tx) => {
        for (const tenantId of tenantIds()) lookAt(tx, tenantId)
      }),
  }
}
