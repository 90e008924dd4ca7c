/** One call to one model: its words as they come, then how it ended. Whatever happens, it is settled. */
import type { ChatAnswer, ChatRequest } from '#shared/ai/chat'
import { toDollars } from '#shared/ai/models'
import type { AiAnswer, AiEvent, AiRoute } from '#shared/contract/ai'
import { AppError, type Failure, failed, toFailure } from '#shared/failure'
import type { CallAgent } from '../../kit/call.ts'
import { certainlyNotSent } from '../../kit/failures.ts'
import type { Exchange } from '../../kit/fetch.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { Caller } from '../connections/caller.ts'
import type { Booked, Calls, Ending, OpenCall, Ordered } from './calls.ts'
import type { Circuits } from './circuit.ts'
import { circuitKey } from './standing.ts'

export interface Asking extends Ordered {
  signal: AbortSignal
  /** Whether words are passed on as they come; without, another may take over even in the middle of an answer. */
  live: boolean
}

export interface CallOnceDeps {
  caller: Caller
  calls: Calls
  circuits: Circuits
  agentOf(tenantId: string, agent: string | null): CallAgent | undefined
  monotonic(): number
}

export interface OneCall {
  call: OpenCall
  request: ChatRequest
  route: AiRoute
}

/** Answers a failure after which another may be asked; throws one that ends the order. */
export type CallOnce = (asking: Asking, one: OneCall) => AsyncGenerator<AiEvent, Failure | undefined>

/** Kinds after which nobody else is asked: the order itself is at fault, or was called off. */
const final: ReadonlySet<Failure['kind']> = new Set(['invalid', 'rejected', 'cancelled'])
/** Kinds with which a provider says that it did nothing. */
const refusing: ReadonlySet<Failure['kind']> = new Set([
  'unauthorized',
  'forbidden',
  'quota',
  'rate_limited',
  'not_found',
  'invalid',
  'unsupported',
])
/** Kinds that tell of a provider in trouble. */
const trouble: ReadonlySet<Failure['kind']> = new Set(['unavailable', 'unexpected', 'unknown'])

/** What was seen of a call so far. */
interface Seen {
  begun: number
  text: string
  firstTokenMs: number | undefined
  exchange: Exchange | undefined
  settled: boolean
}

/** Whether certainly nothing is charged: it never left, or was refused before a word came. */
function isFree(failure: Failure, { text, exchange }: Seen): boolean {
  if (text !== '') return false
  const answered5xx = /^5\d\d$/.test(failure.code ?? '')
  return !exchange || exchange.requests === 0 || refusing.has(failure.kind) || certainlyNotSent(failure) || answered5xx
}

function toAnswer({ call, route }: OneCall, answer: ChatAnswer, booked: Booked & { latencyMs: number }): AiAnswer {
  const { text, toolCalls, finish } = answer
  const usage = booked.usage ?? { inputTokens: 0, outputTokens: 0, cachedTokens: 0, estimated: true }
  const costUsd = toDollars(booked.costNano)
  return { id: call.id, text, toolCalls, finish, route, usage, costUsd, latencyMs: Math.round(booked.latencyMs) }
}

export function createCallOnce({ caller, calls, circuits, agentOf, monotonic }: CallOnceDeps): CallOnce {
  function settle(call: OpenCall, seen: Seen, ending: Pick<Ending, 'outcome' | 'free'> & Partial<Ending>): Promise<Booked> {
    seen.settled = true
    const { text, firstTokenMs, begun } = seen
    return calls.settle(call, { text, firstTokenMs, latencyMs: monotonic() - begun, ...ending })
  }

  async function* words(asking: Asking, { call, request }: OneCall, seen: Seen): AsyncGenerator<AiEvent, ChatAnswer> {
    const { tenantId, signal, order, live } = asking
    const { provider, id } = call
    const agent = agentOf(tenantId, order.agent ?? null)
    const made = await caller.makeCall({ tenantId, provider, repeat: 'safe', key: id, signal, agent })
    seen.exchange = made.exchange
    for await (const event of provider.chat?.(request, made.call) ?? []) {
      seen.firstTokenMs ??= monotonic() - seen.begun
      if (event.type === 'end') return event.answer
      seen.text += event.text
      if (live) yield event
    }
    throw failed('unexpected', `${provider.name} ended without an answer.`)
  }

  async function onFailure(asking: Asking, call: OpenCall, seen: Seen, error: unknown): Promise<Failure> {
    const key = circuitKey(asking.tenantId, call.provider.id)
    const judged = seen.exchange ? callFailure(error, seen.exchange, 'safe') : toFailure(error)
    const stopped = asking.signal.aborted && judged.kind !== 'cancelled'
    const failure = stopped ? failed('cancelled', 'It was stopped before the answer was complete.').failure : judged
    if (trouble.has(failure.kind)) circuits.fail(key)
    else circuits.leave(key)
    const outcome = failure.kind === 'cancelled' ? 'cancelled' : 'failed'
    await settle(call, seen, { outcome, failure, free: isFree(failure, seen) })
    if (final.has(failure.kind) || (asking.live && seen.text !== '')) throw new AppError(failure)
    return failure
  }

  return async function* callOnce(asking, one) {
    const { call, route } = one
    const key = circuitKey(asking.tenantId, call.provider.id)
    const seen: Seen = { begun: monotonic(), text: '', firstTokenMs: undefined, exchange: undefined, settled: false }
    try {
      if (asking.live) yield { type: 'route', route }
      const answer = yield* words(asking, one, seen)
      circuits.succeed(key)
      const latencyMs = monotonic() - seen.begun
      const booked = await settle(call, seen, { outcome: 'ok', answer, free: false, latencyMs })
      yield { type: 'end', answer: toAnswer(one, answer, { ...booked, latencyMs }) }
      return undefined
    } catch (error) {
      if (seen.settled) throw error
      return await onFailure(asking, call, seen, error)
    } finally {
      // Whoever read along has left.
      if (!seen.settled) {
        circuits.leave(key)
        await settle(call, seen, { outcome: 'cancelled', free: false })
      }
    }
  }
}
