/** A million jobs in a database, as they lie there after their work or before it. */
import type Sqlite from 'better-sqlite3'

export const million = 1_000_000

export interface Filling {
  state: 'succeeded' | 'failed' | 'queued'
  count: number
  /** The tenant of row `n`, in SQL. */
  tenant: string
  input: unknown
}

/** Queued ones are due tomorrow, the others ended yesterday. */
export function fill(sqlite: Sqlite.Database, { state, count, tenant, input }: Filling): void {
  const now = Date.now()
  const day = 86_400_000
  const isQueued = state === 'queued'
  const runAt = isQueued ? now + day : now - day
  sqlite.pragma('synchronous = OFF')
  sqlite
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @count)
       INSERT INTO jobs (id, tenant_id, kind, state, agent, provider, subject, input, max_attempts, attempts, generation, due_at, run_at, created_at, started_at, finished_at, result, failure, failure_kind)
       SELECT @state || printf('-%012d', n), ${tenant}, 'TELEGRAM_SEND', @state, 'cheryl', 'telegram', 'A message',
         @input, 5, @attempts, @attempts, @runAt + n, @runAt + n, @now, @done, @done, @result, @failure, @failureKind FROM numbers`,
    )
    .run({
      state,
      count,
      input: JSON.stringify(input),
      attempts: isQueued ? 0 : 1,
      runAt,
      now,
      done: isQueued ? null : runAt,
      result: state === 'succeeded' ? '{"messageId":"1"}' : null,
      failure: state === 'failed' ? '{"kind":"rejected","message":"That channel is archived."}' : null,
      failureKind: state === 'failed' ? 'rejected' : null,
    })
  sqlite.exec(
    `DELETE FROM job_counts; INSERT INTO job_counts
     SELECT tenant_id, kind, ifnull(provider, ''), ifnull(agent, ''), state, count(*), max(created_at) FROM jobs GROUP BY 1, 2, 3, 4, 5`,
  )
  sqlite.pragma('wal_checkpoint(TRUNCATE)')
  sqlite.pragma('synchronous = FULL')
}
