/** REST `/v1` over the contract, with the answers' fixed shapes; export and metrics beside it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SmartCoercionPlugin } from '@orpc/json-schema'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { Failure, failed } from '#shared/failure'
import type { Engine } from '../engine/engine.ts'
import type { CallContext, Caller } from '../procedures/context.ts'
import { failureIn } from '../procedures/errors.ts'
import type { Router } from '../procedures/router.ts'
import { sendFailure, toErrorBody } from './answers.ts'
import { createAuditExport } from './audit-export.ts'
import { tenantHeaderOf } from './doorkeeper.ts'

export interface Rest {
  handle(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void>
}

/** Largest bodies, in bytes: an order may carry attachments. */
const orderBytes = 6_500_000
const otherBytes = 1_000_000

function refusesBody(request: IncomingMessage, path: string): { failure: Failure; status: number } | undefined {
  const size = Number(request.headers['content-length'] ?? 0)
  const most = path === '/v1/jobs' ? orderBytes : otherBytes
  if (size > most)
    return {
      status: 413,
      failure: failed('invalid', `The body is ${size} bytes; at most ${most} are taken here.`, {
        fields: [{ path: 'body', message: 'is too large' }],
      }).failure,
    }
  const chunked = request.headers['transfer-encoding'] !== undefined
  if (chunked) return { status: 411, failure: failed('invalid', 'The request must name its length (Content-Length).').failure }
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '')
  if (size > 0 && !isJson) return { status: 415, failure: failed('invalid', 'The body must be application/json.').failure }
  return undefined
}

export function createRest({
  engine,
  router,
  onUnexpected,
}: {
  engine: Engine
  router: Router
  onUnexpected(error: unknown): void
}): Rest {
  const exportAudit = createAuditExport(engine)
  const handler = new OpenAPIHandler<CallContext>(router, {
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
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

  return {
    async handle(request, response, caller) {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      response.setHeader('cache-control', 'no-store')
      if (request.method === 'GET' && url.pathname === '/v1/audit/export') return exportAudit({ url, request, response, caller })
      const refused = refusesBody(request, url.pathname)
      if (refused) {
        sendFailure(response, refused.failure, refused.status)
        return
      }
      const context: CallContext = { caller, tenantHeader: tenantHeaderOf(request) }
      addRetryAfter(response)
      const { matched } = await handler.handle(request, response, { prefix: '/v1', context })
      if (!matched) sendFailure(response, failed('not_found', `There is nothing at ${request.method} ${url.pathname}.`).failure)
    },
  }
}

/** Adds the header of the same name where an error body names a time to come back. */
function addRetryAfter(response: ServerResponse): void {
  const { writeHead } = response
  response.writeHead = function retryAfter(this: ServerResponse, ...args: Parameters<ServerResponse['writeHead']>) {
    if (args[0] === 429 || args[0] === 503) this.setHeader('retry-after', this.getHeader('retry-after') ?? '1')
    return writeHead.apply(this, args)
  } as ServerResponse['writeHead']
}
