/** Whether a request may come in at all: the right host, the right origin, a known method, somebody who may ask. */
import type { IncomingMessage } from 'node:http'
import { type Failure, failed } from '#shared/failure'
import type { Access } from '../engine/access/access.ts'
import { ask } from '../engine/limits/gcra.ts'
import type { Caller } from '../procedures/context.ts'

export const sessionCookie = 'atlas_session'

export interface Refusal {
  failure: Failure
  status: number
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** The only names this machine is asked by. A rebound name of a stranger's page is none of them. */
export function ownHosts(port: number): Set<string> {
  return new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
}

/** Judges what every request must hold, before routing. Host counts first: a rebound page sends no Origin on its own. */
export function refusesDoor(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
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

/** Who asks: by bearer token, else by the browser's session. A session may change nothing unless our own page asks. */
export function callerOf(request: IncomingMessage, access: Access): Caller | undefined {
  const bearer = bearerOf(request)
  if (bearer !== undefined) return access.authenticate(bearer)
  const cookie = cookieOf(request)
  const session = cookie === undefined ? undefined : access.session(cookie)
  if (!session) return undefined
  const reads = request.method === 'GET' || request.method === 'HEAD'
  return reads || request.headers['x-atlas'] === '1' ? session : undefined
}

/** Requests of one caller: 600 a minute, in bursts of 120. */
const rate = { count: 600, perMs: 60_000, burst: 120 }

/** Counts requests by caller, in memory. */
export function createRequestLimit(now: () => number) {
  const buckets = new Map<string, number>()
  return (caller: Caller): Failure | undefined => {
    const key = `${caller.actor.kind} ${caller.actor.id}`
    const decision = ask(buckets.get(key) ?? 0, rate, now())
    buckets.set(key, decision.tat)
    if (decision.allowed) return undefined
    return failed('rate_limited', 'Too many requests; slow down.', {
      retryAfterMs: Math.max(1, Math.ceil(decision.freeAt - now())),
    }).failure
  }
}
