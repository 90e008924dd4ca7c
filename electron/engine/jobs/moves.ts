/** The only code that can move a job: job row, attempt row and audit event in one change, by the table of shared/job. */
import type { AuditOutcome } from '#shared/contract/audit'
import type { Attempt } from '#shared/contract/jobs'
import { type Failure, failed } from '#shared/failure'
import { canMove, type JobMove, jobMoves } from '#shared/job'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { AttemptMinutes } from './attempt-minutes.ts'
import type { JobCounts } from './counts.ts'
import type { JobRow } from './rows.ts'

/** How each move is told: the audit's words, and how the attempt under way ended by it. */
const telling: Readonly<Record<JobMove, { action: string; outcome: AuditOutcome; attempt?: Attempt['outcome'] }>> = {
  claim: { action: 'job.started', outcome: 'intent', attempt: 'running' },
  succeed: { action: 'job.succeeded', outcome: 'ok', attempt: 'succeeded' },
  retry_later: { action: 'job.retried', outcome: 'failed', attempt: 'retried' },
  fail: { action: 'job.failed', outcome: 'failed', attempt: 'failed' },
  lose_answer: { action: 'job.outcome_lost', outcome: 'unknown', attempt: 'unknown' },
  release: { action: 'job.released', outcome: 'ok', attempt: 'released' },
  park: { action: 'job.parked', outcome: 'ok', attempt: 'released' },
  resume: { action: 'job.resumed', outcome: 'ok' },
  cancel: { action: 'job.cancelled', outcome: 'ok', attempt: 'cancelled' },
  retry: { action: 'job.requeued', outcome: 'ok' },
  resolve_sent: { action: 'job.resolved_sent', outcome: 'ok' },
  resolve_again: { action: 'job.resolved_again', outcome: 'ok' },
  late_answer: { action: 'job.answered_late', outcome: 'ok', attempt: 'succeeded' },
}

/** Columns that a move may set beside the state. */
export type JobPatch = Partial<
  Pick<
    JobRow,
    | 'reason'
    | 'provider'
    | 'priority'
    | 'attempts'
    | 'run_at'
    | 'waiting_for'
    | 'started_at'
    | 'finished_at'
    | 'result'
    | 'failure'
    | 'failure_kind'
    | 'progress'
    | 'locked_by'
    | 'locked_until'
    | 'generation'
    | 'crashes'
    | 'cancel_asked_at'
    | 'due_at'
  >
>

export interface MoveOrder {
  move: JobMove
  actor: Actor
  patch?: JobPatch
  /** Provider and action of the attempt, when it begins. */
  plan?: { provider: string | null; action: string | null }
  failure?: Failure | undefined
  detail?: Record<string, unknown>
}

export interface JobMoves {
  /** Moves a job that is still as `row` says (state and generation); `conflict` when it is not. Call inside a change. */
  move(tx: Change, row: JobRow, order: MoveOrder): JobRow
  /** The same; undefined, and nothing done, when the job changed meanwhile. */
  moveIfUnchanged(tx: Change, row: JobRow, order: MoveOrder): JobRow | undefined
}

export interface JobMovesDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  counts: JobCounts
  minutes: AttemptMinutes
  now(): number
  /** Told inside the change, so that notices and waiting work share its fate. */
  onMoved(tx: Change, row: JobRow, order: MoveOrder): void
}

export function createJobMoves(deps: JobMovesDeps): JobMoves {
  const { audit, announcements, counts, minutes, now, onMoved } = deps
  const { sqlite } = deps.database
  const statements = new Map<string, ReturnType<typeof sqlite.prepare>>()
  const begin = sqlite.prepare(
    `INSERT INTO attempts (job_id, number, tenant_id, provider, action, runner, due_at, started_at, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running')`,
  )
  const end = sqlite.prepare('UPDATE attempts SET finished_at = ?, outcome = ?, failure = ? WHERE job_id = ? AND number = ?')

  function update(columns: string[]) {
    const key = columns.join()
    const known = statements.get(key)
    if (known) return known
    const set = columns.map((column) => `${column} = ?`).join(', ')
    const made = sqlite.prepare(`UPDATE jobs SET ${set} WHERE id = ? AND state = ? AND generation = ?`)
    statements.set(key, made)
    return made
  }

  function writeAttempt(row: JobRow, next: JobRow, order: MoveOrder): void {
    if (order.move === 'claim') {
      const { provider = null, action = null } = order.plan ?? {}
      begin.run(next.id, next.generation, next.tenant_id, provider, action, next.locked_by, row.run_at, now())
      return
    }
    const outcome = telling[order.move].attempt
    if (!outcome || (row.state !== 'running' && order.move !== 'late_answer')) return
    end.run(now(), outcome, order.failure ? JSON.stringify(order.failure) : null, row.id, row.generation)
    minutes.add(row.tenant_id, outcome)
  }

  function tellAudit(row: JobRow, order: MoveOrder): void {
    const { action, outcome } = telling[order.move]
    const why = order.failure ? { failure: order.failure.kind, ...(order.failure.code ? { code: order.failure.code } : {}) } : {}
    const detail = {
      kind: row.kind,
      attempt: row.generation,
      ...(row.provider ? { provider: row.provider } : {}),
      ...why,
      ...order.detail,
    }
    audit.append(row.tenant_id, { actor: order.actor, action, outcome, target: { kind: 'job', id: row.id }, detail })
  }

  function moveIfUnchanged(tx: Change, row: JobRow, order: MoveOrder): JobRow | undefined {
    if (!canMove(row.state, order.move)) {
      throw failed('conflict', `A job that is ${row.state} cannot be moved by "${order.move.replaceAll('_', ' ')}".`)
    }
    const patch = { state: jobMoves[order.move].to, ...order.patch }
    const changed = update(Object.keys(patch)).run(...Object.values(patch), row.id, row.state, row.generation)
    if (changed.changes !== 1) return undefined
    const next: JobRow = Object.assign({}, row, patch)
    counts.add(row, -1)
    counts.add(next, 1)
    writeAttempt(row, next, order)
    tellAudit(next, order)
    onMoved(tx, next, order)
    tx.afterCommit(() => announcements.announce('job.changed', row.tenant_id, row.id))
    return next
  }

  return {
    moveIfUnchanged,
    move(tx, row, order) {
      const moved = moveIfUnchanged(tx, row, order)
      if (!moved) throw failed('conflict', 'The job changed meanwhile; look at it again.')
      return moved
    },
  }
}

/** The patch that ends a run: nothing holds the job any more. */
export const unlocked = { locked_by: null, locked_until: null, waiting_for: null } as const
