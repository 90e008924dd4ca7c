/** One attempt of a job, from the credential to the settlement. Every way out is a move; nothing is thrown past it. */
import { setTimeout as wait } from 'node:timers/promises'
import { AppError, type Failure, failed, toFailure } from '#shared/failure'
import type { Call, CallAgent } from '../../kit/call.ts'
import type { Exchange } from '../../kit/fetch.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { Caller } from '../connections/caller.ts'
import { byHand } from './decide.ts'
import type { RunPlan } from './plan.ts'
import { type JobRow, type Progress, parseJson } from './rows.ts'
import type { Settler } from './settle.ts'

export interface ExecuteDeps {
  caller: Caller
  settler: Settler
  agentOf(tenantId: string, agent: string | null): CallAgent | undefined
  onUnexpected(error: unknown, jobId: string): void
}

export interface Execution {
  row: JobRow
  plan: RunPlan
  signal: AbortSignal
  /** Told when the work is over and its record is ordered, though not yet on disk. */
  onSettling(): void
}

/** How long until an end that could not be recorded is tried to be recorded again. */
const againMs = 250

const isStorage = (error: unknown) => error instanceof AppError && error.failure.code?.startsWith('SQLITE_') === true

function unrecorded(failure: Failure): Failure {
  return { ...failure, kind: 'unknown', message: `It was sent, and what became of it could not be recorded: ${failure.message}` }
}

/**
 * Records how an attempt ended, as soon as the disk has room for it.
 *
 * Why   it is known here alone; taken for a failure of the attempt, a send that went out would go out again
 */
async function recorded({ signal, onSettling }: Execution, record: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      const durable = record()
      onSettling()
      return await durable
    } catch (error) {
      if (!isStorage(error) || signal.aborted) throw error
      await wait(againMs)
    }
  }
}

export function createExecutor({ caller, settler, agentOf, onUnexpected }: ExecuteDeps): (execution: Execution) => Promise<void> {
  function orderOf({ row, plan, signal }: Execution) {
    const progress = parseJson<Progress>(row.progress)
    return {
      tenantId: row.tenant_id,
      provider: plan.provider,
      repeat: plan.action.repeat,
      key: row.id,
      signal,
      agent: agentOf(row.tenant_id, row.agent),
      progress: progress?.provider === plan.provider.id ? progress.value : undefined,
      beforeEffect: () => settler.markSending(row),
      remember: (value: unknown) => settler.remember(row, plan.provider.id, value),
      accepted: (value: unknown) => settler.remember(row, plan.provider.id, value, true),
    }
  }

  async function attempt(execution: Execution, call: Call, exchange: Exchange): Promise<unknown> {
    const { plan } = execution
    const refusal = plan.action.refuses?.(call.credential as never, call.settings as never)
    if (refusal) throw new AppError(refusal)
    const output = await plan.action.run(plan.input, call)
    const parsed = plan.action.output.safeParse(output)
    if (parsed.success) return parsed.data
    exchange.failure = undefined
    throw failed('unexpected', `${plan.provider.name} answered in a shape that is not its documented one.`)
  }

  function judgeError(error: unknown, execution: Execution, exchange: Exchange | undefined): Failure {
    const { repeat } = execution.plan.action
    if (isStorage(error) && repeat === 'unsafe' && (exchange?.confirmed ?? 0) > 0) return unrecorded(toFailure(error))
    const failure = exchange ? callFailure(error, exchange, repeat) : toFailure(error)
    if (failure.kind === 'unexpected') onUnexpected(error, execution.row.id)
    return failure
  }

  return async (execution) => {
    const { row, plan } = execution
    let exchange: Exchange | undefined
    try {
      if (plan.action.assist)
        throw failed('unsupported', `${plan.provider.name} has no way to do this for you: a person does it.`, { code: byHand })
      const made = await caller.makeCall(orderOf(execution))
      exchange = made.exchange
      const result = await attempt(execution, made.call, made.exchange)
      await recorded(execution, () => settler.succeed(row, plan, result))
    } catch (error) {
      const failure = judgeError(error, execution, exchange)
      await recorded(execution, () => settler.fail(row, plan, failure))
    }
  }
}
