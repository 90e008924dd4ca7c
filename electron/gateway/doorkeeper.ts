/** Whether a request may come in at all: the right host, the right origin, a known method, somebody who may ask. */
import type { IncomingMessage } from 'node:http'
import { type Failure, failed } from '#shared/failure'
import { spans } from '#shared/time'
import type { Access, Authority } from '../engine/access/access.ts'
import { ask } from '../engine/limits/gcra.ts'

export const sessionCookie = 'atlas_session'

export interface Refusal {
  failure: Failure
  status: number
}

/** OPTIONS is none of them: it is how other pages ask for leave, and there is none. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Node reads requests of other versions as if they were these. */
const versions = new Set(['1.0', '1.1'])

/** The only names this machine is asked by. A rebound name of a stranger's page is none of them. */
export function ownHosts(port: number): Set<string> {
  return new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
}

/** Judges what every request must hold, before routing. Host counts first: a rebound page sends no Origin on its own. */
export function refusesDoor(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  if (!versions.has(request.httpVersion)) {
    return { status: 505, failure: failed('invalid', 'This server speaks HTTP/1.1.').failure }
  }
  const named = request.rawHeaders.filter((_, at) => at % 2 === 0 && request.rawHeaders[at]?.toLowerCase() === 'host')
  if (named.length !== 1 || !hosts.has(request.headers.host ?? '') || !request.url?.startsWith('/')) {
    return { status: 421, failure: failed('forbidden', 'This server answers only on its own address on this machine.').failure }
  }
  const { origin } = request.headers
  const crossSite = request.headers['sec-fetch-site'] === 'cross-site'
  if ((origin !== undefined && !isOwnOrigin(origin, hosts)) || (crossSite && request.headers['sec-fetch-mode'] !== 'navigate')) {
    return { status: 403, failure: failed('forbidden', 'Requests from other pages are refused.').failure }
  }
  if (methods.has(request.method ?? '')) return undefined
  return { status: 405, failure: failed('invalid', `The method ${request.method} is not known here.`).failure }
}

export function isOwnOrigin(origin: string, hosts: ReadonlySet<string>): boolean {
  return origin.startsWith('http://') && hosts.has(origin.slice('http://'.length))
}

export function cookieOf(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2))
  return pairs.find(([name]) => name === sessionCookie)?.[1]
}

export function tenantHeaderOf(request: IncomingMessage): string | undefined {
  const header = request.headers['x-tenant-id']
  return Array.isArray(header) ? header[0] : header
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

function sessionOf(request: IncomingMessage, access: Access): Authority | undefined {
  const cookie = cookieOf(request)
  return cookie === undefined ? undefined : access.session(cookie)
}

/** Who asks: by bearer token, else by the browser's session. A session may change nothing unless our own page asks. */
export function callerOf(request: IncomingMessage, access: Access): Authority | undefined {
  if (request.headers.authorization !== undefined) {
    const bearer = bearerOf(request)
    return bearer === undefined ? undefined : access.authenticate(bearer)
  }
  const reads = request.method === 'GET' || request.method === 'HEAD'
  return reads || request.headers['x-atlas'] === '1' ? sessionOf(request, access) : undefined
}

/** Says to somebody unknown what would make them known. */
export function strangerFailure(request: IncomingMessage, access: Access): Failure {
  if (request.headers.authorization !== undefined) {
    return failed('unauthorized', 'This token is not known here, or was removed. Make another under Settings › Tokens.').failure
  }
  if (sessionOf(request, access)) {
    return failed('unauthorized', 'A browser changes things only from the page of Atlas UX, which sends X-Atlas: 1.').failure
  }
  return failed('unauthorized', 'Say who asks: Authorization: Bearer with a token of Settings › Tokens, or ATLAS_TOKEN.').failure
}

/** Why a token of a webhook may not do this; undefined for everybody else, and for handing an event to its own agent. */
export function refusesHook({ hookOf }: Authority, request: IncomingMessage, path: string): Failure | undefined {
  if (hookOf === undefined || (request.method === 'POST' && path === `/v1/agents/${hookOf}/events`)) return undefined
  return failed('forbidden', `This token may only hand events to ${hookOf}: POST /v1/agents/${hookOf}/events.`).failure
}

/** Requests of one caller: 600 a minute, in bursts of 120. */
const rate = { count: 600, perMs: spans.minute, burst: 120 }
/** Calls over one socket of our own page: far more than any screen asks, and an end to a loop that has gone wild. */
const socketRate = { count: 30_000, perMs: spans.minute, burst: 5_000 }

/** The failure of a caller who asks too often; undefined while there is room. */
export type RequestLimit = (caller: Authority) => Failure | undefined

function tooMany(freeAt: number, now: number): Failure {
  return failed('rate_limited', 'Too many requests; slow down.', { retryAfterMs: Math.max(1, Math.ceil(freeAt - now)) }).failure
}

/** Counts requests by caller, in memory. */
export function createRequestLimit(now: () => number): RequestLimit {
  const buckets = new Map<string, number>()
  return ({ actor }) => {
    const key = `${actor.kind} ${actor.id}`
    const decision = ask(buckets.get(key) ?? 0, rate, now())
    buckets.set(key, decision.tat)
    return decision.allowed ? undefined : tooMany(decision.freeAt, now())
  }
}

/** Counts the calls over one socket. */
export function createSocketLimit(now: () => number): () => Failure | undefined {
  let tat = 0
  return () => {
    const decision = ask(tat, socketRate, now())
    tat = decision.tat
    return decision.allowed ? undefined : tooMany(decision.freeAt, now())
  }
}
