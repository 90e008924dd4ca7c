/** Files sent as they are: the body is the file, and the query says the rest. Written to the disk as they come, never held whole. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { UploadMark } from '#shared/contract/files'
import { FileMark, mostTrayBytes } from '#shared/contract/media'
import { failed, invalidInput } from '#shared/failure'
import type { Authority } from '../engine/access/access.ts'
import type { Engine, TenantEngine } from '../engine/engine.ts'
import type { TenantDoor } from '../procedures/tenant-door.ts'
import { sendFailure, sendJson } from './answers.ts'
import { tenantHeaderOf } from './doorkeeper.ts'

interface Sent {
  url: URL
  request: IncomingMessage
  response: ServerResponse
  caller: Authority
}

interface Taking {
  tenant: TenantEngine
  query: Record<string, unknown>
  request: IncomingMessage
  caller: Authority
}

function parse<T>(parsed: { success: true; data: T } | { success: false; error: Parameters<typeof invalidInput>[0] }): T {
  if (parsed.success) return parsed.data
  throw invalidInput(parsed.error)
}

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false }

const takers: Readonly<Record<string, (taking: Taking) => Promise<unknown>>> = {
  '/v1/files': ({ tenant, query, request, caller }) => {
    const { overwrite, ...rest } = query
    const said = overwrite === undefined ? {} : { overwrite: booleans[String(overwrite)] ?? overwrite }
    return tenant.uploadFile(parse(UploadMark.safeParse({ ...rest, ...said })), request, caller.actor)
  },
  '/v1/media': ({ tenant, query, request, caller }) => tenant.addMedia(parse(FileMark.safeParse(query)), request, caller.actor),
}

/** Whether a request carries a file as it is. JSON goes the contract's way. */
export function isUpload({ method, headers }: IncomingMessage, path: string): boolean {
  const type = headers['content-type'] ?? ''
  return method === 'POST' && Object.hasOwn(takers, path) && type !== '' && !/^application\/json\s*(;|$)/i.test(type)
}

export function createUploads(engine: Engine, tenantOf: TenantDoor): (sent: Sent) => Promise<void> {
  return async ({ url, request, response, caller }) => {
    const size = Number(request.headers['content-length'] ?? Number.NaN)
    // Whatever of the body was not read is not to be taken for another request.
    response.setHeader('connection', 'close')
    if (!Number.isInteger(size)) {
      return sendFailure(response, failed('invalid', 'The request must name its length (Content-Length).').failure, 411)
    }
    if (size > mostTrayBytes) {
      return sendFailure(
        response,
        failed('invalid', `The file has ${size} bytes; at most ${mostTrayBytes} are taken.`).failure,
        413,
      )
    }
    const { tenantId: named, ...query } = Object.fromEntries(url.searchParams)
    const tenant = engine.forTenant(tenantOf({ caller, tenantHeader: tenantHeaderOf(request) ?? named }))
    const contentType = request.headers['content-type']
    const take = takers[url.pathname]
    if (!take) throw failed('not_found', 'Files are not taken here.')
    sendJson(response, 201, await take({ tenant, query: { ...query, contentType }, request, caller }))
  }
}
