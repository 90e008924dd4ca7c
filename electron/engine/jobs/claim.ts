/** Takes due jobs to run, highest priority and oldest first, within limits, pauses and fairness. */
import type { Announcements } from '../announcements.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Buckets, Passage } from '../limits/buckets.ts'
import { type JobMoves, unlocked } from './moves.ts'
import type { Pauses } from './pauses.ts'
import type { Plan, Planner, RunPlan } from './plan.ts'
import type { JobRow } from './rows.ts'

export interface Claimed {
  row: JobRow
  plan: RunPlan | { do: 'internal' }
}

export interface ClaimDeps {
  database: Database
  moves: JobMoves
  planner: Planner
  buckets: Buckets
  pauses: Pauses
  announcements: Announcements
  runnerId: string
  leaseMs: number
  now(): number
}

export interface ClaimOrder {
  capacity: number
  /** Jobs this process runs, by `tenant/provider`. */
  running: ReadonlyMap<string, number>
}

export interface Claims {
  claim(order: ClaimOrder): Promise<Claimed[]>
  /** When the next job is due (ms UTC), as far as known. */
  nextDueAt(): number | undefined
}

/** Most runs of one tenant at one provider at a time in a process, so that a slow one leaves room for the others. */
const perConnection = 8
/** Rows read in one go, and the most looked at for one claim. */
const pageSize = 64
const mostLooked = 1_024
/** A paused or waiting job is looked at again after this, should nobody wake it before. */
const lookAgainMs = 30_000

function hasRoom(sweep: Sweep): boolean {
  return sweep.claimed.length < sweep.capacity && sweep.looked < mostLooked
}

const system: Actor = { kind: 'system', id: 'runner' }

interface Sweep {
  tx: Change
  now: number
  capacity: number
  busy: Map<string, number>
  claimed: Claimed[]
  looked: number
}

export function createClaims(deps: ClaimDeps): Claims {
  const { database, moves, planner, buckets, pauses, announcements, runnerId, leaseMs } = deps
  const { sqlite } = database
  const pages = new Map<number, ReturnType<typeof sqlite.prepare>>()
  const topPriority = sqlite.prepare(`SELECT max(priority) AS priority FROM jobs WHERE state = 'queued' AND priority < ?`)
  /** The next due rows, without those of connections that are full: a long queue there must not be read for nothing. */
  function pageOf(priority: number, sweep: Sweep, after: [number, string]): JobRow[] {
    const full = [...sweep.busy].filter(([, count]) => count >= perConnection).map(([key]) => key.split('/') as [string, string])
    const known = pages.get(full.length)
    const without = ' AND NOT (tenant_id = ? AND provider IS NOT NULL AND provider = ?)'.repeat(full.length)
    const page =
      known ??
      sqlite.prepare(
        `SELECT * FROM jobs WHERE state = 'queued' AND priority = ? AND run_at <= ? AND (run_at, id) > (?, ?)${without} ORDER BY run_at, id LIMIT ${pageSize}`,
      )
    if (!known) pages.set(full.length, page)
    return page.all(priority, sweep.now, ...after, ...full.flat()) as JobRow[]
  }
  const defer = sqlite.prepare(`UPDATE jobs SET run_at = ?, waiting_for = ? WHERE id = ? AND state = 'queued'`)
  const soonest = sqlite.prepare(`SELECT min(run_at) AS at FROM jobs WHERE state = 'queued' AND priority = ?`)
  /** Where the queue of a held bucket ends, so that its jobs are laid out one after another instead of looked at again and again. */
  const queueEnds = new Map<string, number>()

  function later(sweep: Sweep, row: JobRow, at: number, why: string): void {
    defer.run(Math.ceil(at), why, row.id)
    sweep.tx.afterCommit(() => announcements.announce('job.changed', row.tenant_id, row.id))
  }

  function behindOthers(row: JobRow, plan: RunPlan, passage: Passage): number {
    const key = `${row.tenant_id} ${plan.provider.id} ${passage.bucket}`
    const at = Math.max(passage.freeAt, queueEnds.get(key) ?? 0)
    queueEnds.set(key, at + passage.spacingMs)
    if (queueEnds.size > 10_000) queueEnds.clear()
    return at
  }

  function take(sweep: Sweep, row: JobRow, plan: Claimed['plan']): void {
    const run = plan.do === 'run' ? { provider: plan.provider.id, action: plan.actionId } : { provider: null, action: row.kind }
    const taken = moves.move(sweep.tx, row, {
      move: 'claim',
      actor: system,
      plan: run,
      patch: {
        provider: run.provider ?? row.provider,
        attempts: row.attempts + 1,
        generation: row.generation + 1,
        locked_by: runnerId,
        locked_until: sweep.now + leaseMs,
        started_at: sweep.now,
        waiting_for: null,
        reason: null,
      },
      detail: run.provider ? { provider: run.provider, action: run.action } : {},
    })
    sweep.claimed.push({ row: taken, plan })
    const key = `${row.tenant_id}/${run.provider}`
    sweep.busy.set(key, (sweep.busy.get(key) ?? 0) + 1)
  }

  function settleUnrunnable(sweep: Sweep, row: JobRow, plan: Exclude<Plan, Claimed['plan']>): void {
    if (plan.do === 'wait') {
      moves.move(sweep.tx, row, { move: 'park', actor: system, patch: { reason: plan.reason, waiting_for: plan.why } })
      return
    }
    const { failure } = plan
    const patch = { ...unlocked, finished_at: sweep.now, failure: JSON.stringify(failure), failure_kind: failure.kind }
    moves.move(sweep.tx, row, { move: 'fail', actor: system, patch, failure })
  }

  function consider(sweep: Sweep, row: JobRow): void {
    const stop = pauses.stops(row, sweep.now)
    const plan = stop ? undefined : planner.plan(row)
    if (stop) later(sweep, row, stop.until ?? sweep.now + lookAgainMs, stop.why)
    else if (plan?.do === 'internal') considerInternal(sweep, row, plan)
    else if (plan?.do === 'run') considerRun(sweep, row, plan)
    else if (plan) settleUnrunnable(sweep, row, plan)
  }

  /** Runs of agents leave room for what they order. */
  function considerInternal(sweep: Sweep, row: JobRow, plan: { do: 'internal' }): void {
    if ((sweep.busy.get(`${row.tenant_id}/null`) ?? 0) < perConnection) take(sweep, row, plan)
  }

  function considerRun(sweep: Sweep, row: JobRow, plan: RunPlan): void {
    const stop = pauses.stops({ ...row, provider: plan.provider.id }, sweep.now)
    if (stop) {
      later(sweep, row, stop.until ?? sweep.now + lookAgainMs, stop.why)
      return
    }
    if ((sweep.busy.get(`${row.tenant_id}/${plan.provider.id}`) ?? 0) >= perConnection) return
    const passage = buckets.take(row.tenant_id, plan.provider, plan.buckets, sweep.now)
    if (passage.allowed) take(sweep, row, plan)
    else later(sweep, row, behindOthers(row, plan, passage), `limit: ${passage.why ?? ''}`)
  }

  /** A job that was running when its process died runs alone, so that a second death is certainly its own. */
  function suspect(sweep: Sweep, row: JobRow): boolean {
    if (row.crashes === 0) return false
    if (sweep.claimed.length > 0 || sweep.busy.size > 0) return true
    consider(sweep, row)
    if (sweep.claimed.length > 0) sweep.capacity = 0
    return true
  }

  function sweepPriority(sweep: Sweep, priority: number): void {
    let after: [number, string] | undefined = [-1, '']
    while (after && hasRoom(sweep)) {
      const rows = pageOf(priority, sweep, after)
      for (const row of rows) if (hasRoom(sweep)) look(sweep, row)
      const last = rows.at(-1)
      after = last && rows.length === pageSize ? [last.run_at, last.id] : undefined
    }
  }

  function look(sweep: Sweep, row: JobRow): void {
    sweep.looked += 1
    if (!suspect(sweep, row)) consider(sweep, row)
  }

  function priorities(): number[] {
    const found: number[] = []
    for (let below = 1_000; ; ) {
      const { priority } = topPriority.get(below) as { priority: number | null }
      if (priority === null) return found
      found.push(priority)
      below = priority
    }
  }

  return {
    claim({ capacity, running }) {
      return database.write((tx) => {
        const now = deps.now()
        if (pauses.allStopped(now)) return []
        const sweep: Sweep = { tx, now, capacity, busy: new Map(running), claimed: [], looked: 0 }
        for (const priority of priorities()) sweepPriority(sweep, priority)
        return sweep.claimed
      })
    },
    nextDueAt() {
      const due = priorities().map((priority) => (soonest.get(priority) as { at: number }).at)
      return due.length === 0 ? undefined : Math.min(...due)
    },
  }
}
