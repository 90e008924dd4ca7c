/** Records how an attempt ended: fenced by generation, in one change with its attempt, its audit event and what it proved. */
import { type Failure, failed } from '#shared/failure'
import { mayHaveGoneOut, stillWorking } from '../../kit/failures.ts'
import { digest } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Buckets } from '../limits/buckets.ts'
import { backoffMs } from './backoff.ts'
import { type FailedAttempt, judge, toDoubt } from './decide.ts'
import { type JobMoves, type JobPatch, type MoveOrder, unlocked } from './moves.ts'
import type { RunPlan } from './plan.ts'
import { mayFallOver, type Route } from './route.ts'
import { type JobRow, type Progress, parseJson } from './rows.ts'

export interface Settler {
  /** Durable note that the first request with an effect is about to leave; refuses when the job is no longer ours. */
  markSending(row: JobRow): Promise<void>
  /** Keeps what the action wants to know next time; `accepted` says that the provider took the order. */
  remember(row: JobRow, provider: string, value: unknown, accepted?: boolean): Promise<void>
  succeed(row: JobRow, plan: RunPlan | undefined, result: unknown): Promise<void>
  fail(row: JobRow, plan: RunPlan | undefined, failure: Failure): Promise<void>
}

export interface SettlerDeps {
  database: Database
  moves: JobMoves
  buckets: Buckets
  now(): number
  dice(): number
  /** Who could do the job's kind after these failures, or the failure of them all. */
  routeAfter(row: JobRow, tried: Readonly<Record<string, Failure>>): Route
  /** Evidence for the connection, inside the change. */
  onProof(tx: Change, proof: { tenantId: string; provider: string; call: string; failure?: Failure }): void
}

const system: Actor = { kind: 'system', id: 'runner' }

export function createSettler(deps: SettlerDeps): Settler {
  const { database, moves, buckets, now } = deps
  const { sqlite } = database
  const current = sqlite.prepare('SELECT * FROM jobs WHERE id = ?')
  const stillOurs = sqlite.prepare(
    `SELECT 1 FROM jobs WHERE id = ? AND state = 'running' AND generation = ? AND locked_by = ? AND cancel_asked_at IS NULL`,
  )
  const sending = sqlite.prepare('UPDATE attempts SET sending_at = coalesce(sending_at, ?) WHERE job_id = ? AND number = ?')
  const left = sqlite.prepare('SELECT 1 FROM attempts WHERE job_id = ? AND number = ? AND sending_at IS NOT NULL')
  const saveProgress = sqlite.prepare(`UPDATE jobs SET progress = ? WHERE id = ? AND generation = ? AND state = 'running'`)

  function fresh(row: JobRow): JobRow {
    return current.get(row.id) as JobRow
  }

  /** Moves if the job is still in this run's hands; a late success of a lost answer is taken as the answer. */
  function settle(tx: Change, row: JobRow, order: MoveOrder): void {
    if (order.move === 'succeed' && moves.moveIfUnchanged(tx, row, order)) return
    const latest = fresh(row)
    if (latest.generation !== row.generation) return
    if (latest.state === 'running') moves.move(tx, latest, order)
    else if (latest.state === 'unknown' && order.move === 'succeed') moves.move(tx, latest, { ...order, move: 'late_answer' })
  }

  function proofOf(row: JobRow, plan: RunPlan | undefined, failure?: Failure) {
    if (!plan) return undefined
    return { tenantId: row.tenant_id, provider: plan.provider.id, call: plan.actionId, ...(failure ? { failure } : {}) }
  }

  /** The provider that may have taken the order, in this attempt or in an earlier one. */
  function mayHaveTaken(row: JobRow, plan: RunPlan | undefined, failure: Failure): string | undefined {
    const earlier = parseJson<Progress>(row.progress)?.mayHaveTaken
    if (earlier !== undefined || !plan || !mayHaveGoneOut(failure, plan.action.repeat)) return earlier
    return left.get(row.id, row.generation) ? plan.provider.id : undefined
  }

  /** The next provider of the kind takes over at once where this one certainly did not send; after the last one, all are told. */
  function fallOver(row: JobRow, plan: RunPlan, failure: Failure): MoveOrder | undefined {
    const progress = parseJson<Progress>(row.progress)
    if (!mayFallOver(failure) || failure.code === stillWorking || progress?.acceptedAt !== undefined) return undefined
    const before = progress?.tried ?? {}
    const tried = { ...before, [plan.provider.id]: failure }
    const route = deps.routeAfter(row, tried)
    if ('failure' in route) return Object.keys(before).length > 0 ? judgedOrder(row, plan, route.failure, undefined) : undefined
    const told = { failure: JSON.stringify(failure), failure_kind: failure.kind }
    const patch: JobPatch = {
      ...unlocked,
      ...told,
      run_at: now(),
      attempts: row.attempts - 1,
      progress: JSON.stringify({ tried }),
    }
    return { move: 'retry_later', actor: system, patch, failure, detail: { fellOverFrom: plan.provider.id } }
  }

  function judgedOrder(row: JobRow, plan: RunPlan | undefined, cause: Failure, taker: string | undefined): MoveOrder {
    const attempt: FailedAttempt = {
      failure: cause,
      repeat: plan?.action.repeat ?? 'safe',
      attempts: row.attempts,
      maxAttempts: row.max_attempts,
      dueAt: row.due_at,
      now: now(),
      acceptedAt: parseJson<Progress>(row.progress)?.acceptedAt,
      isDoubtful: taker !== undefined,
      cancelAsked: row.cancel_asked_at !== null,
    }
    const verdict = judge(attempt)
    const failure = verdict.move === 'lose_answer' && taker !== undefined ? toDoubt(cause) : cause
    const told = { failure: JSON.stringify(failure), failure_kind: failure.kind }
    const patch: JobPatch = { ...unlocked, ...told, ...(verdict.free ? { attempts: row.attempts - 1 } : {}) }
    if (verdict.move === 'retry_later' || verdict.move === 'release') {
      const { run_at, progress } = retryPatch(row, failure, taker)
      return { move: verdict.move, actor: system, failure, patch: { ...patch, run_at, progress } }
    }
    if (verdict.move === 'park')
      return {
        move: 'park',
        actor: system,
        failure,
        patch: { ...patch, reason: verdict.reason ?? 'operator', waiting_for: failure.message },
      }
    return { move: verdict.move, actor: system, failure, patch: { ...patch, finished_at: now() } }
  }

  /** A new round asks every provider of the kind again, and keeps what the action remembered. */
  function retryPatch(row: JobRow, failure: Failure, taker: string | undefined): { run_at: number; progress: string | null } {
    const { tried: _tried, ...known } = parseJson<Progress>(row.progress) ?? {}
    const kept = { ...known, ...(taker === undefined ? {} : { mayHaveTaken: taker }) }
    return {
      run_at: now() + backoffMs(failure, row.attempts, deps.dice()),
      progress: kept.provider || kept.mayHaveTaken ? JSON.stringify(kept) : null,
    }
  }

  /** Holds the narrowest bucket; where the provider throttles several of them at once, it means the widest. */
  function holdFor(row: JobRow, plan: RunPlan, failure: Failure): void {
    const narrowest = plan.buckets.at(-1)
    const widest = plan.buckets[0]
    if (failure.kind !== 'rate_limited' || !narrowest || !widest) return
    const hold = { until: now() + (failure.retryAfterMs ?? 1_000), why: `${plan.provider.name} asked to wait` }
    const heldBeside = buckets
      .list(row.tenant_id, plan.provider.id)
      .some(({ bucket, heldUntil }) => bucket !== narrowest && (heldUntil ?? 0) > now())
    for (const bucket of heldBeside ? [narrowest, widest] : [narrowest])
      buckets.hold(row.tenant_id, plan.provider.id, bucket, hold)
  }

  return {
    markSending(row) {
      return database.write(() => {
        if (!stillOurs.get(row.id, row.generation, row.locked_by)) {
          throw failed('cancelled', 'The job was stopped or taken over before anything was sent.')
        }
        sending.run(now(), row.id, row.generation)
      })
    },
    remember(row, provider, value, accepted = false) {
      return database.write(() => {
        const { tried: _tried, ...kept } = parseJson<Progress>(fresh(row).progress) ?? {}
        const taken = accepted && kept.acceptedAt === undefined ? { acceptedAt: now() } : {}
        const progress: Progress = { ...kept, ...taken, provider, value }
        saveProgress.run(JSON.stringify(progress), row.id, row.generation)
      })
    },
    succeed(row, plan, result) {
      return database.write((tx) => {
        const text = JSON.stringify(result ?? {})
        const patch: JobPatch = {
          ...unlocked,
          result: text,
          finished_at: now(),
          failure: null,
          failure_kind: null,
          progress: null,
          crashes: 0,
        }
        const detail = {
          ...(plan ? { provider: plan.provider.id, action: plan.actionId } : {}),
          resultDigest: digest(result ?? {}),
          ...referencesOf(result),
        }
        settle(tx, row, { move: 'succeed', actor: system, patch, detail })
        const proof = proofOf(row, plan)
        if (proof) deps.onProof(tx, proof)
      })
    },
    fail(row, plan, failure) {
      return database.write((tx) => {
        const latest = fresh(row)
        const taker = mayHaveTaken(latest, plan, failure)
        const mayChangeHands = taker === undefined && latest.cancel_asked_at === null
        const order =
          (plan && mayChangeHands ? fallOver(latest, plan, failure) : undefined) ?? judgedOrder(latest, plan, failure, taker)
        const detail = plan ? { provider: plan.provider.id, action: plan.actionId } : {}
        settle(tx, row, { ...order, detail: { ...detail, ...order.detail } })
        if (plan) holdFor(row, plan, failure)
        const proof = proofOf(row, plan, failure)
        if (proof) deps.onProof(tx, proof)
      })
    },
  }
}

/** Ids at the provider, so that an audit event leads to what it made: short strings of the result, under names that end in id, ts or url. */
function referencesOf(result: unknown): Record<string, unknown> {
  if (typeof result !== 'object' || result === null) return {}
  const references = Object.entries(result).filter(
    ([name, value]) => /(id|ids|ts|url)$/i.test(name) && JSON.stringify(value).length <= 300,
  )
  return references.length > 0 ? { references: Object.fromEntries(references) } : {}
}
