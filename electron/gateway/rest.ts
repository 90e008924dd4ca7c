/** Everything below `/v1`: who asks and how often, then who answers: the contract, or what lies beside it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { failed } from '#shared/failure'
import type { Access, Authority } from '../engine/access/access.ts'
import type { Actor, Engine } from '../engine/engine.ts'
import type { Router } from '../procedures/router.ts'
import { createTenantDoor } from '../procedures/tenant-door.ts'
import { sendFailure, sendJson } from './answers.ts'
import { createAuditExport } from './audit-export.ts'
import { createBillingWebhook } from './billing-webhook.ts'
import { callerOf, type RequestLimit, refusesHook, strangerFailure } from './doorkeeper.ts'
import { createRestProcedures } from './rest-procedures.ts'
import { createUploads, isUpload } from './uploads.ts'

export interface RestDeps {
  engine: Engine
  router: Router
  access: Access
  limit: RequestLimit
  describe(): Promise<unknown>
  onRefused(status: number): void
  onUnexpected(error: unknown): void
}

export type Rest = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>

/** Health is asked by whoever watches over this machine, without a token. */
const watcher: Actor = { kind: 'system', id: 'gateway' }

export function createRest({ engine, router, access, limit, describe, onRefused, onUnexpected }: RestDeps): Rest {
  const tenantDoor = createTenantDoor(access.noteForeignTenant)
  const exportAudit = createAuditExport(engine, tenantDoor)
  const takeUpload = createUploads(engine, tenantDoor)
  const takeDelivery = createBillingWebhook(engine, limit, onRefused)
  const carryProcedures = createRestProcedures({ router, onUnexpected })

  /** Health and the description hold nothing secret and are told to everybody on this machine. */
  async function answerAnybody(path: string, response: ServerResponse): Promise<boolean> {
    if (path === '/v1/health') sendJson(response, 200, await engine.installation.system.health(undefined, watcher))
    else if (path === '/v1/openapi.json') sendJson(response, 200, await describe())
    else return false
    return true
  }

  function sendMetrics(response: ServerResponse, caller: Authority): void {
    if (caller.tenantId !== null) throw failed('forbidden', 'Metrics cover every tenant; only the operator may read them.')
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    response.end(engine.metrics())
  }

  /** Routes that are no procedures: they carry bytes or text as it comes. True when one of them took the request. */
  async function answerRaw(asked: {
    request: IncomingMessage
    response: ServerResponse
    path: string
    caller: Authority
  }): Promise<boolean> {
    const { request, response, path, caller } = asked
    const reads = request.method === 'GET'
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (reads && path === '/v1/metrics') sendMetrics(response, caller)
    else if (reads && path === '/v1/audit/export') await exportAudit({ url, request, response, caller })
    else if (isUpload(request, path)) await takeUpload({ url, request, response, caller })
    else return false
    return true
  }

  return async (request, response, path) => {
    if (request.method === 'GET' && (await answerAnybody(path, response))) return
    if (path === '/v1/billing/webhook') return takeDelivery(request, response)
    const caller = callerOf(request, access)
    if (!caller) {
      onRefused(401)
      return sendFailure(response, strangerFailure(request, access))
    }
    const refusal = limit(caller) ?? refusesHook(caller, request, path)
    if (refusal) return sendFailure(response, refusal)
    if (await answerRaw({ request, response, path, caller })) return
    await carryProcedures(request, response, caller)
  }
}
