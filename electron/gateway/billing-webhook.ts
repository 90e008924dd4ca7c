/** Where a payment service delivers its events. No token is asked for: the signature over the body, to the byte, is the authority. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, failed } from '#shared/failure'
import type { Authority } from '../engine/access/access.ts'
import type { Engine } from '../engine/engine.ts'
import { sendFailure, sendJson, sendMethodRefused } from './answers.ts'
import { type RequestLimit, tenantHeaderOf } from './doorkeeper.ts'

/** Largest delivery, in bytes. */
const mostBytes = 1_000_000

/** Every sender counts as one: who sends is known only after the body was read. */
const sender: Authority = { actor: { kind: 'system', id: 'webhook' }, tenantId: null }

/** The body as it came; undefined when it is too large. Read no further than that. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return undefined
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > mostBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLarge(response: ServerResponse): void {
  // What is left of the body is not read, so nothing more can come on this connection.
  response.setHeader('connection', 'close')
  sendFailure(response, failed('invalid', `A delivery has at most ${mostBytes} bytes.`).failure, 413)
}

export function createBillingWebhook(engine: Engine, limit: RequestLimit, onRefused: (status: number) => void) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return sendMethodRefused(response, request.method, ['POST'])
    const tooMany = limit(sender)
    if (tooMany) return sendFailure(response, tooMany)
    const body = await readBody(request)
    if (body === undefined) return tooLarge(response)
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const tenantId = tenantHeaderOf(request) ?? searchParams.get('tenant') ?? undefined
    const signature = request.headers['stripe-signature']
    try {
      const taken = await engine.takeWebhook({ tenantId, body, signature: typeof signature === 'string' ? signature : '' })
      sendJson(response, 200, { received: true, taken })
    } catch (error) {
      if (!(error instanceof AppError) || error.failure.kind !== 'unauthorized') throw error
      // No other credential would be taken instead, so it is a bad request.
      onRefused(400)
      sendFailure(response, error.failure, 400)
    }
  }
}
