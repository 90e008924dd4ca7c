/** Asks models for an order: counts, decides, calls, and goes on to the next where nothing was passed on yet. */
import type { ChatRequest } from '#shared/ai/chat'
import { findModel, type Model, models, refOf } from '#shared/ai/models'
import type { AiEvent, AiOrder, AiRoute } from '#shared/contract/ai'
import { AppError, failed } from '#shared/failure'
import type { CallAgent } from '../../kit/call.ts'
import type { AnyProvider } from '../../kit/define.ts'
import type { Caller } from '../connections/caller.ts'
import { type Asking, createCallOnce } from './call-once.ts'
import { type Calls, isOpen, type OpenCall, type Ordered } from './calls.ts'
import type { Circuits } from './circuit.ts'
import { countOrder } from './count-tokens.ts'
import { type Choice, type Decision, decide, type Hindrance, nobody, type Passed, toSkipped } from './decide.ts'
import type { Policies } from './policies.ts'
import type { Spending } from './spending.ts'
import { circuitKey, type Standing } from './standing.ts'

export interface AskDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  caller: Caller
  calls: Calls
  circuits: Circuits
  policies: Policies
  spending: Spending
  standing: Standing
  /** Left of an agent's budget of the day in nano-dollars; null without one. */
  agentLeft(tenantId: string, agent: string | undefined): number | null
  agentOf(tenantId: string, agent: string | null): CallAgent | undefined
  monotonic(): number
}

export interface Ask {
  decide(tenantId: string, order: Omit<AiOrder, 'messages'>, counted: number): Decision
  run(asking: Asking): AsyncGenerator<AiEvent>
}

function pinnedModel(name: string | undefined): Model | undefined {
  if (name === undefined) return undefined
  const model = findModel(name)
  if (model) return model
  const message = `is not known. Name it as provider/model; known are ${models.map(refOf).join(', ')}`
  throw failed('invalid', `The model "${name}" is not known here.`, { fields: [{ path: 'model', message }] })
}

function requestOf({ order }: Ordered, { model, maxTokens }: Choice): ChatRequest {
  const { messages, tools, toolChoice, temperature, json } = order
  return {
    model: model.id,
    messages,
    maxTokens,
    ...(tools ? { tools } : {}),
    ...(toolChoice ? { toolChoice } : {}),
    ...(temperature === undefined || model.fixedTemperature ? {} : { temperature }),
    ...(json ? { json } : {}),
  }
}

/** The smaller of two bounds; null is none. */
function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

export function createAsk(deps: AskDeps): Ask {
  const { catalog, calls, circuits, policies, spending, standing } = deps
  const callOnce = createCallOnce(deps)

  function decideFor(tenantId: string, order: Omit<AiOrder, 'messages'>, counted: number): Decision {
    const policy = policies.get(tenantId)
    return decide({
      task: order.task,
      latency: order.latency ?? 'normal',
      counted,
      maxTokens: order.maxTokens,
      pinned: pinnedModel(order.model),
      policy,
      hindrance: (provider) => standing.hindrance(tenantId, provider),
      onTrial: (provider) => circuits.view(circuitKey(tenantId, provider)).state === 'half_open',
      budgetLeftNano: least(spending.left(tenantId, policy.monthlyBudgetMicroDollars), deps.agentLeft(tenantId, order.agent)),
    })
  }

  function checkAgent({ tenantId, order }: Asking): void {
    if (order.agent === undefined || deps.agentOf(tenantId, order.agent)) return
    const fields = [{ path: 'agent', message: 'is not an agent of this tenant' }]
    throw failed('invalid', `There is no agent ${order.agent}.`, { fields })
  }

  /** Circuit and books in turn; what keeps the call from being made is told. */
  async function open(asking: Asking, choice: Choice): Promise<OpenCall | Hindrance> {
    const provider = catalog[choice.model.provider]
    if (!provider?.chat) return { kind: 'unsupported', why: 'this build does not know it' }
    const key = circuitKey(asking.tenantId, provider.id)
    if (!circuits.enter(key)) return { kind: 'unavailable', why: 'it failed before, and one call tries it already' }
    const call = await calls.open(asking, choice, provider).catch((error: unknown) => {
      circuits.leave(key)
      throw error
    })
    if (!isOpen(call)) circuits.leave(key)
    return call
  }

  /** What is told of the way to a model, when the call is about to be made. */
  function routeOf({ order }: Asking, { model, reasons }: Choice, passed: readonly Passed[]): AiRoute {
    const left = order.temperature !== undefined && model.fixedTemperature
    const told = left ? [...reasons, 'It takes no temperature, so that was left out.'] : reasons
    return { provider: model.provider, model: model.id, reasons: told, skipped: toSkipped(passed) }
  }

  return {
    decide: decideFor,
    async *run(asking) {
      checkAgent(asking)
      const { tenantId, order } = asking
      const { choices, passed } = decideFor(tenantId, order, await countOrder(order.messages, order.tools))
      const name = ({ model }: Choice) => ({ provider: model.provider, model: model.id })
      for (const choice of choices) {
        const call = await open(asking, choice)
        if (!isOpen(call)) {
          passed.push({ ...call, ...name(choice) })
          continue
        }
        const request = requestOf(asking, choice)
        const failure = yield* callOnce(asking, { call, request, route: routeOf(asking, choice, passed) })
        if (!failure) return
        const { kind, retryAfterMs, message } = failure
        passed.push({ kind, retryAfterMs, why: `it failed: ${message.replace(/\.$/, '')}`, ...name(choice) })
      }
      const failure = nobody(passed)
      await calls.refuse(asking, failure)
      throw new AppError(failure)
    },
  }
}
