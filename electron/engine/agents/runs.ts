/** Runs of agents: begun with their job, worked on step by step, waiting without holding a runner, gone on with after a crash. */
import type { ToolCall } from '#shared/ai/chat'
import { failed, toFailure } from '#shared/failure'
import { spans } from '#shared/time'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import { type JobMoves, type MoveOrder, unlocked } from '../jobs/moves.ts'
import type { Pauses } from '../jobs/pauses.ts'
import type { JobRow } from '../jobs/rows.ts'
import type { Settler } from '../jobs/settle.ts'
import type { Agents } from './agents.ts'
import type { ApprovalRow } from './approval-rows.ts'
import type { AgentBudgets } from './budgets.ts'
import { answerOf, isPending } from './child-answer.ts'
import { answersIn, nextOf } from './next-step.ts'
import { profileOf, type RunRow, type StepRow } from './run-rows.ts'
import type { RunStore } from './run-store.ts'
import type { Tools } from './tools.ts'
import { isTainted, type RunAt } from './use-tool.ts'

/** Who began a run, where the order itself does not say. */
export interface Origin {
  kind: RunRow['source_kind']
  by: string
  /** Whether what it says came from outside. */
  outside: boolean
}

export interface Runs {
  /** Begins a run with its job. Call inside the change that queues it. */
  onQueued(tx: Change, job: JobRow, actor: Actor): void
  /** Wakes runs whose orders ended, and calls off what a stopped run had ordered. Call inside the change. */
  onMoved(tx: Change, job: JobRow, order: MoveOrder): void
  /** Orders a run on behalf of something outside. Call inside a change; `place` queues its job. */
  from<T>(origin: Origin, place: () => T): T
  /** Works on a run until it ends or waits. Nothing is thrown past it. */
  execute(job: JobRow, signal: AbortSignal): Promise<void>
  /** Refuses a run that is no longer in this process's hands. Call inside a change. */
  fence(job: JobRow): void
}

export interface RunsDeps {
  database: Database
  agents: Agents
  budgets: AgentBudgets
  store: RunStore
  tools: Tools
  moves: JobMoves
  pauses: Pauses
  settler: Settler
  askModel(at: RunAt, signal: AbortSignal): Promise<void>
  runTool(at: RunAt, call: ToolCall): Promise<void>
  /** Told inside the change in which a run ended well, and when it failed. */
  onEnded(tx: Change, run: RunRow, ending: { failed: boolean; outcome: string }): void
  now(): number
  nudge(): void
}

/** Should nobody wake it, a waiting run looks again after this. */
const lookAgainMs = 15 * spans.minute

const system: Actor = { kind: 'system', id: 'runs' }
const childKey = /^run\/([^/]+)\//

const sources: Readonly<Record<Actor['kind'], RunRow['source_kind']>> = {
  operator: 'operator',
  token: 'token',
  system: 'schedule',
  agent: 'agent',
}

export function createRuns(deps: RunsDeps): Runs {
  const { database, agents, budgets, store, tools, moves, pauses, settler, now } = deps
  const { sqlite } = database
  const jobById = sqlite.prepare('SELECT * FROM jobs WHERE id = ?')
  const wake = sqlite.prepare(`UPDATE jobs SET run_at = ?, waiting_for = NULL WHERE id = ? AND state = 'queued'`)
  const calm = sqlite.prepare('UPDATE jobs SET crashes = 0 WHERE id = ?')
  const approvalOf = sqlite.prepare('SELECT * FROM approvals WHERE job_id = ?')
  const jobOf = (id: string) => jobById.get(id) as JobRow
  let origin: Origin | undefined

  function parentOf(job: JobRow, actor: Actor): RunRow | undefined {
    if (actor.kind !== 'agent' || job.key === null) return undefined
    return store.find(childKey.exec(job.key)?.[1] ?? '')
  }

  function begin(job: JobRow, actor: Actor): void {
    const { agent: id, instruction } = JSON.parse(job.input) as { agent: string; instruction: string }
    const parent = parentOf(job, actor)
    const from = origin ?? { kind: sources[actor.kind], by: actor.id, outside: false }
    const { id: _id, ...profile } = agents.one(job.tenant_id, id)
    store.add({
      id: job.id,
      tenant_id: job.tenant_id,
      agent: id,
      source_kind: from.kind,
      source_by: from.by,
      parent_run: parent?.id ?? null,
      depth: parent ? parent.depth + 1 : 0,
      instruction,
      outside: Number(from.outside || (parent !== undefined && isTainted(parent, store.steps(parent.id)))),
      profile: JSON.stringify(profile),
      outcome: null,
      told: null,
      created_at: now(),
    })
    budgets.countRun(job.tenant_id, id)
  }

  function fence(job: JobRow): void {
    const latest = jobOf(job.id)
    const ours = latest.state === 'running' && latest.generation === job.generation && latest.locked_by === job.locked_by
    if (!ours || latest.cancel_asked_at !== null) throw failed('cancelled', 'The run was stopped or taken over.')
    const stop = pauses.stops(latest, now())
    if (stop) throw failed('cancelled', `It is ${stop.why}.`)
  }

  /** Takes over how a job ended that a step waited for. */
  function collect(tx: Change, step: StepRow, job: JobRow): void {
    const approval = approvalOf.get(job.id) as ApprovalRow | undefined
    const { state, output, failure, free } = answerOf(job, approval)
    const outside = state !== 'refused' && !(tools.find(step.tool ?? '')?.writes ?? true)
    store.patchStep(tx, step, {
      state,
      output,
      outside: Number(outside),
      ended_at: now(),
      ...(free && step.cost_nano !== null ? { cost_nano: 0 } : {}),
      ...(failure ? { failure: JSON.stringify(failure) } : {}),
    })
    const run = store.find(step.run_id)
    if (!run || step.cost_nano === null) return
    budgets.settle(
      tx,
      run.tenant_id,
      { agent: run.agent, day: budgets.dayAt(run.tenant_id, run.agent, step.started_at), nano: step.cost_nano },
      free ? 0 : step.cost_nano,
    )
  }

  /** Collects what ended; where something is still under way, gives the runner back until it has. */
  function collectOrWait(job: JobRow, waiting: readonly StepRow[]): Promise<'collected' | 'waits'> {
    return database.write((tx) => {
      fence(job)
      const still = waiting.filter((step) => {
        const child = jobOf(step.job_id ?? '')
        if (isPending(child)) return true
        collect(tx, step, child)
        return false
      })
      calm.run(job.id)
      const [first] = still
      if (!first) return 'collected'
      const latest = jobOf(job.id)
      const asks = still.find((step) => jobOf(step.job_id ?? '').state === 'waiting')
      const patch = { ...unlocked, attempts: latest.attempts - 1, waiting_for: (asks ?? first).title, progress: '{}', crashes: 0 }
      if (asks) moves.move(tx, latest, { move: 'park', actor: system, patch: { ...patch, reason: 'approval' } })
      else moves.move(tx, latest, { move: 'release', actor: system, patch: { ...patch, run_at: now() + lookAgainMs } })
      return 'waits'
    })
  }

  function markLost(steps: readonly StepRow[]): Promise<void> {
    return database.write((tx) => {
      for (const step of steps)
        store.patchStep(tx, step, { state: 'lost', title: 'Its process ended', unknown_cost: 1, ended_at: now() })
    })
  }

  function checkLimits(run: RunRow, steps: readonly StepRow[]): void {
    const profile = profileOf(run)
    const cap = agents.find(run.tenant_id, run.agent)?.runsPerDay ?? null
    if (steps.length === 0 && cap !== null && budgets.today(run.tenant_id, run.agent).runs > cap)
      throw failed('quota', `${profile.name} may begin ${cap} runs a day, and has.`, {
        action: { label: 'Raise the limit under Agents, or run it again tomorrow.' },
      })
    if (answersIn(steps) >= profile.mostSteps)
      throw failed('rejected', `${profile.name} took ${profile.mostSteps} answers and came to no end.`, {
        action: { label: 'Give a smaller piece of work, or allow more steps.' },
      })
  }

  async function end(run: RunRow, job: JobRow, outcome: string): Promise<void> {
    await database.write((tx) => {
      store.end(tx, run, outcome)
      deps.onEnded(tx, run, { failed: false, outcome })
    })
    await settler.succeed(job, undefined, { outcome })
  }

  /** One step; false when there is nothing more to do now. */
  async function step(run: RunRow, job: JobRow, signal: AbortSignal): Promise<boolean> {
    const steps = store.steps(run.id)
    const next = nextOf(steps)
    const at = { run, job, steps }
    switch (next.do) {
      case 'lost':
        await markLost(next.steps)
        return true
      case 'ask':
        checkLimits(run, steps)
        await deps.askModel(at, signal)
        return true
      case 'use':
        for (const call of next.calls) await deps.runTool({ ...at, steps: store.steps(run.id) }, call)
        return true
      case 'wait':
        return (await collectOrWait(job, next.steps)) === 'collected'
      default:
        await end(run, job, next.outcome)
        return false
    }
  }

  async function fail(run: RunRow | undefined, job: JobRow, error: unknown): Promise<void> {
    await settler.fail(job, undefined, toFailure(error))
    const latest = jobOf(job.id)
    if (run && latest.state === 'failed')
      await database.write((tx) => deps.onEnded(tx, run, { failed: true, outcome: toFailure(error).message }))
  }

  /** What a stopped run ordered and was not begun is called off with it. */
  function callOff(tx: Change, job: JobRow, actor: Actor): void {
    for (const { job_id: id, state } of store.steps(job.id)) {
      const child = id === null || state !== 'waiting' ? undefined : jobOf(id)
      if (child && (child.state === 'queued' || child.state === 'waiting'))
        moves.move(tx, child, { move: 'cancel', actor, patch: { ...unlocked, reason: null, finished_at: now() } })
    }
  }

  function wakeParent(tx: Change, job: JobRow): void {
    const waiting = store.stepOfJob(job.id)
    const parent = waiting && jobOf(waiting.run_id)
    if (!parent) return
    if (parent.state === 'queued') wake.run(now(), parent.id)
    if (parent.state === 'waiting' && parent.reason === 'approval')
      moves.move(tx, parent, { move: 'resume', actor: system, patch: { reason: null, waiting_for: null, run_at: now() } })
    tx.afterCommit(deps.nudge)
  }

  return {
    fence,
    from(given, place) {
      origin = given
      try {
        return place()
      } finally {
        origin = undefined
      }
    },
    onQueued(_tx, job, actor) {
      if (job.kind === 'AGENT_RUN') begin(job, actor)
    },
    onMoved(tx, job, { move, actor }) {
      if (job.kind === 'AGENT_RUN' && job.state === 'cancelled') callOff(tx, job, actor)
      if (move !== 'claim' && (!isPending(job) || move === 'resume')) wakeParent(tx, job)
    },
    async execute(job, signal) {
      const run = store.find(job.id)
      try {
        if (!run) throw failed('unexpected', 'The run of this job is not there.')
        while (!signal.aborted && (await step(run, job, signal)));
        if (signal.aborted) throw failed('cancelled', 'The run was stopped.')
      } catch (error) {
        await fail(run, job, error)
      }
    },
  }
}
