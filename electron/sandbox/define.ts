/** What a stand-in states: routes that speak a provider's real protocol over HTTP, its demo credential, its faults. */
import type { ButtonRows } from '#shared/buttons'
import type { Incoming, Press } from '../kit/define.ts'

/** One request as a stand-in sees it. `path` is without the stand-in's own prefix; `body` is parsed JSON, form fields, or text. */
export interface SandboxRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: Headers
  body: unknown
  rawBody: string
  /** The body as it came, for uploads. */
  bytes: Uint8Array<ArrayBuffer>
}

/** The parts of a `multipart/form-data` request. */
export async function formOf({ bytes, headers }: SandboxRequest): Promise<FormData> {
  return new Response(bytes, { headers: { 'content-type': headers.get('content-type') ?? '' } }).formData()
}

/** What a stand-in answers. Text and bytes are sent as they are, anything else as JSON; `stream` is sent piece by piece instead; `reset` cuts the connection instead. */
export interface SandboxResponse {
  status: number
  headers?: Record<string, string>
  body?: unknown
  stream?: AsyncIterable<string>
  reset?: boolean
  delayMs?: number
}

/** Something that arrived, for the inbox a person reads. */
export interface Arrival {
  title: string
  to: string
  text: string
  /** Buttons below it that a pretended person can press; the arrival's running number is then the message's. */
  buttons?: ButtonRows
}

/** What a pretended person did: wrote, or pressed a button below something that had arrived. */
export type Written = (Incoming & { press?: undefined }) | { press: Press }

/** `messageId` is the running number of the arrival, as the inbox tells it. */
export interface PretendedPress {
  provider: string
  messageId: string
  data: string
  from: string
}

/** Under which key the ledger keeps a press, so that it can be answered. */
export const pressKey = (pressId: string) => `press/${pressId}`

/** The world of a stand-in: its durable ledger, and what people pretended to write. */
export interface SandboxContext {
  /** Where the stand-in itself lies, without a slash at its end: for addresses it names in its answers. */
  readonly url: string
  /** Notes that an effect happened (a message was sent); returns its running number, unique for the provider. */
  deliver(arrival: Arrival, request: SandboxRequest): number
  /** Idempotency keys that were seen, with the answer given then. */
  recall(key: string): SandboxResponse | undefined
  keep(key: string, response: SandboxResponse): void
  /** Puts other buttons below what arrived, or none. */
  setButtons(number: number, buttons: ButtonRows): void
  /** What pretended people did, with running numbers greater than `after`. */
  written(after: number): (Written & { number: number })[]
  /** Waits until somebody writes, the time is over, or the client leaves. */
  waitForWriting(ms: number): Promise<void>
  now(): number
}

/** A fault switch of one provider beside the common ones (429, 401, 403, 500, 503, slow, reset, revoked, expired). */
export interface SpecialFault {
  id: string
  title: string
  effect: string
  answer(request: SandboxRequest): SandboxResponse | undefined
}

/** A stand-in. Lives in `electron/sandbox/<provider>.ts`. */
export interface Sandbox {
  provider: string
  /** Accepted by the stand-in, secret to nobody. */
  demoCredential: Record<string, unknown>
  demoSettings: Record<string, unknown>
  /** How this provider words a refusal: the common faults are answered in its own error shape. */
  errorBody(status: number, reason: string): { body: unknown; status?: number; headers?: Record<string, string> }
  /** Whether a request has an effect outside (a fault "reset after receipt" first lets it happen). */
  hasEffect(request: SandboxRequest): boolean
  /** Whether a request only waits for news in the background: a fault for the next N requests passes it by. */
  isLongPoll?(request: SandboxRequest): boolean
  /** Whether a request is kept as it came, though nothing arrives by it: what a model was told can be read afterwards. */
  isLogged?(request: SandboxRequest): boolean
  /** Which chat an arrival lies in, where its buttons can be pressed. */
  chatOf?(number: number, context: Pick<SandboxContext, 'recall'>): string | undefined
  handle(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> | SandboxResponse
  faults?: readonly SpecialFault[]
}
