/** The work: queue, schedules, receivers, watches, and the Demo tenant's first day. */
import { randomUUID } from 'node:crypto'
import type { Change } from '../engine/database/writer.ts'
import { createEscalator } from '../engine/escalation/escalator.ts'
import { createLateWatch } from '../engine/escalation/watch.ts'
import { createWatchdogs } from '../engine/escalation/watchdogs.ts'
import { createJobSystem, type JobSystem } from '../engine/jobs/job-system.ts'
import type { MoveOrder } from '../engine/jobs/moves.ts'
import type { JobRow } from '../engine/jobs/rows.ts'
import { createTelling } from '../engine/jobs/telling.ts'
import { createLeases } from '../engine/messaging/leases.ts'
import { outgoingOf } from '../engine/messaging/outgoing.ts'
import { createPresses } from '../engine/messaging/presses.ts'
import { createReceivers } from '../engine/messaging/receiver.ts'
import { createPostCheck } from '../engine/publishing/check-order.ts'
import { createSchedules } from '../engine/schedule/schedules.ts'
import { catalog } from '../providers/catalog.ts'
import { type AgentParts, createAgentParts } from './agent-parts.ts'
import type { AiParts } from './ai-parts.ts'
import { createBillingParts } from './billing-parts.ts'
import type { Foundation } from './foundation.ts'
import type { Reach } from './reach.ts'
import type { World } from './world.ts'

export type Work = ReturnType<typeof createWork>

type OnMoved = (tx: Change, row: JobRow, order: MoveOrder) => void

const inTurn =
  (...hooks: OnMoved[]): OnMoved =>
  (...moved) => {
    for (const hook of hooks) hook(...moved)
  }

/** An order that is a message shows in its conversation from the moment it is durable. */
function createMessageNote({ connections, conversations }: Reach): (tx: Change, row: JobRow) => void {
  return (tx, row) => {
    const settings = (provider: string) => connections.settings(row.tenant_id, provider)
    const outgoing = outgoingOf(row.kind, JSON.parse(row.input), row.agent, { settings })
    if (outgoing) conversations.noteOutgoing(tx, row, outgoing, row.agent ?? 'operator')
  }
}

interface Receiving {
  jobs: JobSystem
  agentParts: AgentParts
  owner: string
  onError: (error: unknown) => void
}

/** What people write and press: stored, and handed to whoever answers it. */
function createReceiving({ now, dice }: World, { database, audit }: Foundation, reach: Reach, parts: Receiving) {
  const { connections, conversations, proofs, caller } = reach
  const { jobs, agentParts, owner, onError } = parts
  return createReceivers({
    onIncoming: agentParts.runChat.onIncoming,
    takePress: createPresses({
      audit,
      enqueuer: jobs.enqueuer,
      connections,
      onPress: (tx, tenantId, _provider, press) => agentParts.onPress(tx, tenantId, press),
    }),
    database,
    catalog,
    connections,
    caller,
    conversations,
    proofs,
    leases: createLeases(database, now),
    owner,
    dice,
    onError,
  })
}

/** What looks for trouble, and tells people of it. */
function createWatches(world: World, { database, audit }: Foundation, reach: Reach, parts: Pick<Receiving, 'jobs' | 'onError'>) {
  const { notices, settings } = reach
  const { now, dataDir } = world
  const { jobs, onError } = parts
  const tenantIds = () => reach.tenants.list().map(({ id }) => id)
  const lateWatch = createLateWatch({ database, notices, tenantIds, now })
  const escalator = createEscalator({
    database,
    audit,
    enqueuer: jobs.enqueuer,
    tenantIds,
    settingsOf: settings.get,
    now,
    onError,
  })
  const watchdogs = createWatchdogs({
    database,
    notices,
    dataDir,
    tenantIds,
    now,
    agentDay: (tenantId, agent) => reach.budgets.today(tenantId, agent).day,
  })
  return { lateWatch, escalator, watchdogs }
}

export function createWork(world: World, foundation: Foundation, reach: Reach, ai: AiParts) {
  const { database, audit, announcements, log } = foundation
  const { connections, agents, notices, proofs, caller, buckets, settings, cases } = reach
  const { now } = world
  const runnerId = `${world.host}-${randomUUID()}`
  const onError = (error: unknown) => log.error({ error }, 'unexpected')
  const noteMessage = createMessageNote(reach)

  const jobs = createJobSystem({
    database,
    audit,
    announcements,
    catalog,
    connections,
    caller,
    buckets,
    runnerId,
    host: world.host,
    now,
    monotonic: world.monotonic,
    dice: world.dice,
    emailOrder: settings.emailOrder,
    hasAgent: agents.has,
    gate: cases.whyParked,
    checkPost: createPostCheck(reach.openMedia.factsOf),
    agentOf: agents.forCall,
    onQueued(tx, row, actor) {
      agentParts.runs.onQueued(tx, row, actor)
      noteMessage(tx, row)
    },
    onMoved: inTurn(createTelling(notices), (...moved) => agentParts.onMoved(...moved)),
    runAgent: (row, signal) => agentParts.runs.execute(row, signal),
    onProof: (tx, proof) => proofs.record(tx, proof),
    onError,
    ...(world.concurrency === undefined ? {} : { concurrency: world.concurrency }),
  })
  const agentParts: AgentParts = createAgentParts(world, foundation, reach, { jobs, ai })
  const schedules = createSchedules({
    database,
    audit,
    announcements,
    enqueuer: jobs.enqueuer,
    now,
    checkOrder: jobs.enqueuer.check,
  })
  const receivers = createReceiving(world, foundation, reach, { jobs, agentParts, owner: runnerId, onError })
  const watches = createWatches(world, foundation, reach, { jobs, onError })
  const billing = createBillingParts(foundation, reach, { owner: runnerId, now, onError })
  return { jobs, agents: agentParts, schedules, receivers, ...watches, billing, onError }
}
