/** Puts the parts of the queue together, in order of need. The composition root and the queue's own tests use the same wiring. */
import type { Failure } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { PlatformId, SocialPost } from '#shared/social/post'
import type { CallAgent } from '../../kit/call.ts'
import type { AnyProvider } from '../../kit/define.ts'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Caller } from '../connections/caller.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Buckets } from '../limits/buckets.ts'
import { createAttemptMinutes } from './attempt-minutes.ts'
import { createBulk } from './bulk.ts'
import { createClaims } from './claim.ts'
import { createJobCounts } from './counts.ts'
import { createDesk, type Desk } from './desk.ts'
import { createEnqueuer, type Enqueuer } from './enqueue.ts'
import { createExecutor } from './execute.ts'
import { createJobFinder, type JobFinder } from './find.ts'
import { createJobMoves, type JobMoves, type MoveOrder } from './moves.ts'
import { createPauses, type Pauses } from './pauses.ts'
import { createPlanner } from './plan.ts'
import { createRecovery, type Recovery } from './recover.ts'
import type { JobRow } from './rows.ts'
import { createRunner, type Runner } from './runner.ts'
import { createSettler, type Settler } from './settle.ts'
import { createJobStats } from './stats.ts'
import { createSteering, type Steering } from './steer.ts'
import { createWaking } from './waiting.ts'

export interface JobSystemDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  caller: Caller
  buckets: Buckets
  runnerId: string
  host: string
  leaseMs?: number
  concurrency?: number
  now(): number
  monotonic(): number
  dice(): number
  emailOrder(tenantId: string): readonly string[]
  hasAgent(tenantId: string, agent: string): boolean
  checkPost(tenantId: string, post: SocialPost, path: string): void
  gate(tenantId: string, provider: AnyProvider, platform: PlatformId): string | undefined
  agentOf(tenantId: string, agent: string | null): CallAgent | undefined
  onQueued(tx: Change, row: JobRow, actor: Actor): void
  /** Works on a run of an agent until it ends or waits. */
  runAgent(row: JobRow, signal: AbortSignal): Promise<void>
  onMoved(tx: Change, row: JobRow, order: MoveOrder): void
  onProof(tx: Change, proof: { tenantId: string; provider: string; call: string; failure?: Failure }): void
  onError(error: unknown): void
}

export interface JobSystem {
  moves: JobMoves
  enqueuer: Enqueuer
  desk: Desk
  finder: JobFinder
  steering: Steering
  settler: Settler
  pauses: Pauses
  recovery: Recovery
  runner: Runner
  stats: ReturnType<typeof createJobStats>
  wake: ReturnType<typeof createWaking>
}

/** A run whose process does not renew it for this long is taken back: 30 s. */
const defaultLeaseMs = 30_000

const repeatIn =
  (catalog: JobSystemDeps['catalog']) =>
  (provider: string | null, action: string | null): Repeat =>
    catalog[provider ?? '']?.actions[action ?? '']?.repeat ?? 'unsafe'

/** The jobs that this process works on. */
function createHeld() {
  const ids = new Set<string>()
  return {
    has: (id: string) => ids.has(id),
    async during(id: string, work: () => Promise<void>): Promise<void> {
      ids.add(id)
      try {
        await work()
      } finally {
        ids.delete(id)
      }
    },
  }
}

export function createJobSystem(deps: JobSystemDeps): JobSystem {
  const { database, audit, announcements, catalog, connections, caller, buckets, now } = deps
  const leaseMs = deps.leaseMs ?? defaultLeaseMs
  const nudge = () => runner.nudge()
  // A run of an agent is stopped in the middle of a thought; what was sent is not called back.
  const stopRuns = () => runner.abortWhere((row) => row.kind === 'AGENT_RUN' && pauses.stops(row, now()) !== undefined)

  const kept = { sqlite: database.sqlite, gather: database.gather, now }
  const counts = createJobCounts(kept)
  const minutes = createAttemptMinutes(kept)
  const moves = createJobMoves({ database, audit, announcements, counts, minutes, now, onMoved: deps.onMoved })
  const pauses = createPauses({ database, audit, now, onResumed: nudge, onPaused: stopRuns })
  const planner = createPlanner({ catalog, connections, emailOrder: deps.emailOrder, gate: deps.gate })
  const finder = createJobFinder(database)
  const held = createHeld()
  const recovery = createRecovery({ ...deps, moves, leaseMs, repeatOf: repeatIn(catalog), isHeld: held.has })
  const settler = createSettler({ ...deps, moves, routeAfter: planner.routeAfter })
  const steering = createSteering({ ...deps, moves, finder, abort: (jobId) => runner.abort(jobId), nudge })
  const claims = createClaims({
    database,
    moves,
    planner,
    buckets,
    pauses,
    announcements,
    connections,
    runnerId: deps.runnerId,
    leaseMs,
    now,
  })
  const execute = createExecutor({ caller, settler, agentOf: deps.agentOf, onUnexpected: deps.onError })
  const runBulk = createBulk({ database, finder, steering, settler })
  const runner: Runner = createRunner({
    id: deps.runnerId,
    host: deps.host,
    claims,
    recovery,
    execute: (execution) => held.during(execution.row.id, () => execute(execution)),
    runInternal: (row, signal) =>
      held.during(row.id, () => (row.kind === 'AGENT_RUN' ? deps.runAgent(row, signal) : runBulk(row, signal))),
    onError: deps.onError,
    now,
    leaseMs,
    ...(deps.concurrency === undefined ? {} : { concurrency: deps.concurrency }),
  })
  const enqueuer = createEnqueuer({ ...deps, counts, nudge })
  return {
    moves,
    enqueuer,
    desk: createDesk({ catalog, connections, caller, finder, check: enqueuer.check }),
    finder,
    steering,
    settler,
    pauses,
    recovery,
    runner,
    stats: createJobStats({ database, now, runners: recovery.runners }),
    wake: createWaking({ database, moves, catalog, now, nudge }),
  }
}
