/** Rows of jobs and attempts as they lie in the database, and their way to the contract. */
import type { Attempt, Job } from '#shared/contract/jobs'
import type { Failure } from '#shared/failure'
import type { JobState, WaitReason } from '#shared/job'
import { toInstant } from '#shared/time'

export interface JobRow {
  id: string
  tenant_id: string
  kind: string
  state: JobState
  reason: WaitReason | null
  agent: string | null
  provider: string | null
  subject: string
  input: string
  key: string | null
  priority: number
  attempts: number
  max_attempts: number
  due_at: number
  run_at: number
  waiting_for: string | null
  created_at: number
  started_at: number | null
  finished_at: number | null
  result: string | null
  failure: string | null
  failure_kind: string | null
  progress: string | null
  locked_by: string | null
  locked_until: number | null
  generation: number
  crashes: number
  cancel_asked_at: number | null
}

/** A job with the row it lies in: of two, the one that was ordered later lies behind. */
export interface PlacedRow extends JobRow {
  place: number
}

export interface AttemptRow {
  job_id: string
  number: number
  tenant_id: string
  provider: string | null
  action: string | null
  runner: string
  due_at: number
  started_at: number
  sending_at: number | null
  finished_at: number | null
  outcome: Attempt['outcome']
  failure: string | null
}

/** What a job carries from one attempt to the next. */
export interface Progress {
  /** Providers of this kind that were tried in this round, with what they said. */
  tried?: Record<string, Failure>
  /** What the action remembered, and of which provider. */
  provider?: string
  value?: unknown
  /** When the provider took the order (ms UTC): what follows only watches. */
  acceptedAt?: number
  /** The provider that got the order and whose answer was lost: only it, which knows the order's key, is asked again. */
  mayHaveTaken?: string
}

export function parseJson<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T)
}

function optional<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

function instant(at: number | null): string | undefined {
  return at === null ? undefined : toInstant(at)
}

export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    subject: row.subject,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    priority: row.priority,
    runAt: toInstant(row.run_at),
    dueAt: toInstant(row.due_at),
    createdAt: toInstant(row.created_at),
    ...optional('reason', row.reason),
    ...optional('agent', row.agent),
    ...optional('provider', row.provider),
    ...optional('waitingFor', row.state === 'queued' || row.state === 'waiting' ? row.waiting_for : null),
    ...optional('startedAt', instant(row.started_at)),
    ...optional('finishedAt', instant(row.finished_at)),
    ...optional('key', row.key),
    ...optional('result', parseJson<Job['result']>(row.result)),
    ...optional('failure', parseJson<Failure>(row.failure)),
  }
}

export function toAttempt(row: AttemptRow): Attempt {
  return {
    number: row.number,
    provider: row.provider,
    action: row.action,
    runner: row.runner,
    startedAt: toInstant(row.started_at),
    sendingAt: instant(row.sending_at) ?? null,
    finishedAt: instant(row.finished_at) ?? null,
    outcome: row.outcome,
    failure: parseJson<Failure>(row.failure) ?? null,
  }
}
