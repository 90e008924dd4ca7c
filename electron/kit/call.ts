/** The call: all the power a provider has. One is made for every attempt, check, picker and poll. */
import type { z } from 'zod'
import type { Repeat } from '#shared/job'

/** A fetch as SDKs want it: one attempt, deadline, no redirects followed off-host, size cap, redaction, endpoint guard. Throws AppError on any refusal. */
export type CallFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** A JSON question in one line, for providers without an SDK. */
export interface JsonRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  json?: unknown
}

/** Who speaks: the named agent whose job it is. */
export interface CallAgent {
  id: string
  name: string
  email: string | undefined
}

/** What a provider is handed. It has no other way to the outside. */
export interface Call<C = unknown, S = unknown> {
  readonly credential: C
  readonly settings: S
  /** How the order may be repeated; `fetch` judges a lost answer by it. */
  readonly repeat: Repeat
  /** Base URL of a host of the manifest, without a slash at its end. */
  endpoint(host?: string): string
  /** Sends a request that may have an effect. A lost answer of an unsafe action becomes `unknown`. */
  readonly fetch: CallFetch
  /** Sends a request without effect (token, list, lookup), whatever its method. A lost answer becomes `unavailable`. */
  readonly ask: CallFetch
  /** `fetch` or `ask`, with the JSON answer parsed by a schema; what does not match is `unexpected`. */
  json<T extends z.ZodType>(schema: T, request: JsonRequest, how?: 'fetch' | 'ask'): Promise<z.output<T>>
  readonly signal: AbortSignal
  /** The job's id; the idempotency key of `keyed` actions. */
  readonly key: string
  readonly agent: CallAgent | undefined
  /** What earlier attempts of this job remembered; undefined on the first. */
  readonly progress: unknown
  /** Stores progress durably before it returns, so that a later attempt goes on instead of starting over. */
  remember(progress: unknown): Promise<void>
  /** Stores a renewed credential under compare-and-swap. An empty refresh token never overwrites a stored one. */
  replaceCredential(credential: C, known?: { expiresAt?: number }): Promise<void>
  /** Merges into the stored settings (a chat that moved). */
  patchSettings(patch: Partial<S>): Promise<void>
  /** Chats and channels this tenant has heard from. */
  conversations(): Promise<{ externalId: string; title: string; kind: string }[]>
  /** ms UTC. */
  now(): number
}
