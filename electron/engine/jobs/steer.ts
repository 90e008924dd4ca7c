/** What a person does to a job: cancel, retry, resolve. Each is one move with its audit event. */
import { failed } from '#shared/failure'
import { canMove, type JobMove } from '#shared/job'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { JobFinder } from './find.ts'
import { type JobMoves, type JobPatch, unlocked } from './moves.ts'
import { type JobRow, type Progress, parseJson } from './rows.ts'

export interface Steering {
  cancel(tenantId: string, id: string, actor: Actor): Promise<JobRow>
  retry(tenantId: string, id: string, actor: Actor): Promise<JobRow>
  resolve(
    tenantId: string,
    id: string,
    word: { outcome: 'sent' | 'send_again'; note?: string | undefined; url?: string | undefined },
    actor: Actor,
  ): Promise<JobRow>
  /** One verb on one row inside a change, for bulk operations. */
  apply(tx: Change, row: JobRow, verb: 'cancel' | 'retry', actor: Actor): JobRow
}

export interface SteeringDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  moves: JobMoves
  finder: JobFinder
  now(): number
  abort(jobId: string): void
  nudge(): void
}

/** What was taken once is not watched again when a person orders it anew; parts that went out stay remembered. */
function progressToKeep({ progress }: JobRow): string | null {
  return parseJson<Progress>(progress)?.acceptedAt === undefined ? progress : null
}

/** Nobody can have done by hand what waits for a connection or an approval. */
function refuseUnseen({ state, reason }: JobRow): void {
  if (state !== 'waiting' || reason === 'operator' || reason === 'verification') return
  throw failed('conflict', `A job that waits for ${reason ?? 'something'} cannot be called done. Cancel it, or let it run.`)
}

export function createSteering(deps: SteeringDeps): Steering {
  const { database, audit, announcements, moves, finder, now } = deps
  const { sqlite } = database
  const askCancel = sqlite.prepare(
    `UPDATE jobs SET cancel_asked_at = coalesce(cancel_asked_at, ?) WHERE id = ? AND state = 'running'`,
  )
  const runNow = sqlite.prepare(`UPDATE jobs SET run_at = ?, waiting_for = NULL WHERE id = ? AND state = 'queued'`)

  /** A running job is asked to stop; what became of it is told by its own attempt. */
  function cancelRow(tx: Change, row: JobRow, actor: Actor): JobRow {
    if (row.state !== 'running') {
      return moves.move(tx, row, { move: 'cancel', actor, patch: { ...unlocked, finished_at: now(), reason: null } })
    }
    askCancel.run(now(), row.id)
    audit.append(row.tenant_id, { actor, action: 'job.cancel_asked', outcome: 'ok', target: { kind: 'job', id: row.id } })
    tx.afterCommit(() => deps.abort(row.id))
    return { ...row, cancel_asked_at: now() }
  }

  function retryRow(tx: Change, row: JobRow, actor: Actor): JobRow {
    if (row.state === 'queued') return runRowNow(tx, row, actor)
    if (row.state === 'waiting' && row.reason === 'approval')
      throw failed('conflict', 'It waits for a decision. Decide it under Agents › Approvals.')
    const move: JobMove = row.state === 'waiting' ? 'resume' : 'retry'
    if (!canMove(row.state, move)) {
      const hint = row.state === 'unknown' ? ' Say first what became of it.' : ''
      throw failed('conflict', `A job that is ${row.state} cannot be retried.${hint}`)
    }
    const patch: JobPatch = {
      ...unlocked,
      run_at: now(),
      attempts: 0,
      finished_at: null,
      reason: null,
      cancel_asked_at: null,
      crashes: 0,
      progress: progressToKeep(row),
    }
    return moves.move(tx, row, { move, actor, patch })
  }

  function runRowNow(tx: Change, row: JobRow, actor: Actor): JobRow {
    runNow.run(now(), row.id)
    audit.append(row.tenant_id, { actor, action: 'job.hurried', outcome: 'ok', target: { kind: 'job', id: row.id } })
    tx.afterCommit(() => announcements.announce('job.changed', row.tenant_id, row.id))
    return { ...row, run_at: now(), waiting_for: null }
  }

  const verbs = { cancel: cancelRow, retry: retryRow }

  async function steer(tenantId: string, id: string, change: (tx: Change, row: JobRow) => JobRow): Promise<JobRow> {
    const row = await database.write((tx) => change(tx, finder.one(tenantId, id)))
    deps.nudge()
    return row
  }

  return {
    cancel: (tenantId, id, actor) => steer(tenantId, id, (tx, row) => cancelRow(tx, row, actor)),
    retry: (tenantId, id, actor) => steer(tenantId, id, (tx, row) => retryRow(tx, row, actor)),
    resolve: (tenantId, id, { outcome, note, url }, actor) =>
      steer(tenantId, id, (tx, row) => {
        const detail = { ...(note ? { note } : {}), ...(url ? { url } : {}) }
        if (outcome === 'sent') {
          refuseUnseen(row)
          const result = JSON.stringify({ ...parseJson<object>(row.result), ...(url ? { url } : {}), toldBy: actor.id })
          const patch: JobPatch = { ...unlocked, finished_at: now(), reason: null, failure: null, failure_kind: null, result }
          return moves.move(tx, row, { move: 'resolve_sent', actor, patch, detail })
        }
        const patch: JobPatch = {
          ...unlocked,
          run_at: now(),
          attempts: 0,
          finished_at: null,
          failure: null,
          failure_kind: null,
          crashes: 0,
          cancel_asked_at: null,
          progress: progressToKeep(row),
        }
        return moves.move(tx, row, { move: 'resolve_again', actor, patch, detail })
      }),
    apply: (tx, row, verb, actor) => verbs[verb](tx, row, actor),
  }
}
