/** Takes due jobs to run, highest priority and oldest first, within limits, pauses and fairness. */
import type { Announcements } from '../announcements.ts'
import type { ConnectionLook, ConnectionReader } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Buckets, Passage } from '../limits/buckets.ts'
import { createLanes, isBefore, type Lane } from './lanes.ts'
import { type JobMoves, unlocked } from './moves.ts'
import type { Pauses } from './pauses.ts'
import type { Plan, Planner, RunPlan } from './plan.ts'
import type { JobRow, PlacedRow } from './rows.ts'

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
  connections: ConnectionReader
  runnerId: string
  leaseMs: number
  now(): number
}

/** What this process runs at the moment it is asked. */
export interface Workload {
  /** How many more jobs it has room for. */
  capacity: number
  /** Its jobs by `tenant/provider`. */
  running: ReadonlyMap<string, number>
}

export interface Claims {
  /** Whether a claim may find something; asked first, for it changes nothing. */
  isDue(): boolean
  /** Asked when the change is made, not when it is ordered: many may have ended in between. */
  claim(workload: () => Workload): Promise<Claimed[]>
  /** When the next job that is not yet due will be (ms UTC). */
  nextDueAt(): number | undefined
}

/** Most runs of one tenant at one provider at a time in a process, so that a slow one leaves room for the others. */
const perConnection = 16
/** The most jobs looked at for one claim. */
const mostLooked = 1_024
/** Jobs that have not chosen a provider and meet one that is full: so many in a row are passed over before a claim looks further on. */
const mostPassed = 4
/** The most of them that one claim passes over; the next one goes on behind them. */
const mostPassedOnce = 32
/** A paused or waiting job is looked at again after this, should nobody wake it before. */
const lookAgainMs = 30_000

function hasRoom(sweep: Sweep): boolean {
  return sweep.claimed.length < sweep.capacity && sweep.looked < mostLooked
}

const system: Actor = { kind: 'system', id: 'runner' }

/** Kinds whose provider depends on what is in the order. */
const wayIsInOrder: ReadonlySet<string> = new Set(['SOCIAL_POST', 'ACTION_RUN'])

interface Sweep {
  tx: Change
  /** Tenants and kinds whose orders meet a provider that is full: the others of them are not asked one by one. */
  full: Set<string>
  now: number
  capacity: number
  busy: Map<string, number>
  claimed: Claimed[]
  looked: number
  /** Jobs that were put off or set aside: looking again finds others. */
  cleared: number
  /** Pauses and connections as they are now, each read once. */
  stops: ReturnType<Pauses['now']>
  connections: ConnectionLook
  /** Ends of queues that this sweep moved; kept once it is on disk. */
  queueEnds: Map<string, number>
}

/** Where the sweep stands in a lane. */
interface Line {
  lane: Lane
  /** What comes next, as far as known; undefined at the end. */
  next: Lane | PlacedRow | undefined
  rows: PlacedRow[]
  at: number
  asked: number
  /** Jobs in a row that were left because their provider is full. */
  passed: number
}

/** How many of a lane's jobs its provider has room for; of those that have not chosen theirs, as many as any provider has. */
function roomOf(sweep: Sweep, { lane }: Lane): number {
  return lane.endsWith('/') ? perConnection : perConnection - (sweep.busy.get(lane) ?? 0)
}

/** A provider that is full is passed over whole; jobs that have not chosen theirs are asked one by one. */
function isFull(sweep: Sweep, lane: Lane): boolean {
  return roomOf(sweep, lane) <= 0
}

/** How long (ms) others may go before a job that has to run alone. */
const aloneWithinMs = 30_000

export function createClaims(deps: ClaimDeps): Claims {
  const { database, moves, planner, buckets, pauses, announcements, runnerId, leaseMs } = deps
  const { sqlite } = database
  const lanes = createLanes(database)
  const defer = sqlite.prepare(`UPDATE jobs SET run_at = ?, waiting_for = ? WHERE id = ? AND state = 'queued'`)
  /** Where the queue of a held bucket ends, so that its jobs are laid out one after another instead of looked at again and again. */
  const queueEnds = new Map<string, number>()
  let sweptAt = 0
  /** Where the last claim stopped in a lane whose head waits for a full provider: what lies behind may wait for another. */
  const scouted = new Map<string, PlacedRow>()
  /** The last sweep stopped before it had looked at all that was due. */
  let isUnfinished = false

  function later(sweep: Sweep, row: JobRow, at: number, why: string): void {
    sweep.cleared += 1
    defer.run(Math.ceil(at), why, row.id)
    sweep.tx.afterCommit(() => announcements.announce('job.changed', row.tenant_id, row.id))
  }

  function behindOthers(sweep: Sweep, row: JobRow, plan: RunPlan, passage: Passage): number {
    const key = `${row.tenant_id} ${plan.provider.id} ${passage.bucket}`
    const at = Math.max(passage.freeAt, sweep.queueEnds.get(key) ?? queueEnds.get(key) ?? 0)
    sweep.queueEnds.set(key, at + passage.spacingMs)
    return at
  }

  function keepQueueEnds(sweep: Sweep): void {
    if (queueEnds.size > 10_000) queueEnds.clear()
    for (const [key, at] of sweep.queueEnds) queueEnds.set(key, at)
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
    sweep.cleared += 1
    if (plan.do === 'wait') {
      moves.move(sweep.tx, row, { move: 'park', actor: system, patch: { reason: plan.reason, waiting_for: plan.why } })
      return
    }
    const { failure } = plan
    const patch = { ...unlocked, finished_at: sweep.now, failure: JSON.stringify(failure), failure_kind: failure.kind }
    moves.move(sweep.tx, row, { move: 'fail', actor: system, patch, failure })
  }

  /** Orders of one kind go the same way until one of them has been tried; which way a post goes is in the post, and such a job goes its own. */
  function wayOf(row: JobRow): string {
    return row.progress !== null || wayIsInOrder.has(row.kind) ? row.id : `${row.tenant_id} ${row.kind}`
  }

  function consider(sweep: Sweep, row: JobRow): void {
    if (sweep.full.has(wayOf(row))) return
    const stop = sweep.stops(row)
    const plan = stop ? undefined : planner.plan(row, sweep.connections)
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
    const stop = sweep.stops({ tenant_id: row.tenant_id, agent: row.agent, provider: plan.provider.id })
    if (stop) {
      later(sweep, row, stop.until ?? sweep.now + lookAgainMs, stop.why)
      return
    }
    if ((sweep.busy.get(`${row.tenant_id}/${plan.provider.id}`) ?? 0) >= perConnection) {
      sweep.full.add(wayOf(row))
      return
    }
    const passage = buckets.take(row.tenant_id, plan.provider, plan.buckets, sweep.now)
    if (passage.allowed) take(sweep, row, plan)
    else later(sweep, row, behindOthers(sweep, row, plan, passage), `limit: ${passage.why ?? ''}`)
  }

  /** A job that was running when its process died runs alone, so that a second death is certainly its own. */
  function suspect(sweep: Sweep, row: JobRow): boolean {
    if (row.crashes === 0) return false
    if (sweep.claimed.length > 0 || sweep.busy.size > 0) {
      // Steady work would keep it waiting for ever: after a while nothing that is due later goes before it.
      if (sweep.now - row.run_at >= aloneWithinMs) sweep.capacity = sweep.claimed.length
      return true
    }
    consider(sweep, row)
    if (sweep.claimed.length > 0) sweep.capacity = 0
    return true
  }

  /** The next job of all lanes; undefined when none is due. */
  function nextOf(lines: readonly Line[]): Line | undefined {
    let first: Line | undefined
    for (const line of lines) if (line.next && (!first?.next || isBefore(line.next, first.next))) first = line
    return first
  }

  /** Moves a lane on to its next due job, reading as many as there is room for. */
  function advance(sweep: Sweep, line: Line): void {
    const last = line.rows[line.at]
    if (last && line.passed >= mostPassed) {
      goFurther(sweep, line, last)
      return
    }
    line.at += 1
    if (last && !line.rows[line.at] && line.rows.length === line.asked) read(sweep, line, last)
    line.next = line.rows[line.at]
  }

  /** A long row of jobs for a full provider is not looked through again at each claim: each goes on where the last one stopped. */
  function goFurther(sweep: Sweep, line: Line, last: PlacedRow): void {
    const key = `${line.lane.lane} ${line.lane.priority}`
    const before = scouted.get(key)
    scouted.delete(key)
    const from = before && isBefore(last, before) ? before : last
    line.rows = lanes.due(line.lane, sweep.now, from, mostPassedOnce)
    const furthest = line.rows.at(-1)
    if (furthest && line.rows.length === mostPassedOnce) scouted.set(key, furthest)
    line.at = 0
    line.asked = Number.POSITIVE_INFINITY
    line.passed = Number.NEGATIVE_INFINITY
    line.next = line.rows[0]
  }

  function read(sweep: Sweep, line: Line, after?: PlacedRow): void {
    line.asked = Math.min(roomOf(sweep, line.lane), sweep.capacity - sweep.claimed.length) + 1
    line.rows = lanes.due(line.lane, sweep.now, after, line.asked)
    line.at = 0
  }

  function sweepLanes(sweep: Sweep): void {
    const due = lanes.list().filter((lane) => lane.run_at <= sweep.now && !isFull(sweep, lane))
    const lines: Line[] = due.map((lane) => ({ lane, next: lane, rows: [], at: 0, asked: 0, passed: 0 }))
    for (let line = nextOf(lines); line && hasRoom(sweep); line = nextOf(lines)) {
      if (line.rows.length === 0) read(sweep, line)
      const row = line.rows[line.at]
      const moved = sweep.claimed.length + sweep.cleared
      if (row) look(sweep, row)
      line.passed = moved === sweep.claimed.length + sweep.cleared ? line.passed + 1 : Math.min(line.passed, 0)
      if (isFull(sweep, line.lane)) line.next = undefined
      else advance(sweep, line)
    }
  }

  function look(sweep: Sweep, row: JobRow): void {
    sweep.looked += 1
    if (!suspect(sweep, row)) consider(sweep, row)
  }

  return {
    claim(workload) {
      return database.write((tx) => {
        const now = deps.now()
        const { capacity, running } = workload()
        if (capacity <= 0 || pauses.allStopped(now)) return []
        // Where queues end is told in a time that has not come after all.
        if (now < sweptAt) queueEnds.clear()
        sweptAt = now
        const seen = { stops: pauses.now(now), connections: deps.connections.look() }
        const none = { claimed: [], looked: 0, cleared: 0, queueEnds: new Map<string, number>(), full: new Set<string>() }
        const sweep: Sweep = { tx, now, capacity, busy: new Map(running), ...none, ...seen }
        tx.afterCommit(() => keepQueueEnds(sweep))
        sweepLanes(sweep)
        isUnfinished = sweep.looked >= mostLooked && sweep.cleared > 0
        return sweep.claimed
      })
    },
    isDue: () => lanes.list().some(({ run_at }) => run_at <= deps.now()),
    nextDueAt() {
      if (isUnfinished) return deps.now()
      // What is due and was left waits for a run to end, which looks again by itself.
      const coming = lanes.list().flatMap(({ run_at }) => (run_at > deps.now() ? [run_at] : []))
      return coming.length === 0 ? undefined : Math.min(...coming)
    },
  }
}
