/** A use of a tool: judged against the agent's limits, then one change that stores the step and orders the job, to go or to wait for a person. */

import { type AgentProfile, type AgentTool, type Autonomy, functionNameOf } from '#shared/agent'
import type { ToolCall } from '#shared/ai/chat'
import { AppError, type Failure, failed, toFailure } from '#shared/failure'
import { toInstant } from '#shared/time'
import { isWithin, localOf } from '#shared/time-zone'
import { type AuditAppender, digest } from '../audit/append.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Desk } from '../jobs/desk.ts'
import type { CheckedOrder, Enqueuer, JobOrder } from '../jobs/enqueue.ts'
import type { JobRow } from '../jobs/rows.ts'
import { nextRunAt } from '../schedule/next-run.ts'
import type { KnownAgent } from './agents.ts'
import type { Approvals } from './approvals.ts'
import type { AgentBudgets } from './budgets.ts'
import { profileOf, type RunRow, type StepRow } from './run-rows.ts'
import type { RunStore } from './run-store.ts'
import { delegateId, type Tool, type Tools } from './tools.ts'

export interface UseToolDeps {
  database: Database
  audit: AuditAppender
  connections: ConnectionReader
  enqueuer: Enqueuer
  desk: Desk
  approvals: Approvals
  budgets: AgentBudgets
  store: RunStore
  tools: Tools
  agentNow(tenantId: string, agent: string): KnownAgent | undefined
  /** Refuses a run that is no longer in this process's hands. Call inside a change. */
  fence(job: JobRow): void
  now(): number
}

export interface RunAt {
  run: RunRow
  job: JobRow
  steps: readonly StepRow[]
}

/** How deep work may be handed on. */
const deepest = 3

const strictness: Readonly<Record<Autonomy, number>> = { auto: 0, ask: 1, never: 2 }

/** What an agent may still do in a run: never more than when the run began, and at once less when that was changed. */
export function toolsOf(run: RunRow, now: KnownAgent | undefined): AgentTool[] {
  return profileOf(run).tools.flatMap((begun) => {
    const today = now?.tools.find(({ tool }) => tool === begun.tool)
    if (!today) return []
    return [strictness[today.autonomy] > strictness[begun.autonomy] ? today : { ...begun, perDay: today.perDay }]
  })
}

/** Whether a run has read anything that came from outside. */
export const isTainted = (run: RunRow, steps: readonly StepRow[]) =>
  run.outside === 1 || steps.some(({ outside }) => outside === 1)

function argumentsOf(call: ToolCall): Record<string, unknown> {
  try {
    const value: unknown = call.arguments.trim() === '' ? {} : JSON.parse(call.arguments)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw failed('invalid', 'The arguments are not a JSON object.')
}

/** Refusals in words that a model can act on. */
export function wordsOf({ message, fields, action }: Failure): string {
  const told = (fields ?? []).map(({ path, message: why }) => `${path} ${why}`).join('; ')
  return [message, told, action?.label ?? ''].filter((part) => part !== '').join(' ')
}

/** The end of quiet hours, where an instant lies in them. */
export function quietUntil({ quietHours, timeZone }: AgentProfile, at: number): number | undefined {
  if (!quietHours || !isWithin(localOf(at, timeZone).clock, quietHours)) return undefined
  const [hour, minute] = quietHours.to.split(':').map(Number)
  return nextRunAt(`${minute} ${hour} * * *`, timeZone, at)
}

/** A use that passed every check but those of the change itself. */
interface Judged {
  tool: Tool
  rule: AgentTool
  checked: CheckedOrder
  costMicro: number | null
  /** Why a person is asked; undefined where nobody is. */
  ask: string | undefined
  runAt: number | undefined
}

export function createUseTool(deps: UseToolDeps): (at: RunAt, call: ToolCall) => Promise<void> {
  const { database, audit, connections, enqueuer, desk, approvals, budgets, store, tools, now } = deps

  function ruleOf({ run }: RunAt, call: ToolCall): { tool: Tool; rule: AgentTool } {
    const mine = toolsOf(run, deps.agentNow(run.tenant_id, run.agent))
    const rule = mine.find(({ tool }) => functionNameOf(tool) === call.name)
    const tool = rule && tools.find(rule.tool)
    if (!rule || !tool) {
      const names = mine.filter(({ autonomy }) => autonomy !== 'never').map(({ tool: id }) => functionNameOf(id))
      throw failed('forbidden', `You have no tool ${call.name}. You have: ${names.join(', ') || 'none'}.`)
    }
    if (rule.autonomy === 'never')
      throw failed('forbidden', `You may not use ${call.name}. Say what you would have done with it.`)
    return { tool, rule }
  }

  function checkDelegation(run: RunRow, args: Record<string, unknown>): void {
    const { delegatesTo } = profileOf(run)
    if (!delegatesTo.includes(String(args.agent)))
      throw failed('forbidden', `You may hand work only to ${delegatesTo.join(', ') || 'nobody'}.`)
    if (run.depth + 1 >= deepest) throw failed('forbidden', 'Work may not be handed on any further.')
  }

  function whyAsk({ run, steps }: RunAt, { autonomy, tool: id }: AgentTool, { writes }: Tool): string | undefined {
    if (autonomy === 'ask') return `${run.agent} asks before each use of ${id}.`
    const cautious = writes && profileOf(run).askAfterOutside && isTainted(run, steps)
    return cautious ? 'The run has read content from outside, so a person decides.' : undefined
  }

  function judge(at: RunAt, call: ToolCall): Judged {
    const { run } = at
    const { tool, rule } = ruleOf(at, call)
    const args = argumentsOf(call)
    const profile = profileOf(run)
    if (tool.id === delegateId) checkDelegation(run, args)
    const quiet = tool.writes ? quietUntil(profile, now()) : undefined
    const order = {
      ...tool.order(args, { id: run.agent, slackRoute: profile.slackRoute }),
      key: `run/${run.id}/${call.id}`,
      ...(tool.id === delegateId ? {} : { agent: run.agent }),
      ...(quiet === undefined ? {} : { runAt: toInstant(quiet) }),
    } as JobOrder
    const checked = enqueuer.prepare(run.tenant_id, order)
    const cost = tool.id === delegateId ? null : (desk.check(run.tenant_id, order).cost?.microDollars ?? null)
    return { tool, rule, checked, costMicro: cost, ask: whyAsk(at, rule, tool), runAt: quiet }
  }

  function effectOf(run: RunRow, { tool, checked, runAt }: Judged): string {
    const accounts = tool.providers.flatMap(({ id }) => {
      const account = connections.row(run.tenant_id, id)?.account
      return account ? [(JSON.parse(account) as { name: string }).name] : []
    })
    const as = accounts[0] ? ` As ${accounts[0]}.` : ''
    const when = runAt === undefined ? '' : ` Not before ${toInstant(runAt)}.`
    const end = /[.!?…]$/.test(checked.subject) ? '' : '.'
    return `${tool.effect} ${checked.subject}${end}${as}${when}`
  }

  /** Limits of the day, asked where nobody else takes from them meanwhile. */
  function overLimit({ run }: RunAt, { rule, costMicro }: Judged): Failure | undefined {
    const used = budgets.today(run.tenant_id, run.agent).uses.find(({ tool }) => tool === rule.tool)?.uses ?? 0
    if (rule.perDay !== null && used >= rule.perDay)
      return failed('quota', `${rule.tool} may be used ${rule.perDay} times a day, and was. It is free again tomorrow.`).failure
    const left = budgets.left(run.tenant_id, run.agent)
    if (costMicro !== null && left !== null && costMicro * 1_000 > left)
      return failed('quota', 'The budget of the day does not cover it.').failure
    return undefined
  }

  function tellOrdered(run: RunRow, step: StepRow, judged: Judged, job: JobRow): void {
    audit.append(run.tenant_id, {
      actor: { kind: 'agent', id: run.agent },
      action: 'run.ordered',
      outcome: 'intent',
      target: { kind: 'run', id: run.id },
      detail: {
        step: step.number,
        tool: judged.tool.id,
        job: job.id,
        asks: judged.ask !== undefined,
        inputDigest: digest(judged.checked.input),
      },
    })
  }

  /** What goes out after quiet hours is not waited for, so it counts as spent when it is ordered. */
  function charge(tx: Change, run: RunRow, costMicro: number | null, later: boolean): void {
    if (costMicro === null) return
    const held = budgets.hold(run.tenant_id, run.agent, costMicro * 1_000)
    if (later) budgets.settle(tx, run.tenant_id, held, held.nano)
  }

  /** Stores the step and orders the job in one change; a use by hand of a person waits for their word. */
  function order(tx: Change, at: RunAt, call: ToolCall, judged: Judged): void {
    const { run } = at
    const { tool, checked, ask, costMicro, runAt } = judged
    const actor: Actor = { kind: 'agent', id: run.agent }
    const hold = ask === undefined ? undefined : { reason: 'approval' as const, why: ask }
    const { row: job } = enqueuer.place(tx, checked, actor, hold)
    const later = ask === undefined && runAt !== undefined
    const step = store.addStep(tx, run, {
      kind: 'tool',
      state: later ? 'done' : 'waiting',
      title: checked.subject,
      tool: tool.id,
      callId: call.id,
      input: call.arguments,
      jobId: job.id,
      costNano: costMicro === null ? null : costMicro * 1_000,
      ...(later ? { output: `Ordered. It goes out at ${toInstant(runAt)}, after quiet hours.` } : {}),
    })
    budgets.countUse(run.tenant_id, run.agent, tool.id)
    charge(tx, run, costMicro, later)
    if (ask !== undefined)
      approvals.open(tx, job, {
        run: { id: run.id, step: step.number },
        tool: tool.id,
        effect: effectOf(run, judged),
        why: ask,
        risk: tool.risk,
        costMicro,
      })
    tellOrdered(run, step, judged, job)
  }

  function refuse(tx: Change, { run }: RunAt, call: ToolCall, failure: Failure): void {
    const refusal = failure.kind === 'forbidden' || failure.kind === 'quota'
    const step = store.addStep(tx, run, {
      kind: 'tool',
      state: refusal ? 'refused' : 'failed',
      title: `${call.name} was refused`,
      callId: call.id,
      input: JSON.stringify(readable(call)),
      output: wordsOf(failure),
      failure,
    })
    audit.append(run.tenant_id, {
      actor: { kind: 'agent', id: run.agent },
      action: 'run.refused',
      outcome: 'refused',
      target: { kind: 'run', id: run.id },
      detail: { step: step.number, tool: call.name, failure: failure.kind },
    })
  }

  return async (at, call) => {
    let judged: Judged | Failure
    try {
      judged = judge(at, call)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      judged = toFailure(error)
    }
    await database.write((tx) => {
      deps.fence(at.job)
      const failure = 'kind' in judged ? judged : overLimit(at, judged)
      if (failure) refuse(tx, at, call, failure)
      else order(tx, at, call, judged as Judged)
    })
  }
}

/** Arguments as JSON where they are some, else as the text they are. */
function readable(call: ToolCall): unknown {
  try {
    return JSON.parse(call.arguments)
  } catch (error) {
    if (error instanceof SyntaxError) return call.arguments
    throw error
  }
}
