/** Counts, rates and waits of a tenant's jobs, from what was recorded; what is not known is null. */
import type { JobStats } from '#shared/contract/jobs'
import { JobState } from '#shared/job'
import { spans, toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'
import { createCountReader, type JobCount, sumOf } from './counts.ts'
import { isAlive } from './process-mark.ts'
import type { RunnerRow } from './recover.ts'

/** At most this many attempts are measured for percentiles: the newest of the window. */
const mostMeasured = 5_000
const bucketsInWindow = 60
/** Failures are grouped among so many jobs: the newest that failed, and the newest of unknown outcome. */
const mostExplained = 500

interface Ended {
  finishedAt: number
  outcome: string
  waitMs: number
  runMs: number
}

/** The value below which a share of sorted values lies (nearest rank); null when there is none. */
export function percentile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? null
}

function percentiles(values: number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) }
}

function bucketed(ended: readonly Ended[], from: number, bucketMs: number): JobStats['buckets'] {
  const buckets = Array.from({ length: bucketsInWindow }, (_, at) => ({
    at: toInstant(from + at * bucketMs),
    succeeded: 0,
    failed: 0,
    retried: 0,
    unknown: 0,
  }))
  for (const { finishedAt, outcome } of ended) {
    const bucket = buckets[Math.min(bucketsInWindow - 1, Math.floor((finishedAt - from) / bucketMs))]
    if (bucket && (outcome === 'succeeded' || outcome === 'failed' || outcome === 'retried' || outcome === 'unknown'))
      bucket[outcome] += 1
  }
  return buckets
}

/** Kinds of which some wait, run or need somebody. */
function kindsOf(counts: readonly JobCount[]): JobStats['kinds'] {
  const told = ['queued', 'running', 'failed', 'unknown'] as const
  const kinds = new Set(counts.filter(({ state }) => (told as readonly string[]).includes(state)).map(({ kind }) => kind))
  const sums = (kind: string) => Object.fromEntries(told.map((state) => [state, sumOf(counts, { kind, state })]))
  return [...kinds].sort().map((kind) => ({ kind, ...(sums(kind) as Record<(typeof told)[number], number>) }))
}

export interface StatsDeps {
  database: Database
  now(): number
  runners(): RunnerRow[]
}

export function createJobStats({ database, now, runners }: StatsDeps): (tenantId: string, windowMs?: number) => JobStats {
  const { sqlite } = database
  const countsOf = createCountReader(database)
  const ended = sqlite.prepare(
    `SELECT finished_at AS finishedAt, outcome, started_at - due_at AS waitMs, finished_at - started_at AS runMs
     FROM attempts WHERE tenant_id = ? AND finished_at >= ? ORDER BY finished_at DESC LIMIT ${mostMeasured}`,
  )
  const oldest = sqlite.prepare(
    `SELECT min(due_at) AS at FROM jobs INDEXED BY jobs_late WHERE tenant_id = ? AND state = 'queued' AND due_at <= ?`,
  )
  const newest = (state: JobState) =>
    `SELECT * FROM (SELECT provider, failure_kind, failure, finished_at FROM jobs INDEXED BY jobs_state
       WHERE tenant_id = @tenantId AND state = '${state}' ORDER BY rowid DESC LIMIT ${mostExplained})`
  const failures = sqlite.prepare(
    `SELECT provider, failure_kind AS kind, json_extract(failure, '$.message') AS message, count(*) AS count, max(finished_at) AS lastAt
     FROM (${newest('failed')} UNION ALL ${newest('unknown')}) WHERE failure IS NOT NULL
     GROUP BY provider, failure_kind, message ORDER BY lastAt DESC LIMIT 20`,
  )
  const held = sqlite.prepare(`SELECT count(*) AS count FROM jobs WHERE locked_by = ? AND state = 'running'`)

  return (tenantId, windowMs = spans.hour) => {
    const from = now() - windowMs
    const bucketMs = Math.ceil(windowMs / bucketsInWindow)
    const found = ended.all(tenantId, from) as Ended[]
    const counts = countsOf(tenantId)
    const { at } = oldest.get(tenantId, now()) as { at: number | null }
    return {
      states: Object.fromEntries(JobState.options.map((state) => [state, sumOf(counts, { state })])) as JobStats['states'],
      windowMs,
      bucketMs,
      buckets: bucketed(found, from, bucketMs),
      waitMs: percentiles(found.map((attempt) => Math.max(0, attempt.waitMs))),
      runMs: percentiles(found.map((attempt) => attempt.runMs)),
      oldestWaitingMs: at === null ? null : Math.max(0, now() - at),
      kinds: kindsOf(counts),
      failures: (
        failures.all({ tenantId }) as { provider: string | null; kind: string; message: string; count: number; lastAt: number }[]
      ).map((row) => ({
        ...row,
        lastAt: toInstant(row.lastAt),
      })),
      runners: runners().map((runner) => ({
        id: runner.id,
        host: runner.host,
        pid: runner.pid,
        startedAt: toInstant(runner.started_at),
        seenAt: toInstant(runner.seen_at),
        running: (held.get(runner.id) as { count: number }).count,
        alive: isAlive(runner.pid, runner.process_mark),
      })),
    }
  }
}
