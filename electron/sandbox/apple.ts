/** CloudKit's stand-in: records and zones of one pretended container, for a person who signed in. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'

const containerId = 'iCloud.example.demo.atlas'
const apiToken = 'demo-api-token-stand-in-only-0001'
const webAuthToken = 'demo-web-auth-token-stand-in-only-0001'
const signInPage = 'https://idmsa.apple.com/IDMSWebAuth/auth?oauth_token=demo'

type Fields = Record<string, unknown>
type Handler = (request: SandboxRequest, context: SandboxContext, database: string) => SandboxResponse

function refused(status: number, serverErrorCode: string, reason: string, more: Fields = {}): SandboxResponse {
  return { status, body: { uuid: crypto.randomUUID(), serverErrorCode, reason, ...more } }
}

const fieldsOf = ({ body }: SandboxRequest): Fields =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {}

const zoneOf = ({ zoneID }: Fields) => (zoneID as { zoneName?: string } | undefined)?.zoneName ?? '_defaultZone'
const isZone = (name: string) => name === '_defaultZone' || name === 'Notes'
const noZone = refused(404, 'ZONE_NOT_FOUND', 'Zone does not exist')

const query: Handler = (request, context, database) => {
  const fields = fieldsOf(request)
  const { recordType } = (fields.query ?? {}) as { recordType?: string }
  if (!recordType) return refused(400, 'BAD_REQUEST', "BadRequestException: missing required field 'recordType'")
  if (!isZone(zoneOf(fields))) return noZone
  const latest = context.recall(`latest ${database} ${recordType}`)
  return { status: 200, body: { records: latest ? [latest.body] : [] } }
}

interface Operation {
  operationType?: string
  record?: { recordName?: string; recordType?: string; fields?: Record<string, { value?: unknown }> }
}

const operationTypes = new Set(['create', 'update', 'forceUpdate', 'replace', 'forceReplace'])

function save({ operationType = '', record = {} }: Operation, database: string, at: [SandboxRequest, SandboxContext]): Fields {
  const [request, context] = at
  const { recordName, recordType, fields = {} } = record
  const wrong = (reason: string) => ({ recordName: recordName ?? '', serverErrorCode: 'BAD_REQUEST', reason })
  if (!operationTypes.has(operationType)) return wrong('Unknown operation type')
  if (!recordName || !recordType) return wrong("missing required field 'recordName'")
  const bare = Object.entries(fields).find(([, field]) => field?.value === undefined)
  if (bare) return wrong(`Invalid value for field ${bare[0]}`)
  const key = `record ${database} ${recordName}`
  const before = context.recall(key)?.body as { fields: Fields } | undefined
  const kept = operationType === 'forceUpdate' ? before?.fields : undefined
  const text = Object.entries(fields).map(([name, { value }]) => `${name}: ${JSON.stringify(value)}`)
  const number = context.deliver(
    { title: `Record ${recordType}`, to: `${containerId} (${database})`, text: text.join('\n') },
    request,
  )
  const timestamp = context.now()
  const body = {
    recordName,
    recordType,
    fields: { ...kept, ...fields },
    pluginFields: {},
    recordChangeTag: number.toString(36),
    created: { timestamp, userRecordName: '_demo', deviceID: '1' },
    modified: { timestamp, userRecordName: '_demo', deviceID: '1' },
    deleted: false,
  }
  context.keep(key, { status: 200, body })
  context.keep(`latest ${database} ${recordType}`, { status: 200, body })
  return body
}

const modify: Handler = (request, context, database) => {
  const fields = fieldsOf(request)
  const { operations } = fields
  if (!Array.isArray(operations) || operations.length === 0) {
    return refused(400, 'BAD_REQUEST', "BadRequestException: missing required field 'operations'")
  }
  if (!isZone(zoneOf(fields))) return noZone
  return {
    status: 200,
    body: { records: operations.map((operation: Operation) => save(operation, database, [request, context])) },
  }
}

const zones: Handler = (_request, _context, database) => {
  const names = database === 'public' ? ['_defaultZone'] : ['_defaultZone', 'Notes']
  return { status: 200, body: { zones: names.map((zoneName) => ({ zoneID: { zoneName }, atomic: zoneName === 'Notes' })) } }
}

const caller: Handler = () => ({ status: 200, body: { userRecordName: '_demo0001', firstName: 'Ada', lastName: 'Demo' } })

const routes: Readonly<Record<string, Handler>> = {
  'POST records/query': query,
  'POST records/modify': modify,
  'GET zones/list': zones,
  'GET users/caller': caller,
}

const signInFirst = () => refused(421, 'AUTHENTICATION_REQUIRED', 'request needs authorization', { redirectURL: signInPage })

function whoRefused({ query: given }: SandboxRequest): SandboxResponse | undefined {
  const token = given.get('ckAPIToken')
  if (token !== apiToken) return refused(401, 'AUTHENTICATION_FAILED', 'no auth method found')
  const person = given.get('ckWebAuthToken')
  if (person === null) return signInFirst()
  return person === webAuthToken
    ? undefined
    : refused(421, 'AUTHENTICATION_REQUIRED', 'request needs authorization', { redirectURL: signInPage })
}

const address = /^\/database\/1\/([^/]+)\/(development|production)\/(public|private|shared)\/(.+)$/
const hasEffect = ({ method, path }: SandboxRequest) => method === 'POST' && path.endsWith('/records/modify')

const codes: Readonly<Record<number, string>> = {
  401: 'AUTHENTICATION_FAILED',
  403: 'ACCESS_DENIED',
  429: 'THROTTLED',
  500: 'INTERNAL_ERROR',
  503: 'TRY_AGAIN_LATER',
}

export const appleSandbox: Sandbox = {
  provider: 'apple',
  demoCredential: { containerId, apiToken, webAuthToken },
  demoSettings: { environment: 'development' },
  errorBody: (status, reason) => ({ body: refused(status, codes[status] ?? 'INTERNAL_ERROR', reason).body }),
  hasEffect,
  handle(request, context) {
    const [, container, , database = '', operation = ''] = address.exec(request.path) ?? []
    const route = routes[`${request.method} ${operation}`]
    if (container !== containerId || !route) return refused(404, 'NOT_FOUND', 'Invalid container or operation')
    return whoRefused(request) ?? route(request, context, database)
  },
  faults: [
    {
      id: 'sign_in_again',
      title: 'The person must sign in again',
      effect: 'Every request is refused with 421 AUTHENTICATION_REQUIRED and the address to sign in at.',
      answer: signInFirst,
    },
    {
      id: 'storage_full',
      title: 'The storage is full',
      effect: 'Every record is refused, one by one inside an answer with HTTP 200, with QUOTA_EXCEEDED.',
      answer: (request) =>
        hasEffect(request)
          ? { status: 200, body: { records: [{ recordName: 'x', serverErrorCode: 'QUOTA_EXCEEDED', reason: 'Quota exceeded' }] } }
          : undefined,
    },
  ],
}
