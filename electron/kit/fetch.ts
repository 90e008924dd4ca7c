/** The instrumented fetch: one attempt, deadline, size cap, endpoint guard, failures in our kinds. */
import { AppError, type Failure, failed } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { CallFetch } from './call.ts'
import type { AnswerHead, AnyProvider } from './define.ts'
import { staysUnder } from './endpoints.ts'
import { oauthFailure, statusFailure, transportFailure } from './failures.ts'
import { createPatience, flowOn, type Patience } from './flow.ts'
import { orStopped, stopsOf } from './stopping.ts'
import { type PlainRequest, plainOf, type SendPlain } from './wire.ts'

/** The platform's fetch, handed in by the composition root. */
export type RawFetch = (input: Request) => Promise<Response>

/** What one call lets the transport do and know. */
export interface Transport {
  provider: Pick<AnyProvider, 'rejects' | 'observe' | 'name'>
  bases: readonly string[]
  rawFetch: RawFetch
  /** The cheaper way of plain requests; without it, all go by `rawFetch`. */
  sendPlain?: SendPlain | undefined
  signal: AbortSignal
  now(): number
  /** Blanks secrets in what a provider told before anybody reads it: some echo in an error what they were sent. */
  redact(text: string): string
  /** Awaited before the first request that may have an effect leaves; refuses by throwing. */
  beforeEffect(): Promise<void>
  onHold?(hold: { bucket: string; until: number; why: string }): void
}

/** What happened on the wire, for whoever settles the attempt: SDKs wrap errors, this does not. */
export interface Exchange {
  /** Failure of the latest request, cleared when another begins. */
  failure: Failure | undefined
  /** Effects that the provider confirmed in this attempt. */
  confirmed: number
  requests: number
}

/** Deadline of one request, headers and body together: 60 s. */
const deadlineMs = 60_000
/** Largest answer read: 10 MiB. */
const sizeCapBytes = 10 * 1024 * 1024

/** The fetches of one call; `ask` for questions, `stream` for answers that flow. */
export interface Fetches {
  fetch: CallFetch
  ask: CallFetch
  stream: CallFetch
  streamAsk: CallFetch
  exchange: Exchange
}

/** Makes the fetches of a call over one exchange record. */
export function createFetches(transport: Transport, repeat: Repeat): Fetches {
  const exchange: Exchange = { failure: undefined, confirmed: 0, requests: 0 }
  const send =
    (how: Repeat, flowing: boolean): CallFetch =>
    (input, init) =>
      sendOnce({ transport, exchange, repeat: how, flowing }, toOutgoing(transport, input, init))
  return {
    fetch: send(repeat, false),
    ask: send('safe', false),
    stream: send(repeat, true),
    streamAsk: send('safe', true),
    exchange,
  }
}

interface Sending {
  transport: Transport
  exchange: Exchange
  repeat: Repeat
  /** Whether the body of a good answer is handed on as it comes. */
  flowing: boolean
}

/** A request as it leaves: plain where that is possible, else as fetch takes it. */
interface Outgoing {
  url: URL
  method: string
  signal: AbortSignal | null | undefined
  plain?: PlainRequest
  request?: Request
}

function toOutgoing({ sendPlain }: Transport, input: string | URL | Request, init: RequestInit | undefined): Outgoing {
  const plain = sendPlain ? plainOf(input, init) : undefined
  if (plain) return { url: plain.url, method: plain.method, signal: init?.signal, plain }
  const request = new Request(input, init)
  return { url: new URL(request.url), method: request.method, signal: request.signal, request }
}

async function sendOnce(sending: Sending, request: Outgoing): Promise<Response> {
  const { transport, exchange } = sending
  exchange.failure = undefined
  try {
    const { url } = request
    if (!staysUnder(url, transport.bases)) {
      throw failed(
        'unexpected',
        `${transport.provider.name} tried to reach ${url.host}, which is not one of its hosts; nothing was sent.`,
      )
    }
    if (sending.repeat !== 'safe') await transport.beforeEffect()
    exchange.requests += 1
    return await (request.plain ? exchangePlain(sending, request, request.plain) : exchangeOnce(sending, request))
  } catch (error) {
    if (error instanceof AppError) exchange.failure = error.failure
    throw error
  }
}

async function exchangeOnce(sending: Sending, { url, method, request }: Outgoing): Promise<Response> {
  const { transport, repeat } = sending
  const patience = sending.flowing ? createPatience(deadlineMs) : undefined
  const deadline = patience?.signal ?? AbortSignal.timeout(deadlineMs)
  const signals = [transport.signal, deadline, ...(request ? [request.signal] : [])]
  const signal = AbortSignal.any(signals)
  let response: Response
  let bytes: Uint8Array<ArrayBuffer>
  try {
    response = await orStopped(transport.rawFetch(new Request(request ?? url, { signal, redirect: 'manual' })), signals)
    if (patience && response.ok && response.body) return handOn(sending, response, { url, patience, signals })
    bytes = await orStopped(readCapped(response), signals)
  } catch (error) {
    throw new AppError(lostFailure(error, { transport, repeat, url }), { cause: error })
  }
  patience?.end()
  return answered(sending, { url, method }, { ...headOf(response), bytes })
}

/** The same exchange on the wire of plain requests. */
async function exchangePlain(sending: Sending, { url, method, signal }: Outgoing, plain: PlainRequest): Promise<Response> {
  const { transport, repeat } = sending
  const { sendPlain } = transport
  if (!sendPlain) throw new Error('there is no wire for plain requests')
  const patience = sending.flowing ? createPatience(deadlineMs) : undefined
  const signals = [transport.signal, ...(signal ? [signal] : []), ...(patience ? [patience.signal] : [])]
  const stops = stopsOf(signals, patience ? undefined : deadlineMs)
  const { answer, abort } = sendPlain(plain)
  try {
    stops.whenStopped(abort)
    const head = await answer
    if (patience && head.status >= 200 && head.status < 300) {
      const response = new Response(head.flow(), head)
      return handOn(sending, response, { url, patience, signals })
    }
    const bytes = await head.whole(sizeCapBytes)
    patience?.end()
    return answered(sending, { url, method }, { ...headOf(head), bytes })
  } catch (error) {
    // What is left of an answer that was refused interests nobody.
    abort(error)
    if (error instanceof AppError) throw error
    throw new AppError(lostFailure(error, { transport, repeat, url }), { cause: error })
  } finally {
    stops.end()
  }
}

interface Head {
  status: number
  statusText: string
  headers: Headers
}

function headOf({ status, statusText, headers }: Head): Head {
  return { status, statusText, headers }
}

/** Judges an answer that is there whole, and makes of it what the caller is handed. */
function answered(
  sending: Sending,
  asked: { url: URL; method: string },
  { bytes, ...head }: Head & { bytes: Uint8Array<ArrayBuffer> },
): Response {
  const { exchange, repeat } = sending
  const { status, headers } = head
  judge({ ...asked, status, headers }, new TextDecoder().decode(bytes), sending)
  if (repeat !== 'safe') exchange.confirmed += 1
  const empty = status === 204 || status === 205 || status === 304
  return new Response(empty ? null : bytes, head)
}

/** Reads the limits that an answer tells, and throws what it refuses. Only what is told of a refusal is rid of secrets first. */
function judge(head: AnswerHead, text: string | undefined, { transport, repeat }: Sending): void {
  const { provider, now, redact } = transport
  const failureIn = (told: string | undefined) => {
    const answer = { ...head, body: told === undefined ? undefined : parseBody(told, head.headers) }
    return provider.rejects?.(answer) ?? oauthFailure(answer) ?? statusFailure(answer, repeat, now())
  }
  const hold = provider.observe?.(head, now())
  if (hold) transport.onHold?.(hold)
  if (failureIn(text) === undefined) return
  throw new AppError(failureIn(text === undefined ? text : redact(text)) ?? refusedUntold(provider.name))
}

/** A refusal that cannot be told without a secret. */
function refusedUntold(name: string): Failure {
  return failed('unexpected', `${name} refused it, in words that hold a secret.`).failure
}

/** Hands on an answer whose body flows; a loss on the way is told in our kinds. */
function handOn(
  sending: Sending,
  response: Response,
  { url, patience, signals }: { url: URL; patience: Patience; signals: readonly AbortSignal[] },
): Response {
  const { transport, exchange, repeat } = sending
  judge({ url, method: 'GET', status: response.status, headers: response.headers }, undefined, sending)
  if (repeat !== 'safe') exchange.confirmed += 1
  const toError = (error: unknown) => {
    exchange.failure = lostFailure(error, { transport, repeat, url })
    return new AppError(exchange.failure, { cause: error })
  }
  return flowOn(response, { patience, signals, mostBytes: sizeCapBytes, toError })
}

function lostFailure(error: unknown, at: { transport: Transport; repeat: Repeat; url: URL }): Failure {
  if (error instanceof AppError) return error.failure
  const stopped = at.transport.signal.aborted
  if (stopped && at.repeat === 'safe') return failed('cancelled', 'It was stopped before an answer came.').failure
  return transportFailure(error, at.repeat, at.url.host)
}

async function readCapped(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > sizeCapBytes) throw new Error('answer larger than 10 MiB')
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks, size))
}

function parseBody(text: string, headers: Headers): unknown {
  if (!/json/i.test(headers.get('content-type') ?? '') && !/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON after all: the hooks and the schema judge the text.
    return text
  }
}
