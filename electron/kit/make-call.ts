/** Builds the call that a provider is handed, and judges how it ended. */
import type { z } from 'zod'
import { AppError, type Failure, failed, toFailure } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { PostMedia } from '#shared/social/post'
import type { Call, CallAgent, HeldFile, MediaFile, SqlOpening } from './call.ts'
import type { AnyProvider } from './define.ts'
import { type Endpoint, followTo, resolveEndpoints } from './endpoints.ts'
import { createFetches, type Exchange, type RawFetch } from './fetch.ts'
import type { SendPlain } from './wire.ts'

/** What the engine hands in for one call. Everything outward is a function, so that a test can watch it. */
export interface CallWorld {
  provider: AnyProvider
  /** Without it, whatever needs the tenant's id refuses. */
  tenant?: string
  credential: unknown
  settings: Record<string, unknown>
  /** Endpoint in use instead of the one in settings (the Demo tenant's sandbox). */
  endpoint?: Endpoint | undefined
  repeat: Repeat
  key: string
  agent?: CallAgent | undefined
  progress?: unknown
  signal: AbortSignal
  rawFetch: RawFetch
  /** The cheaper way of plain requests. */
  sendPlain?: SendPlain | undefined
  /** Blanks secrets in text; none are known without it. */
  redact?(text: string): string
  now(): number
  beforeEffect(): Promise<void>
  remember(progress: unknown): Promise<void>
  /** Like `remember`, where nobody follows what was accepted. */
  accepted?(progress: unknown): Promise<void>
  /** Without it, there is no media to be had. */
  media?(items: readonly PostMedia[]): Promise<MediaFile[]>
  /** Without it, there is no file to be had. */
  file?(id: string): Promise<HeldFile>
  /** Without it, no database is reached. */
  sql?<T>(opening: SqlOpening<T>): Promise<T>
  /** Without it, a renewal is made and stored on the spot. */
  renew?: Call['renew']
  replaceCredential(credential: unknown, known?: { expiresAt?: number }): Promise<void>
  patchSettings(patch: Record<string, unknown>): Promise<void>
  conversations(): Promise<{ externalId: string; title: string; kind: string }[]>
  onHold?(hold: { bucket: string; until: number; why: string }): void
}

/** Makes a call over one exchange record. */
export function makeCall(world: CallWorld): { call: Call; exchange: Exchange } {
  const { provider } = world
  const hosts = hostsOf(provider, world.settings)
  const bases = resolveEndpoints(hosts, world.endpoint ?? (world.settings.endpoint as Endpoint | undefined))
  const known = Object.values(bases)
  const redact = world.redact ?? ((text: string) => text)
  const transport = { ...world, redact, bases: [...known, ...(provider.extraBases?.(world.credential, known) ?? [])], provider }
  const { fetch, ask, stream, streamAsk, exchange } = createFetches(transport, world.repeat)
  const call: Call = {
    ...pickState(world),
    endpoint: (host) => baseOf(bases, host),
    fetch,
    ask,
    stream: (input, init, how = 'fetch') => (how === 'ask' ? streamAsk : stream)(input, init),
    follow: (url) => followTo(url, hosts, bases),
    json: async (schema, request, how = 'fetch') => {
      const response = await (how === 'ask' ? ask : fetch)(request.url, jsonInit(request))
      return parseAnswer(schema, await response.text(), provider.name)
    },
  }
  return { call, exchange }
}

/** Hosts of the manifest, moved to where the tenant's own settings say they lie. */
export function hostsOf(provider: Pick<AnyProvider, 'endpoints' | 'basesFrom'>, settings: unknown): Record<string, string> {
  return { ...provider.endpoints, ...provider.basesFrom?.(settings) }
}

function fileOf({ file }: CallWorld, id: string): Promise<HeldFile> {
  if (!file) throw failed('unexpected', 'There is no file to be had in this call.')
  return file(id)
}

function sqlOf<T>({ sql }: CallWorld, opening: SqlOpening<T>): Promise<T> {
  if (!sql) throw failed('unexpected', 'No database can be reached in this call.')
  return sql(opening)
}

function mediaOf({ media }: CallWorld, items: readonly PostMedia[]): Promise<MediaFile[]> {
  if (!media) throw failed('unexpected', 'There is no media to be had in this call.')
  return media(items)
}

function renewOnTheSpot(world: CallWorld): Call['renew'] {
  let current = world.credential
  return async (isDue, renew) => {
    if (!isDue(current)) return current
    const { credential, ...known } = await renew(current)
    current = credential
    await world.replaceCredential(credential, known)
    return credential
  }
}

function pickState(world: CallWorld): Omit<Call, 'endpoint' | 'fetch' | 'ask' | 'stream' | 'follow' | 'json'> {
  const {
    credential,
    settings,
    repeat,
    signal,
    key,
    agent,
    progress,
    remember,
    replaceCredential,
    patchSettings,
    conversations,
    now,
  } = world
  return {
    tenant: world.tenant ?? '',
    credential,
    settings,
    repeat,
    signal,
    key,
    agent,
    progress,
    remember,
    accepted: world.accepted ?? remember,
    media: async (items) => (items?.length ? mediaOf(world, items) : []),
    file: async (id) => fileOf(world, id),
    sql: async (opening) => sqlOf(world, opening),
    renew: world.renew ?? renewOnTheSpot(world),
    replaceCredential,
    patchSettings,
    conversations,
    now,
  }
}

function baseOf(bases: Record<string, string>, host: string | undefined): string {
  const base = host === undefined ? Object.values(bases)[0] : bases[host]
  if (!base) throw failed('unexpected', `The manifest names no host ${host ?? ''}.`)
  return base
}

function jsonInit(request: { method?: string; headers?: Record<string, string>; json?: unknown }): RequestInit {
  if (request.json === undefined) return { method: request.method ?? 'GET', headers: request.headers ?? {} }
  return {
    method: request.method ?? 'POST',
    headers: { 'content-type': 'application/json', ...request.headers },
    body: JSON.stringify(request.json),
  }
}

/** Parses a provider's answer; what does not match its schema is `unexpected`, told without the body. */
export function parseAnswer<T extends z.ZodType>(schema: T, text: string, name: string): z.output<T> {
  let value: unknown
  try {
    value = text === '' ? undefined : JSON.parse(text)
  } catch {
    throw failed('unexpected', `${name} answered something that is not JSON.`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'answer').join(', ')
  throw failed('unexpected', `${name} answered in a shape that is not its documented one (${where}).`)
}

/**
 * The failure of a call that threw: what happened on the wire counts before what an SDK made of it.
 *
 * Why   an action that was confirmed and whose answer could not be read did go out: a keyed one is asked again, for the provider
 *       recognises it and answers anew; an unsafe one is `unknown`, never a retry
 */
export function callFailure(error: unknown, exchange: Exchange, repeat: Repeat): Failure {
  const failure = exchange.failure ?? (error instanceof AppError ? error.failure : toFailure(error))
  const wentOut = repeat !== 'safe' && exchange.confirmed > 0
  if (!wentOut || failure.kind !== 'unexpected') return failure
  return {
    ...failure,
    kind: repeat === 'keyed' ? 'unavailable' : 'unknown',
    message: `It was sent and accepted, but the answer could not be read: ${failure.message}`,
  }
}
