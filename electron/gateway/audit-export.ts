/** The audit export as a download: streamed, never held whole. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AuditFilter } from '#shared/contract/audit'
import { failed, invalidInput } from '#shared/failure'
import type { Authority } from '../engine/access/access.ts'
import type { Engine } from '../engine/engine.ts'
import type { TenantDoor } from '../procedures/tenant-door.ts'
import { tenantHeaderOf } from './doorkeeper.ts'

interface ExportRequest {
  url: URL
  request: IncomingMessage
  response: ServerResponse
  caller: Authority
}

const types = { jsonl: 'application/x-ndjson', csv: 'text/csv' } as const

function isFormat(format: string): format is keyof typeof types {
  return Object.hasOwn(types, format)
}

function refusedFormat() {
  const message = 'must be jsonl or csv'
  return failed('invalid', `The export was refused: format ${message}.`, { fields: [{ path: 'format', message }] })
}

/** Whoever asked may go before the end; then nobody is left to tell. */
function isAbandoned(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
}

export function createAuditExport(engine: Engine, tenantOf: TenantDoor): (asked: ExportRequest) => Promise<void> {
  return async ({ url, request, response, caller }) => {
    const { format = 'jsonl', tenantId: named, ...given } = Object.fromEntries(url.searchParams)
    if (!isFormat(format)) throw refusedFormat()
    const filter = AuditFilter.safeParse(given)
    if (!filter.success) throw invalidInput(filter.error, 'The filter')
    // A link cannot carry a header, so the tenant may stand in the query too.
    const tenantId = tenantOf({ caller, tenantHeader: tenantHeaderOf(request) ?? named })
    const lines = engine.forTenant(tenantId).exportAudit(format, filter.data, caller.actor)
    const disposition = `attachment; filename="audit-${tenantId.replace(/[^\w-]/g, '')}.${format}"`
    response.writeHead(200, { 'content-type': `${types[format]}; charset=utf-8`, 'content-disposition': disposition })
    await pipeline(Readable.from(lines), response).catch((error: unknown) => {
      if (!isAbandoned(error)) throw error
    })
  }
}
