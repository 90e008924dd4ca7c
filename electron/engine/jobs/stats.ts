/** Counts, rates and waits of a tenant's jobs, from what was recorded; what is not known is null. */
import type { JobStats } from '#shared/contract/jobs'
import { JobState } from '#shared/job'
import { spans, toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'
import { createEndedReader, type EndedIn } from './attempt-minutes.ts'
import { createCountReader, type JobCount, sumOf } from './counts.ts'
import { isAlive } from './process-mark.ts'
import type { RunnerRow } from './recover.ts'

/** Times are taken from the newest jobs that ended: so many of each state they end in. */
const mostMeasured = 500
const bucketsInWindow = 60
/** Failures are grouped among so many jobs: the newest that failed, and the newest of unknown outcome. */
const mostExplained = 500

interface Times {
  waitMs: number
  runMs: number
}

/** The parts of a window: whole minutes, each from a full one, the last one under way. */
interface Parts {
  count: number
  /** Minutes in each. */
  perSpan: number
  /** The minute that the first one begins with, since the epoch. */
  first: number
}

function partsOf(windowMs: number, now: number): Parts {
  const perSpan = Math.ceil(windowMs / bucketsInWindow / spans.minute)
  const count = Math.ceil(windowMs / spans.minute / perSpan)
  return { count, perSpan, first: (Math.floor(now / spans.minute / perSpan) - count + 1) * perSpan }
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

function bucketed(ended: readonly EndedIn[], { count, perSpan, first }: Parts): JobStats['buckets'] {
  const buckets = Array.from({ length: count }, (_, at) => ({
    at: toInstant((first + at * perSpan) * spans.minute),
    succeeded: 0,
    failed: 0,
    retried: 0,
    unknown: 0,
  }))
  for (const { at, outcome, count: more } of ended) {
    const bucket = buckets[Math.min(count - 1, at)]
    if (bucket && (outcome === 'succeeded' || outcome === 'failed' || outcome === 'retried' || outcome === 'unknown'))
      bucket[outcome] += more
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

/** Reads how long attempts waited and ran since an instant: those of the newest jobs that ended. */
function createTimesReader({ sqlite }: Database): (tenantId: string, from: number) => Times[] {
  const newestEnded = (['succeeded', 'failed', 'unknown'] as const)
    .map(
      (state) => `SELECT * FROM (SELECT id, finished_at FROM jobs INDEXED BY jobs_state
        WHERE tenant_id = @tenantId AND state = '${state}' ORDER BY rowid DESC LIMIT ${mostMeasured})`,
    )
    .join(' UNION ALL ')
  const times = sqlite.prepare(
    `SELECT max(0, a.started_at - a.due_at) AS waitMs, a.finished_at - a.started_at AS runMs
     FROM (${newestEnded}) AS ended JOIN attempts AS a ON a.job_id = ended.id
     WHERE ended.finished_at >= @from AND a.finished_at >= @from`,
  )
  return (tenantId, from) => times.all({ tenantId, from }) as Times[]
}

export interface StatsDeps {
  database: Database
  now(): number
  runners(): RunnerRow[]
}

export function createJobStats({ database, now, runners }: StatsDeps): (tenantId: string, windowMs?: number) => JobStats {
  const { sqlite } = database
  const countsOf = createCountReader(database)
  const endedIn = createEndedReader(database)
  const timesOf = createTimesReader(database)
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
    const parts = partsOf(windowMs, now())
    const found = timesOf(tenantId, now() - windowMs)
    const counts = countsOf(tenantId)
    const { at } = oldest.get(tenantId, now()) as { at: number | null }
    return {
      states: Object.fromEntries(JobState.options.map((state) => [state, sumOf(counts, { state })])) as JobStats['states'],
      windowMs,
      bucketMs: parts.perSpan * spans.minute,
      buckets: bucketed(endedIn(tenantId, parts), parts),
      waitMs: percentiles(found.map(({ waitMs }) => waitMs)),
      runMs: percentiles(found.map(({ runMs }) => runMs)),
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
