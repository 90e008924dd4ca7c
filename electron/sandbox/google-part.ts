/** The services of Google's stand-in: calendar, mail and files of one pretended account. */
import type { SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'

type Fields = Record<string, unknown>
export type Handler = (request: SandboxRequest, context: SandboxContext, id: string) => SandboxResponse

export const account = 'atlas@demo.example'

/** A refusal in Google's shape, with its reason in the older of its two lists. */
export function refused(status: number, reason: string, message: string, name = 'FAILED_PRECONDITION'): SandboxResponse {
  const errors = [{ message, domain: 'global', reason }]
  return { status, body: { error: { code: status, message, errors, status: name } } }
}

const fieldsOf = ({ body }: SandboxRequest): Fields =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {}

const isWhen = (value: unknown) => !Number.isNaN(Date.parse(`${(value as Fields | undefined)?.dateTime}`))

export const createEvent: Handler = (request, context, calendar) => {
  const fields = fieldsOf(request)
  const { id, start, end, summary, attendees = [] } = fields
  if (!isWhen(start) || !isWhen(end)) return refused(400, 'required', 'Missing end time.')
  if (typeof id !== 'string' || !/^[a-v0-9]{5,1024}$/.test(id)) return refused(400, 'invalid', 'Invalid resource id value.')
  if (context.recall(`event ${id}`))
    return refused(409, 'duplicate', 'The requested identifier already exists.', 'ALREADY_EXISTS')
  const to = (attendees as { email?: string }[]).map(({ email }) => email).join(', ') || calendar
  const { dateTime } = start as { dateTime: string }
  context.deliver({ title: `Event: ${summary ?? ''}`, to, text: `${dateTime}\n${fields.description ?? ''}` }, request)
  const body = { ...fields, kind: 'calendar#event', status: 'confirmed', htmlLink: `https://calendar.google.com/event?eid=${id}` }
  context.keep(`event ${id}`, { status: 200, body })
  context.keep('latest event', { status: 200, body })
  return { status: 200, body }
}

export const getEvent: Handler = (_request, context, id) =>
  context.recall(`event ${id}`) ?? refused(404, 'notFound', 'Not Found', 'NOT_FOUND')

export const listEvents: Handler = (_request, context) => {
  const latest = context.recall('latest event')
  return { status: 200, body: { kind: 'calendar#events', summary: account, items: latest ? [latest.body] : [] } }
}

const headerOf = (mail: string, name: string) =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(mail.split('\r\n\r\n', 1)[0] ?? '')?.[1] ?? ''

function takeMail(mail: string, request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const to = headerOf(mail, 'To')
  if (to === '') return refused(400, 'invalidArgument', 'Recipient address required', 'INVALID_ARGUMENT')
  const from = headerOf(mail, 'From')
  if (!from.includes(account)) return refused(400, 'invalidArgument', 'Invalid From header', 'INVALID_ARGUMENT')
  const text = mail.slice(mail.indexOf('\r\n\r\n') + 4, 100_000)
  const number = context.deliver({ title: `${headerOf(mail, 'Subject')} · from ${from}`, to, text }, request)
  const id = (0x18c0de0000 + number).toString(16)
  const headers = ['To', 'Subject', 'Message-ID'].map((name) => ({ name, value: headerOf(mail, name) }))
  const body = { id, threadId: id, internalDate: `${context.now()}`, labelIds: ['SENT'], payload: { headers } }
  context.keep(`mail ${id}`, { status: 200, body })
  context.keep('latest mail', { status: 200, body })
  return { status: 200, body: { id, threadId: id, labelIds: ['SENT'] } }
}

export const sendMail: Handler = (request, context) => {
  const { raw } = fieldsOf(request)
  if (typeof raw !== 'string' || !/^[\w-]+$/.test(raw)) {
    return refused(400, 'invalidArgument', "'raw' RFC822 payload message string is required", 'INVALID_ARGUMENT')
  }
  return takeMail(Buffer.from(raw, 'base64url').toString('utf8'), request, context)
}

export const uploadMail: Handler = (request, context) =>
  request.headers.get('content-type') === 'message/rfc822' && request.query.get('uploadType') === 'media'
    ? takeMail(request.rawBody, request, context)
    : refused(400, 'badContent', 'Media type is not supported. Valid media types: [message/*]', 'INVALID_ARGUMENT')

export const listMail: Handler = (_request, context) => {
  const latest = context.recall('latest mail')?.body as { id: string; threadId: string } | undefined
  const messages = latest ? [{ id: latest.id, threadId: latest.threadId }] : []
  return { status: 200, body: { messages, resultSizeEstimate: messages.length } }
}

export const getMail: Handler = (_request, context, id) =>
  context.recall(`mail ${id}`) ?? refused(404, 'notFound', 'Requested entity was not found.', 'NOT_FOUND')

export const giveIds: Handler = ({ query }) => {
  const count = Number(query.get('count') ?? '10')
  const ids = Array.from({ length: count }, () => `1demo${crypto.randomUUID().replaceAll('-', '')}`)
  return { status: 200, body: { kind: 'drive#generatedIds', space: 'drive', ids } }
}

interface Metadata {
  id?: string
  name?: string
  mimeType?: string
}

function faultOfFile({ id }: Metadata, context: SandboxContext): SandboxResponse | undefined {
  if (!id?.startsWith('1demo')) return refused(400, 'invalid', 'The provided file ID is not usable.', 'INVALID_ARGUMENT')
  if (context.recall(`file ${id}`))
    return refused(409, 'fileIdInUse', 'A file already exists with the provided ID.', 'ALREADY_EXISTS')
  return undefined
}

function keepFile(metadata: Metadata, sizeBytes: number, request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fault = faultOfFile(metadata, context)
  if (fault) return fault
  const { id = '', name = 'Untitled', mimeType } = metadata
  context.deliver({ title: `File: ${name}`, to: 'My Drive', text: `${sizeBytes} bytes of ${mimeType}` }, request)
  const modifiedTime = new Date(context.now()).toISOString()
  const webViewLink = `https://drive.google.com/file/d/${id}/view`
  const body = { id, name, mimeType, size: `${sizeBytes}`, modifiedTime, webViewLink }
  context.keep(`file ${id}`, { status: 200, body })
  context.keep('latest file', { status: 200, body })
  return { status: 200, body }
}

/** The two parts of a multipart/related body; undefined when it is none. */
function partsOf({ bytes, headers }: SandboxRequest): { metadata: Metadata; sizeBytes: number } | undefined {
  const border = /^multipart\/related; boundary=(\S+)$/.exec(headers.get('content-type') ?? '')?.[1]
  const [, first, second] = border === undefined ? [] : Buffer.from(bytes).toString('latin1').split(`--${border}`)
  if (first === undefined || second === undefined) return undefined
  const contentOf = (part: string) => part.slice(part.indexOf('\r\n\r\n') + 4, -2)
  const json = Buffer.from(contentOf(first), 'latin1').toString('utf8')
  return { metadata: JSON.parse(json) as Metadata, sizeBytes: contentOf(second).length }
}

interface Session {
  metadata: Metadata
  sizeBytes: number
  taken: number
}

function openSession(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const metadata = fieldsOf(request) as Metadata
  const sizeBytes = Number(request.headers.get('x-upload-content-length'))
  const fault = faultOfFile(metadata, context)
  if (fault) return fault
  const id = crypto.randomUUID()
  const session: Session = { metadata, sizeBytes, taken: 0 }
  context.keep(`upload ${id}`, { status: 200, body: session })
  const location = `https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable&upload_id=${id}`
  return { status: 200, headers: { location }, body: '' }
}

export const uploadFile: Handler = (request, context) => {
  if (request.query.get('uploadType') === 'resumable') return openSession(request, context)
  const parts = partsOf(request)
  if (!parts) return refused(400, 'badContent', 'Malformed multipart body.', 'INVALID_ARGUMENT')
  return keepFile(parts.metadata, parts.sizeBytes, request, context)
}

/** The first byte, the last and the total of a piece; undefined when the header does not say. */
export function rangeOf({ headers }: SandboxRequest): { start: number; end: number; total: number } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '')
  return match ? { start: Number(match[1]), end: Number(match[2]), total: Number(match[3]) } : undefined
}

const pieceUnit = 262_144

export const uploadPiece: Handler = (request, context) => {
  const key = `upload ${request.query.get('upload_id')}`
  const session = context.recall(key)?.body as Session | undefined
  const range = rangeOf(request)
  if (!session) return refused(404, 'notFound', 'The upload is not known.', 'NOT_FOUND')
  if (!range || range.start !== session.taken || request.bytes.byteLength !== range.end - range.start + 1) {
    return refused(400, 'badRequest', 'Failed to parse Content-Range header.', 'INVALID_ARGUMENT')
  }
  const taken = range.end + 1
  if (taken === session.sizeBytes) return keepFile(session.metadata, taken, request, context)
  if (request.bytes.byteLength % pieceUnit !== 0) return refused(400, 'badRequest', 'The piece is no multiple of 256 KiB.')
  context.keep(key, { status: 200, body: { ...session, taken } })
  return { status: 308, headers: { range: `bytes=0-${taken - 1}` }, body: '' }
}

export const listFiles: Handler = (_request, context) => {
  const latest = context.recall('latest file')
  return { status: 200, body: { files: latest ? [latest.body] : [] } }
}

export const getFile: Handler = (_request, context, id) =>
  context.recall(`file ${id}`) ?? refused(404, 'notFound', `File not found: ${id}.`, 'NOT_FOUND')
