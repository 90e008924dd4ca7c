/** The call: all the power a provider has. One is made for every attempt, check, picker and poll. */
import type { z } from 'zod'
import type { Repeat } from '#shared/job'
import type { PostMedia } from '#shared/social/post'

/** A fetch as SDKs want it: one attempt, deadline, no redirects followed off-host, size cap, redaction, endpoint guard. Throws AppError on any refusal. */
export type CallFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** A JSON question in one line, for providers without an SDK. */
export interface JsonRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  json?: unknown
}

/** A picture or video of a post, wherever it lies. `width`, `height` in pixels and `seconds` are known where it was measured. */
export interface MediaFile {
  kind: 'image' | 'video'
  contentType: string
  sizeBytes: number
  filename: string
  width?: number
  height?: number
  seconds?: number
  alt?: string
  /** The bytes from `start` to before `end`; all without them. */
  read(start?: number, end?: number): Promise<Uint8Array<ArrayBuffer>>
  /** A public https address at which the provider can fetch it for the next hour at least. Refuses in words where none can be made. */
  lend(): Promise<string>
}

/** A file of this installation's tray, of any type. */
export type HeldFile = Pick<MediaFile, 'contentType' | 'sizeBytes' | 'filename' | 'read'>

/** One statement and its rows. Never prepared under a name, so that it passes through a transaction pooler. */
export type SqlQuery = (text: string, values?: unknown[]) => Promise<{ fields: string[]; rows: Record<string, unknown>[] }>

/** A PostgreSQL connection, opened for one piece of work and closed after it. */
export interface SqlOpening<T> {
  /** `postgresql://user:password@host:port/database`; its host must be this machine or one that the credential names. */
  url: string
  /** PEM of the authority that signed the server's certificate, where it is not a public one. */
  ca?: string | undefined
  run(query: SqlQuery): Promise<T>
}

/** Who speaks: the named agent whose job it is. */
export interface CallAgent {
  id: string
  name: string
  email: string | undefined
}

/** What a provider is handed. It has no other way to the outside. */
export interface Call<C = unknown, S = unknown> {
  /** Id of the tenant whose call it is. */
  readonly tenant: string
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
  /** Like `fetch` or `ask`, but hands on the answer once its head is there and lets the body flow; silence in between ends it. */
  stream(input: string | URL | Request, init?: RequestInit, how?: 'fetch' | 'ask'): Promise<Response>
  /** `fetch` or `ask`, with the JSON answer parsed by a schema; what does not match is `unexpected`. */
  json<T extends z.ZodType>(schema: T, request: JsonRequest, how?: 'fetch' | 'ask'): Promise<z.output<T>>
  /** An address that the provider named, moved to the endpoint in use where it lies on one of the manifest's hosts. */
  follow(url: string): string
  readonly signal: AbortSignal
  /** The job's id; the idempotency key of `keyed` actions. */
  readonly key: string
  readonly agent: CallAgent | undefined
  /** What earlier attempts of this job remembered; undefined on the first. */
  readonly progress: unknown
  /** Stores progress durably before it returns, so that a later attempt goes on instead of starting over. */
  remember(progress: unknown): Promise<void>
  /** Stores durably that the provider took the order; every later attempt only watches, and no failure of watching repeats it. */
  accepted(progress: unknown): Promise<void>
  /** The pictures and videos of a post, opened and measured. */
  media(items: readonly PostMedia[] | undefined): Promise<MediaFile[]>
  /** A file of the tray. */
  file(id: string): Promise<HeldFile>
  /** Works on a PostgreSQL database. A refusal is an AppError with the server's SQLSTATE or the network's word as its code. */
  sql<T>(opening: SqlOpening<T>): Promise<T>
  /**
   * The credential in use, renewed first where `isDue` says so. One renewal at a time for a connection, in all processes;
   * whoever comes meanwhile gets its result. Stored before it is handed out.
   */
  renew(isDue: (credential: C) => boolean, renew: (credential: C) => Promise<{ credential: C; expiresAt?: number }>): Promise<C>
  /** Stores a renewed credential under compare-and-swap. An empty refresh token never overwrites a stored one. */
  replaceCredential(credential: C, known?: { expiresAt?: number }): Promise<void>
  /** Merges into the stored settings (a chat that moved). */
  patchSettings(patch: Partial<S>): Promise<void>
  /** Chats and channels this tenant has heard from. */
  conversations(): Promise<{ externalId: string; title: string; kind: string }[]>
  /** ms UTC. */
  now(): number
}
