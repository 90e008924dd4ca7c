/** Models of one tenant, as the contract offers them. */
import { type Model, models, nanos, refOf, toDollars } from '#shared/ai/models'
import type { AiEvent, AiHealth, AiModel, AiOrder, AiUsageRow } from '#shared/contract/ai'
import { failed } from '#shared/failure'
import { toInstant, toMs } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Actor, Area } from '../engine.ts'
import type { Ask } from './ask.ts'
import type { Circuits } from './circuit.ts'
import { countOrder } from './count-tokens.ts'
import { toSkipped } from './decide.ts'
import type { Policies } from './policies.ts'
import { monthOf, type Spending } from './spending.ts'
import { circuitKey, type Standing } from './standing.ts'
import type { Usage } from './usage.ts'

export interface AiDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  ask: Ask
  circuits: Circuits
  connections: ConnectionReader
  policies: Policies
  spending: Spending
  standing: Standing
  usage: Usage
  now(): number
}

/** The area with what flows: both can be called off. */
export interface AiArea extends Omit<Area<'ai'>, 'complete' | 'stream'> {
  complete(order: AiOrder, actor: Actor, signal?: AbortSignal): ReturnType<Area<'ai'>['complete']>
  stream(order: AiOrder, actor: Actor, signal?: AbortSignal): AsyncGenerator<AiEvent>
}

/** Micro-dollars for a million tokens, in dollars. */
const perMillion = (micro: number | null | undefined) =>
  toDollars(micro === null || micro === undefined ? null : micro * nanos.microDollar)

function toModel(model: Model): AiModel {
  const { provider, id, context, maxOutput, price } = model
  const { above } = price ?? {}
  return {
    ref: refOf(model),
    provider,
    model: id,
    contextTokens: context,
    maxOutputTokens: maxOutput,
    inputUsd: perMillion(price?.input),
    outputUsd: perMillion(price?.output),
    cachedUsd: perMillion(price?.cached),
    above: above
      ? { tokens: above.tokens, inputUsd: perMillion(above.input) ?? 0, outputUsd: perMillion(above.output) ?? 0 }
      : null,
    asOf: price?.asOf ?? null,
    source: price?.source ?? null,
  }
}

function totalOf(rows: readonly AiUsageRow[]): AiUsageRow {
  const sum = (field: 'calls' | 'failed' | 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'unknownCost') =>
    rows.reduce((total, row) => total + row[field], 0)
  const known = rows.flatMap(({ costUsd }) => (costUsd === null ? [] : [Math.round(costUsd * nanos.dollar)]))
  return {
    key: 'total',
    calls: sum('calls'),
    failed: sum('failed'),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cachedTokens: sum('cachedTokens'),
    costUsd: known.length === 0 ? null : known.reduce((total, nano) => total + nano, 0) / nanos.dollar,
    unknownCost: sum('unknownCost'),
  }
}

const never = new AbortController().signal
const instant = (at: number | null | undefined) => (at === null || at === undefined ? null : toInstant(at))

export function createAi(deps: AiDeps): (tenantId: string) => AiArea {
  const { catalog, ask, circuits, connections, policies, spending, standing, usage, now } = deps
  const rooms = Object.values(catalog).filter(({ chat }) => chat !== undefined)

  function healthOf(tenantId: string, { id, name }: AnyProvider): AiHealth {
    const circuit = circuits.view(circuitKey(tenantId, id))
    const held = standing.hold(tenantId, id)
    return {
      provider: id,
      name,
      state: standing.state(tenantId, id),
      lastOkAt: instant(connections.row(tenantId, id)?.last_ok_at),
      circuit: { state: circuit.state, until: instant(circuit.until), failures: circuit.failures },
      heldUntil: instant(held?.until),
      heldBecause: held?.why ?? null,
      ...usage.observed(tenantId, id, now()),
    }
  }

  function budgetOf(tenantId: string) {
    const { month, spentNano, reservedNano } = spending.month(tenantId)
    const limit = policies.get(tenantId).monthlyBudgetMicroDollars
    return {
      month,
      limitUsd: limit === null ? null : limit / 1_000_000,
      spentUsd: spentNano / nanos.dollar,
      reservedUsd: reservedNano / nanos.dollar,
    }
  }

  return (tenantId) => ({
    async complete(order, actor, signal = never) {
      for await (const event of ask.run({ tenantId, order, actor, signal, live: false })) {
        if (event.type === 'end') return event.answer
      }
      throw failed('unexpected', 'The answer had no end.')
    },
    stream: (order, actor, signal = never) => ask.run({ tenantId, order, actor, signal, live: true }),
    async simulate({ inputTokens, messages, ...order }) {
      const counted = inputTokens ?? (await countOrder(messages ?? [], order.tools))
      const { choices, passed, failure } = ask.decide(tenantId, order, counted)
      const [first, ...rest] = choices
      const policy = policies.get(tenantId)
      return {
        route: first
          ? { provider: first.model.provider, model: first.model.id, reasons: first.reasons, skipped: toSkipped(passed) }
          : null,
        failure: failure ?? null,
        inputTokens: first?.inputTokens ?? counted,
        maxOutputTokens: first?.maxTokens ?? order.maxTokens ?? policy.maxOutputTokens,
        estimateUsd: toDollars(first?.estimateNano ?? null),
        next: rest.map(({ model }) => ({ provider: model.provider, model: model.id })),
      }
    },
    policy: async () => policies.get(tenantId),
    putPolicy: (patch, actor) => policies.update(tenantId, patch, actor),
    models: async () => ({ items: models.map(toModel), nextCursor: null }),
    async usage({ by, from, to }) {
      const since = from === undefined ? Date.parse(`${monthOf(now())}-01T00:00:00Z`) : toMs(from)
      const items = usage.sum(tenantId, by, since, to === undefined ? now() + 1 : toMs(to))
      return { items, total: totalOf(items), budget: budgetOf(tenantId) }
    },
    health: async () => ({ items: rooms.map((room) => healthOf(tenantId, room)), nextCursor: null }),
  })
}
