/** Counts, rates and waits of a tenant's jobs, from what was recorded; what is not known is null. */
import type { JobStats } from '#shared/contract/jobs'
import { JobState } from '#shared/job'
import { spans, toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'
import { isAlive } from './process-mark.ts'
import type { RunnerRow } from './recover.ts'

/** At most this many attempts are measured for percentiles: the newest of the window. */
const mostMeasured = 5_000
const bucketsInWindow = 60

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

export interface StatsDeps {
  database: Database
  now(): number
  runners(): RunnerRow[]
}

export function createJobStats({ database, now, runners }: StatsDeps): (tenantId: string, windowMs?: number) => JobStats {
  const { sqlite } = database
  const counts = sqlite.prepare('SELECT state, count FROM job_counts WHERE tenant_id = ?')
  const ended = sqlite.prepare(
    `SELECT finished_at AS finishedAt, outcome, started_at - due_at AS waitMs, finished_at - started_at AS runMs
     FROM attempts WHERE tenant_id = ? AND finished_at >= ? ORDER BY finished_at DESC LIMIT ${mostMeasured}`,
  )
  const oldest = sqlite.prepare(`SELECT min(due_at) AS at FROM jobs WHERE tenant_id = ? AND state = 'queued' AND due_at <= ?`)
  const kinds = sqlite.prepare(
    `SELECT kind, sum(state = 'queued') AS queued, sum(state = 'running') AS running, sum(state = 'failed') AS failed, sum(state = 'unknown') AS unknown
     FROM jobs WHERE tenant_id = ? AND state IN ('queued', 'running', 'failed', 'unknown') GROUP BY kind ORDER BY kind`,
  )
  const failures = sqlite.prepare(
    `SELECT provider, failure_kind AS kind, json_extract(failure, '$.message') AS message, count(*) AS count, max(finished_at) AS lastAt
     FROM jobs WHERE tenant_id = ? AND state IN ('failed', 'unknown') AND failure IS NOT NULL
     GROUP BY provider, failure_kind, message ORDER BY lastAt DESC LIMIT 20`,
  )
  const held = sqlite.prepare(`SELECT count(*) AS count FROM jobs WHERE locked_by = ? AND state = 'running'`)

  return (tenantId, windowMs = spans.hour) => {
    const from = now() - windowMs
    const bucketMs = Math.ceil(windowMs / bucketsInWindow)
    const found = ended.all(tenantId, from) as Ended[]
    const known = new Map((counts.all(tenantId) as { state: string; count: number }[]).map(({ state, count }) => [state, count]))
    const { at } = oldest.get(tenantId, now()) as { at: number | null }
    return {
      states: Object.fromEntries(JobState.options.map((state) => [state, known.get(state) ?? 0])) as JobStats['states'],
      windowMs,
      bucketMs,
      buckets: bucketed(found, from, bucketMs),
      waitMs: percentiles(found.map((attempt) => Math.max(0, attempt.waitMs))),
      runMs: percentiles(found.map((attempt) => attempt.runMs)),
      oldestWaitingMs: at === null ? null : Math.max(0, now() - at),
      kinds: kinds.all(tenantId) as JobStats['kinds'],
      failures: (
        failures.all(tenantId) as { provider: string | null; kind: string; message: string; count: number; lastAt: number }[]
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
