/** Watches what should have happened and did not: a job that is due and has not begun raises an alarm with its reason. */
import { spans } from '#shared/time'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Notices } from './notices.ts'

/** Due for this long without a first attempt. */
const lateMs = spans.minute

interface LateRow {
  tenant_id: string
  count: number
  why: string | null
  id: string
}

export interface LateWatch {
  look(): Promise<void>
}

export function createLateWatch(database: Database, notices: Notices, now: () => number): LateWatch {
  const { sqlite } = database
  const late = sqlite.prepare(
    `SELECT tenant_id, count(*) AS count, min(waiting_for) AS why, min(id) AS id FROM jobs
     WHERE state = 'queued' AND attempts = 0 AND due_at < ?
       AND (kind <> 'AGENT_RUN' OR progress IS NULL) GROUP BY tenant_id`,
  )
  const told = new Set<string>()
  function raise(tx: Change, { tenant_id, count, why, id }: LateRow): void {
    if (told.has(tenant_id)) return
    told.add(tenant_id)
    const title = count === 1 ? 'A job is late' : `${count} jobs are late`
    const message = `Due for more than a minute and not begun: ${why ?? 'no free runner'}.`
    const href = count === 1 ? `/jobs?id=${id}` : '/jobs?state=queued'
    notices.raise(tx, tenant_id, { kind: 'job_late', cause: 'late', title, message, href })
  }

  function closeOthers(tx: Change, still: ReadonlySet<string>): void {
    for (const tenantId of [...told]) {
      if (still.has(tenantId)) continue
      told.delete(tenantId)
      notices.close(tx, tenantId, 'job_late', 'late')
    }
  }

  return {
    look() {
      return database.write((tx) => {
        const rows = late.all(now() - lateMs) as LateRow[]
        for (const row of rows) raise(tx, row)
        closeOthers(tx, new Set(rows.map((row) => row.tenant_id)))
      })
    },
  }
}
