/** The instrumented fetch: one attempt, deadline, size cap, endpoint guard, failures in our kinds. */
import { AppError, type Failure, failed } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { CallFetch } from './call.ts'
import type { Answer, AnyProvider } from './define.ts'
import { staysUnder } from './endpoints.ts'
import { oauthFailure, statusFailure, transportFailure } from './failures.ts'
import { createPatience, flowOn, type Patience } from './flow.ts'

/** The platform's fetch, handed in by the composition root. */
export type RawFetch = (input: Request) => Promise<Response>

/** What one call lets the transport do and know. */
export interface Transport {
  provider: Pick<AnyProvider, 'rejects' | 'observe' | 'name'>
  bases: readonly string[]
  rawFetch: RawFetch
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
      sendOnce({ transport, exchange, repeat: how, flowing }, new Request(input, init))
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

async function sendOnce(sending: Sending, request: Request): Promise<Response> {
  const { transport, exchange } = sending
  exchange.failure = undefined
  try {
    const url = new URL(request.url)
    if (!staysUnder(url, transport.bases)) {
      throw failed(
        'unexpected',
        `${transport.provider.name} tried to reach ${url.host}, which is not one of its hosts; nothing was sent.`,
      )
    }
    if (sending.repeat !== 'safe') await transport.beforeEffect()
    exchange.requests += 1
    return await exchangeOnce(sending, request, url)
  } catch (error) {
    if (error instanceof AppError) exchange.failure = error.failure
    throw error
  }
}

async function exchangeOnce(sending: Sending, request: Request, url: URL): Promise<Response> {
  const { transport, exchange, repeat } = sending
  const patience = sending.flowing ? createPatience(deadlineMs) : undefined
  const deadline = patience?.signal ?? AbortSignal.timeout(deadlineMs)
  const signal = AbortSignal.any([transport.signal, deadline, request.signal])
  const sent = new Request(request, { signal, redirect: 'manual' })
  // Garbage collection cuts the link from a signal to a request that nobody holds; then neither stop nor deadline would end it.
  const held: unknown[] = [sent, signal]
  let response: Response
  let bytes: Uint8Array<ArrayBuffer>
  try {
    response = await transport.rawFetch(sent)
    if (patience && response.ok && response.body) return handOn(sending, response, { url, patience, held: [...held] })
    bytes = await readCapped(response)
  } catch (error) {
    throw new AppError(lostFailure(error, { transport, repeat, url }), { cause: error })
  } finally {
    held.length = 0
  }
  patience?.end()
  const body = parseBody(bytes, response, transport.redact)
  judge({ url, method: request.method, status: response.status, headers: response.headers, body }, sending)
  if (repeat !== 'safe') exchange.confirmed += 1
  const empty = response.status === 204 || response.status === 205 || response.status === 304
  return new Response(empty ? null : bytes, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  })
}

/** Reads the limits that an answer tells, and throws what it refuses. */
function judge(answer: Answer, { transport, repeat }: Sending): void {
  const hold = transport.provider.observe?.(answer, transport.now())
  if (hold) transport.onHold?.(hold)
  const failure = transport.provider.rejects?.(answer) ?? oauthFailure(answer) ?? statusFailure(answer, repeat, transport.now())
  if (failure) throw new AppError(failure)
}

/** Hands on an answer whose body flows; a loss on the way is told in our kinds. */
function handOn(
  sending: Sending,
  response: Response,
  { url, patience, held }: { url: URL; patience: Patience; held: unknown[] },
): Response {
  const { transport, exchange, repeat } = sending
  judge({ url, method: 'GET', status: response.status, headers: response.headers, body: undefined }, sending)
  if (repeat !== 'safe') exchange.confirmed += 1
  return flowOn(response, patience, (error) => {
    held.length = 0
    exchange.failure = lostFailure(error, { transport, repeat, url })
    return new AppError(exchange.failure, { cause: error })
  })
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

function parseBody(bytes: Uint8Array, response: Response, redact: (text: string) => string): unknown {
  const text = redact(new TextDecoder().decode(bytes))
  if (!/json/i.test(response.headers.get('content-type') ?? '') && !/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON after all: the hooks and the schema judge the text.
    return text
  }
}
