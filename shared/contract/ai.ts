/** Models: ask one through the router, watch what it costs, say who may be asked. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ChatFinish, chatFields, TokenUsage, ToolCall } from '#shared/ai/chat'
import { AiOrders, AiPolicy, LatencyClass } from '#shared/ai/policy'
import { ConnectionState } from '#shared/connection'
import { Failure } from '#shared/failure'
import { Instant } from '#shared/time'
import { pageOf, procedure } from './common.ts'

/** An order to whichever model the policy prefers. A task that is none of the known ones is routed like `chat`. */
export const AiOrder = z.strictObject({
  task: z.string().trim().min(1).max(64),
  ...chatFields,
  latency: LatencyClass.optional(),
  /** Pins a model: `provider/model`, or its bare name. */
  model: z.string().min(1).max(200).optional(),
  /** The agent on whose account it goes. */
  agent: z.string().min(1).max(64).optional(),
})
/** An order to whichever model the policy prefers. */
export type AiOrder = z.infer<typeof AiOrder>

/** A model that was passed over, and why. */
export const AiSkipped = z.object({ provider: z.string(), model: z.string(), why: z.string() })

/** A model that was passed over. */
export type AiSkipped = z.infer<typeof AiSkipped>

/** Where an order went, in words. */
export const AiRoute = z.object({
  provider: z.string(),
  model: z.string(),
  reasons: z.array(z.string()),
  skipped: z.array(AiSkipped),
})
/** Where an order went. */
export type AiRoute = z.infer<typeof AiRoute>

/** An answer. `usage` is estimated where the provider told none; an unknown cost is null, never 0. */
export const AiAnswer = z.object({
  id: z.string(),
  text: z.string(),
  toolCalls: z.array(ToolCall),
  finish: ChatFinish,
  route: AiRoute,
  usage: TokenUsage.extend({ estimated: z.boolean() }),
  costUsd: z.number().nullable(),
  latencyMs: z.int(),
})
/** An answer. */
export type AiAnswer = z.infer<typeof AiAnswer>

/** What comes while an answer is written: where it goes (again when another takes over), its words, the whole. */
export const AiEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('route'), route: AiRoute }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('end'), answer: AiAnswer }),
])
/** What comes while an answer is written. */
export type AiEvent = z.infer<typeof AiEvent>

/** A decision without a call. `route` is null where nobody could take it; `failure` then says why. */
export const AiDecision = z.object({
  route: AiRoute.nullable(),
  failure: Failure.nullable(),
  inputTokens: z.int(),
  maxOutputTokens: z.int(),
  estimateUsd: z.number().nullable(),
  /** Who would be asked next, in order. */
  next: z.array(z.object({ provider: z.string(), model: z.string() })),
})
/** A decision without a call. */
export type AiDecision = z.infer<typeof AiDecision>

/** The budget of the running month. Amounts in dollars; `reservedUsd` is held for calls that run or whose cost is unknown. */
export const AiBudget = z.object({
  month: z.string(),
  limitUsd: z.number().nullable(),
  spentUsd: z.number(),
  reservedUsd: z.number(),
})
/** The budget of the running month. */
export type AiBudget = z.infer<typeof AiBudget>

/** A model as the table knows it. Prices in dollars per million tokens; null is unknown. */
export const AiModel = z.object({
  ref: z.string(),
  provider: z.string(),
  model: z.string(),
  contextTokens: z.int().nullable(),
  maxOutputTokens: z.int().nullable(),
  inputUsd: z.number().nullable(),
  outputUsd: z.number().nullable(),
  cachedUsd: z.number().nullable(),
  above: z.object({ tokens: z.int(), inputUsd: z.number(), outputUsd: z.number() }).nullable(),
  asOf: z.string().nullable(),
  source: z.string().nullable(),
})
/** A model as the table knows it. */
export type AiModel = z.infer<typeof AiModel>

/** By what usage is summed up. */
export const AiUsageBy = z.enum(['provider', 'model', 'day', 'task', 'agent'])
/** By what usage is summed up. */
export type AiUsageBy = z.infer<typeof AiUsageBy>

/** Usage of one provider, model, day, task or agent. `costUsd` sums what is known; null when nothing of it is known. */
export const AiUsageRow = z.object({
  key: z.string(),
  calls: z.int(),
  failed: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cachedTokens: z.int(),
  costUsd: z.number().nullable(),
  /** Calls whose cost nobody knows; it is not in the sum. */
  unknownCost: z.int(),
})
/** Usage of one provider, model, day, task or agent. */
export type AiUsageRow = z.infer<typeof AiUsageRow>

/** How a provider does, with the evidence. Latencies in ms over the last day; null where nothing was observed. */
export const AiHealth = z.object({
  provider: z.string(),
  name: z.string(),
  state: ConnectionState,
  lastOkAt: Instant.nullable(),
  circuit: z.object({ state: z.enum(['closed', 'open', 'half_open']), until: Instant.nullable(), failures: z.int() }),
  firstTokenMs: z.object({ p50: z.int().nullable(), p95: z.int().nullable() }),
  totalMs: z.object({ p50: z.int().nullable(), p95: z.int().nullable() }),
  calls: z.int(),
  failed: z.int(),
  heldUntil: Instant.nullable(),
  heldBecause: z.string().nullable(),
  lastFailure: z.object({ at: Instant, kind: z.string(), message: z.string() }).nullable(),
})
/** How a provider does, with the evidence. */
export type AiHealth = z.infer<typeof AiHealth>

const nothing = z.strictObject({}).optional()

/** Procedures about models. */
export const ai = {
  complete: procedure
    .route({ method: 'POST', path: '/ai/complete', summary: 'Ask a model; the router chooses which, and says why' })
    .input(AiOrder)
    .output(AiAnswer),
  stream: procedure
    .route({ method: 'POST', path: '/ai/stream', summary: 'Ask a model and read along (server-sent events)' })
    .input(AiOrder)
    .output(eventIterator(AiEvent)),
  simulate: procedure
    .route({ method: 'POST', path: '/ai/simulate', summary: 'Who would be asked and why; nothing is sent' })
    .input(
      AiOrder.partial({ messages: true }).extend({
        /** Instead of messages: how many tokens they would come to. */
        inputTokens: z.int().min(1).max(10_000_000).optional(),
      }),
    )
    .output(AiDecision),
  policy: procedure
    .route({ method: 'GET', path: '/ai/policy', summary: 'Who may be asked for what, and what may be spent' })
    .input(nothing)
    .output(AiPolicy),
  putPolicy: procedure
    .route({ method: 'PUT', path: '/ai/policy', summary: 'Change the policy; what is left out stays' })
    .input(AiPolicy.partial().extend({ orders: AiOrders.optional() }))
    .output(AiPolicy),
  models: procedure
    .route({ method: 'GET', path: '/ai/models', summary: 'Known models with context and prices' })
    .input(nothing)
    .output(pageOf(AiModel)),
  usage: procedure
    .route({ method: 'GET', path: '/ai/usage', summary: 'Calls, tokens and cost, with how much of it is unknown' })
    .input(z.strictObject({ by: AiUsageBy, from: Instant.optional(), to: Instant.optional() }))
    .output(z.object({ items: z.array(AiUsageRow), total: AiUsageRow, budget: AiBudget })),
  health: procedure
    .route({ method: 'GET', path: '/ai/health', summary: 'How each provider does, with evidence' })
    .input(nothing)
    .output(pageOf(AiHealth)),
}
