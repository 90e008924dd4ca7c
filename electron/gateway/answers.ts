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

/** Sends a failure; `status` where HTTP has a closer word than the failure's kind. */
export function sendFailure(response: ServerResponse, failure: Failure, status?: number): void {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' }
  if (failure.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(failure.retryAfterMs / 1_000))
  if (failure.kind === 'unauthorized') headers['www-authenticate'] = 'Bearer'
  response.writeHead(status ?? failureKinds[failure.kind].status, headers)
  response.end(JSON.stringify(toErrorBody(failure)))
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

/** Headers of every answer. The page may talk to its own origin and its own socket, and to nobody else. */
export function setCommonHeaders(request: IncomingMessage, response: ServerResponse): void {
  const socket = `ws://${request.headers.host ?? '127.0.0.1'}`
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  response.setHeader('content-security-policy', policy)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
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
