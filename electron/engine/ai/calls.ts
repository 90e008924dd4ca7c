/** One call in the books: reserved, begun and audited in one change before it is sent; settled and audited in one after. */
import { v7 as uuidv7 } from 'uuid'
import type { ChatAnswer, TokenUsage } from '#shared/ai/chat'
import { costNano, nanos } from '#shared/ai/models'
import type { AiOrder } from '#shared/contract/ai'
import type { Failure } from '#shared/failure'
import type { AnyProvider } from '../../kit/define.ts'
import type { AgentBudgets, Held } from '../agents/budgets.ts'
import type { Announcements } from '../announcements.ts'
import { type AuditAppender, digest } from '../audit/append.ts'
import type { Proofs } from '../connections/proofs.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Buckets } from '../limits/buckets.ts'
import { countText } from './count-tokens.ts'
import type { Choice, Hindrance } from './decide.ts'
import { monthOf, type Spending } from './spending.ts'
import type { Usage } from './usage.ts'

export interface CallsDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  proofs: Proofs
  buckets: Buckets
  usage: Usage
  spending: Spending
  agents: Pick<AgentBudgets, 'left' | 'hold' | 'settle'>
  budgetOf(tenantId: string): number | null
  now(): number
}

/** Whose call it is. */
export interface Ordered {
  tenantId: string
  order: AiOrder
  actor: Actor
  jobId?: string | undefined
}

/** A call in the books that was not settled yet. */
export interface OpenCall extends Ordered {
  id: string
  at: number
  month: string
  /** Held of the agent's budget of the day. */
  held: Held | undefined
  choice: Choice
  provider: AnyProvider
}

export interface Ending {
  outcome: 'ok' | 'failed' | 'cancelled'
  failure?: Failure
  answer?: ChatAnswer
  /** Words that came before it failed. */
  text: string
  firstTokenMs: number | undefined
  latencyMs: number
  /** Whether certainly nothing is charged. */
  free: boolean
}

export interface Booked {
  usage: (TokenUsage & { estimated: boolean }) | null
  costNano: number | null
}

export interface Calls {
  /** Puts a call into the books, or answers what keeps it from being made: a limit, a hold, the budget. */
  open(ordered: Ordered, choice: Choice, provider: AnyProvider): Promise<OpenCall | Hindrance>
  settle(call: OpenCall, ending: Ending): Promise<Booked>
  /** Notes an order that nobody could take. */
  refuse(ordered: Ordered, failure: Failure): Promise<void>
}

export const isOpen = (call: OpenCall | Hindrance): call is OpenCall => 'id' in call

export function createCalls(deps: CallsDeps): Calls {
  const { database, audit, announcements, proofs, buckets, usage, spending, agents, budgetOf, now } = deps

  /** Inside the change, where nobody else spends meanwhile. */
  function overBudget(tx: Change, tenantId: string, { estimateNano }: Choice): Hindrance | undefined {
    const left = spending.left(tenantId, budgetOf(tenantId))
    if (left === null || (estimateNano !== null && estimateNano <= left)) return undefined
    spending.tell(tx, tenantId, 100)
    const why = estimateNano === null ? 'its price is not known, and spending is limited' : "the month's budget does not cover it"
    return { kind: 'quota', why }
  }

  /** The same for the agent on whose account it goes. */
  function overAgentBudget({ tenantId, order }: Ordered, { estimateNano }: Choice): Hindrance | undefined {
    const left = agents.left(tenantId, order.agent)
    if (left === null || (estimateNano !== null && estimateNano <= left)) return undefined
    const why =
      estimateNano === null
        ? 'its price is not known, and the agent’s spending is limited'
        : 'the agent’s budget of the day does not cover it'
    return { kind: 'quota', why }
  }

  function overLimit(tenantId: string, provider: AnyProvider): Hindrance | undefined {
    const passage = buckets.take(tenantId, provider, ['requests'], now())
    if (passage.allowed) return undefined
    const retryAfterMs = Math.max(passage.freeAt - now(), 0)
    return {
      kind: 'rate_limited',
      why: `${passage.why ?? 'its limit'} allows none for ${Math.ceil(retryAfterMs / 1_000)} s`,
      retryAfterMs,
    }
  }

  async function book({ choice }: OpenCall, ending: Ending): Promise<Booked> {
    const { answer, text, free } = ending
    if (free) return { usage: null, costNano: 0 }
    const counted = await countText(answer?.text ?? text)
    const estimate = { inputTokens: choice.inputTokens, outputTokens: counted, cachedTokens: 0, estimated: true }
    const told = answer?.usage ? { ...answer.usage, estimated: false } : estimate
    // What a broken call is charged for, only the provider knows.
    if (!answer) return { usage: text === '' ? null : estimate, costNano: null }
    const { price } = choice.model
    return { usage: told, costNano: answer.costNano ?? (price ? costNano(price, told) : null) }
  }

  function tellAudit(call: OpenCall, ending: Ending, { usage: tokens, costNano: cost }: Booked): void {
    const outcome = ending.outcome === 'ok' ? ('ok' as const) : ('failed' as const)
    audit.append(call.tenantId, {
      actor: call.actor,
      action: ending.outcome === 'ok' ? 'ai.answered' : `ai.${ending.outcome}`,
      outcome,
      target: { kind: 'ai_call', id: call.id },
      detail: {
        provider: call.provider.id,
        model: call.choice.model.id,
        ...(ending.failure ? { kind: ending.failure.kind, code: ending.failure.code ?? null } : {}),
        ...(ending.answer ? { answerDigest: digest(ending.answer.text), finish: ending.answer.finish } : {}),
        usage: tokens,
        costMicroDollars: cost === null ? null : cost / nanos.microDollar,
      },
    })
  }

  function prove(tx: Change, call: OpenCall, { outcome, failure }: Ending): void {
    if (outcome === 'cancelled') return
    const proof = { tenantId: call.tenantId, provider: call.provider.id, call: 'chat.complete' }
    proofs.record(tx, failure ? { ...proof, failure } : proof)
    if (failure?.kind !== 'rate_limited' || failure.retryAfterMs === undefined) return
    buckets.hold(call.tenantId, call.provider.id, 'requests', { until: now() + failure.retryAfterMs, why: failure.message })
  }

  return {
    open(ordered, choice, provider) {
      const { tenantId, order, actor, jobId } = ordered
      return database.write((tx): OpenCall | Hindrance => {
        const hindrance = overBudget(tx, tenantId, choice) ?? overAgentBudget(ordered, choice) ?? overLimit(tenantId, provider)
        if (hindrance) return hindrance
        const held = order.agent === undefined ? undefined : agents.hold(tenantId, order.agent, choice.estimateNano ?? 0)
        const call: OpenCall = { ...ordered, id: uuidv7(), at: now(), month: monthOf(now()), held, choice, provider }
        const { id, at, month } = call
        const { model, estimateNano, maxTokens } = choice
        usage.begin({
          id,
          tenantId,
          at,
          month,
          provider: provider.id,
          model: model.id,
          task: order.task,
          agent: order.agent,
          jobId,
          reservedNano: estimateNano,
        })
        spending.reserve(tenantId, month, estimateNano ?? 0)
        const detail = {
          provider: provider.id,
          model: model.id,
          task: order.task,
          agent: order.agent ?? null,
          ...(jobId === undefined ? {} : { job: jobId }),
          messages: order.messages.length,
          messagesDigest: digest(order.messages),
          maxTokens,
          reservedMicroDollars: estimateNano === null ? null : estimateNano / nanos.microDollar,
        }
        audit.append(tenantId, { actor, action: 'ai.asked', outcome: 'intent', target: { kind: 'ai_call', id }, detail })
        return call
      })
    },
    async settle(call, ending) {
      const booked = await book(call, ending)
      const { id, tenantId, month, choice } = call
      await database.write((tx) => {
        usage.end({ id, ...ending, ...booked })
        if (call.held) agents.settle(tx, tenantId, call.held, booked.costNano)
        spending.settle(tx, tenantId, { month, reservedNano: choice.estimateNano ?? 0, costNano: booked.costNano })
        tellAudit(call, ending, booked)
        prove(tx, call, ending)
        tx.afterCommit(() => announcements.announce('ai.changed', tenantId, id))
      })
      return booked
    },
    async refuse({ tenantId, order, actor }, failure) {
      await database.write((tx) => {
        if (failure.kind === 'quota' && budgetOf(tenantId) !== null) spending.tell(tx, tenantId, 100)
        const target = { kind: 'ai_call', id: order.task }
        const detail = { kind: failure.kind, model: order.model ?? null, messagesDigest: digest(order.messages) }
        audit.append(tenantId, { actor, action: 'ai.refused', outcome: 'refused', target, detail })
      })
    },
  }
}
