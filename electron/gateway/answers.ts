/** Plain answers of the gateway: failures in the fixed shape, and the headers that everything carries. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Failure, failed, failureKinds } from '#shared/failure'

/** What REST tells of a failure: never more than this. */
export function toErrorBody({ kind, message, code, action, retryAfterMs, fields }: Failure) {
  return {
    error: {
      kind,
      message,
      ...(code === undefined ? {} : { code }),
      ...(action === undefined ? {} : { action }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(fields === undefined ? {} : { fields }),
    },
  }
}

/** What HTTP says in headers of its own about a failure: when to come back, and how to say who one is. */
export function failureHeaders({ kind, retryAfterMs }: Pick<Failure, 'kind' | 'retryAfterMs'>): Record<string, string> {
  return {
    ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
    ...(kind === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
  }
}

/** Sends a failure; `status` where HTTP has a closer word than the failure's kind. */
export function sendFailure(response: ServerResponse, failure: Failure, status?: number): void {
  sendJson(response, status ?? failureKinds[failure.kind].status, toErrorBody(failure), failureHeaders(failure))
}

/** Refuses a method, naming those that would do. */
export function sendMethodRefused(response: ServerResponse, method: string | undefined, allowed: readonly string[]): void {
  response.setHeader('allow', allowed.join(', '))
  sendFailure(response, failed('invalid', `The method ${method} is not taken here. Use ${allowed.join(' or ')}.`).failure, 405)
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

/** Headers of every answer. The page may talk to its own origin and its own socket, and to nobody else. */
export function setCommonHeaders({ headers }: IncomingMessage, response: ServerResponse, hosts: ReadonlySet<string>): void {
  const socket = headers.host !== undefined && hosts.has(headers.host) ? ` ws://${headers.host}` : ''
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  response.setHeader('content-security-policy', policy)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cache-control', 'no-store')
}

/** The body of a small request; larger ones are refused without being read to their end. */
export async function readSmallJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > mostBytes) throw failed('invalid', `The request is larger than ${mostBytes} bytes.`)
    chunks.push(chunk as Buffer)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw failed('invalid', 'The request could not be read: its body must be JSON.')
  }
}
