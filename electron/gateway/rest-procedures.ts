/** The contract's procedures over REST, with the answers' fixed shapes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SmartCoercionPlugin } from '@orpc/json-schema'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { Failure, failed } from '#shared/failure'
import type { Authority } from '../engine/access/access.ts'
import type { CallContext } from '../procedures/context.ts'
import { failureIn } from '../procedures/errors.ts'
import type { Router } from '../procedures/router.ts'
import { allowedMethods } from './allowed-methods.ts'
import { failureHeaders, sendFailure, sendMethodRefused, toErrorBody } from './answers.ts'
import { type Refusal, tenantHeaderOf } from './doorkeeper.ts'

export type CarryProcedures = (request: IncomingMessage, response: ServerResponse, caller: Authority) => Promise<void>

export interface ProcedureDeps {
  router: Router
  onUnexpected(error: unknown): void
}

/** Largest bodies, in bytes: an order may carry attachments. */
const orderBytes = 6_500_000
const otherBytes = 1_000_000
/** Files as base64 in JSON. */
const fileBytes = 28_500_000
const mostBytes: Readonly<Record<string, number>> = { '/v1/jobs': orderBytes, '/v1/files': fileBytes, '/v1/media': fileBytes }

/** Judges a body by its headers, before a byte of it is read. */
function refusesBody({ headers }: IncomingMessage, path: string): Refusal | undefined {
  const size = Number(headers['content-length'] ?? 0)
  const most = mostBytes[path] ?? otherBytes
  if (headers['transfer-encoding'] !== undefined) {
    return { status: 411, failure: failed('invalid', 'The request must name its length (Content-Length).').failure }
  }
  if (size > most) {
    const fields = [{ path: 'body', message: 'is too large' }]
    return {
      status: 413,
      failure: failed('invalid', `The body is ${size} bytes; at most ${most} are taken here.`, { fields }).failure,
    }
  }
  const isJson = /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')
  if (size > 0 && !isJson) return { status: 415, failure: failed('invalid', 'The body must be application/json.').failure }
  return undefined
}

interface Handled {
  matched: boolean
  response?: { body?: unknown; headers: Record<string, unknown> } | undefined
}

/** Adds what HTTP says in headers of its own where the answer is a failure. */
async function withFailureHeaders<R extends Handled>({ next }: { next(): Promise<R> }): Promise<R> {
  const handled = await next()
  const told = Failure.safeParse((handled.response?.body as { error?: unknown } | undefined)?.error)
  if (handled.response && told.success) Object.assign(handled.response.headers, failureHeaders(told.data))
  return handled
}

export function createRestProcedures({ router, onUnexpected }: ProcedureDeps): CarryProcedures {
  const handler = new OpenAPIHandler<CallContext>(router, {
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
    rootInterceptors: [withFailureHeaders],
    customErrorResponseBodyEncoder: (error) => toErrorBody(told(error)),
  })

  /** What the procedures threw is a failure already; what the carrier itself refused becomes one here. */
  function told(error: { data?: unknown }): Failure {
    const known = Failure.safeParse(error.data)
    if (known.success) return known.data
    const { failure, defect } = failureIn(error)
    if (defect !== undefined) onUnexpected(defect)
    return failure
  }

  function sendUnmatched({ method }: IncomingMessage, response: ServerResponse, path: string): void {
    const allowed = allowedMethods(path.slice('/v1'.length))
    if (allowed.length > 0) sendMethodRefused(response, method, allowed)
    else sendFailure(response, failed('not_found', `There is nothing at ${method} ${path}.`).failure)
  }

  return async (request, response, caller) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const refused = refusesBody(request, pathname)
    if (refused) {
      // What was not read of the body is not to be taken for another request.
      response.setHeader('connection', 'close')
      sendFailure(response, refused.failure, refused.status)
      return
    }
    const context: CallContext = { caller, tenantHeader: tenantHeaderOf(request) }
    const { matched } = await handler.handle(request, response, { prefix: '/v1', context })
    if (!matched) sendUnmatched(request, response, pathname)
  }
}
