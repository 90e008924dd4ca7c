/** The audit export as a download: streamed, never held whole. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AuditFilter } from '#shared/contract/audit'
import { failed, invalidInput } from '#shared/failure'
import type { Engine } from '../engine/engine.ts'
import type { Caller } from '../procedures/context.ts'
import { tenantHeaderOf } from './doorkeeper.ts'

interface ExportRequest {
  url: URL
  request: IncomingMessage
  response: ServerResponse
  caller: Caller
}

const types = { jsonl: 'application/x-ndjson', csv: 'text/csv' } as const

function refused(path: string, message: string) {
  return failed('invalid', `The export was refused: ${path} ${message}.`, { fields: [{ path, message }] })
}

/** A link cannot carry a header, so the tenant may stand in the query too. */
function tenantOf({ request, caller }: ExportRequest, asked: string | undefined): string {
  const named = tenantHeaderOf(request) ?? asked
  if (caller.tenantId !== null && named !== undefined && named !== caller.tenantId) {
    throw failed('forbidden', 'This token belongs to another tenant.')
  }
  const tenantId = caller.tenantId ?? named
  if (tenantId === undefined) throw refused('X-Tenant-Id', 'must name the tenant')
  return tenantId
}

export function createAuditExport(engine: Engine): (asked: ExportRequest) => Promise<void> {
  return async (asked) => {
    const { url, response, caller } = asked
    const { format = 'jsonl', tenantId: named, ...given } = Object.fromEntries(url.searchParams)
    if (format !== 'jsonl' && format !== 'csv') throw refused('format', 'must be jsonl or csv')
    const filter = AuditFilter.safeParse(given)
    if (!filter.success) throw invalidInput(filter.error, 'The filter')
    const tenantId = tenantOf(asked, named)
    const lines = engine.forTenant(tenantId).exportAudit(format, filter.data, caller.actor)
    const disposition = `attachment; filename="audit-${tenantId.replace(/[^\w-]/g, '')}.${format}"`
    response.writeHead(200, { 'content-type': `${types[format]}; charset=utf-8`, 'content-disposition': disposition })
    for await (const chunk of lines) if (!response.write(chunk)) await once(response, 'drain')
    response.end()
  }
}
