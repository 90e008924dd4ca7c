/** Uploads in pieces at Supabase's stand-in: TUS 1.0 with creation, as Supabase speaks it. */
import type { SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import type { Objects, Resumable } from './supabase-objects.ts'
import { refused, validKey } from './supabase-refusals.ts'

export const resumablePath = '/storage/v1/upload/resumable'
const version = { 'tus-resumable': '1.0.0' }
const largestBytes = 50 * 1024 * 1024

function plain(status: number, body: string): SandboxResponse {
  return { status, headers: { ...version, 'content-type': 'text/plain' }, body }
}

function metadataOf(headers: Headers): Record<string, string> {
  const pairs = (headers.get('upload-metadata') ?? '').split(',').map((pair) => pair.trim().split(' ', 2))
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, Buffer.from(value, 'base64').toString('utf8')]))
}

function create({ headers }: SandboxRequest, objects: Objects, context: SandboxContext): SandboxResponse {
  const { bucketName = '', objectName = '', contentType = 'application/octet-stream', metadata } = metadataOf(headers)
  const length = Number(headers.get('upload-length') ?? Number.NaN)
  const key = `${bucketName}/${objectName}`
  const upsert = headers.get('x-upsert') === 'true'
  if (!bucketName || !objectName || !Number.isInteger(length)) return plain(400, 'Upload-Metadata and Upload-Length are required')
  if (!objects.hasBucket(bucketName)) return refused('NoSuchBucket')
  if (!validKey(objectName)) return refused('InvalidKey', `Invalid key: ${objectName}`)
  if (length > largestBytes) return plain(413, 'Maximum size exceeded\n')
  if (objects.one(key) && !objects.isExample(key) && !upsert) return plain(409, 'The resource already exists')
  const id = Buffer.from(`${key}/${crypto.randomUUID()}`).toString('base64url')
  const parsed: unknown = metadata ? JSON.parse(metadata) : {}
  objects.setUpload({ id, key, contentType, metadata: parsed, length, offset: 0, upsert })
  return { status: 201, headers: { ...version, location: `${context.url}${resumablePath}/${id}` } }
}

function head(upload: Resumable): SandboxResponse {
  const state = { 'upload-offset': `${upload.offset}`, 'upload-length': `${upload.length}`, 'cache-control': 'no-store' }
  return { status: 200, headers: { ...version, ...state } }
}

function patch(upload: Resumable, request: SandboxRequest, objects: Objects, context: SandboxContext): SandboxResponse {
  if (request.headers.get('content-type') !== 'application/offset+octet-stream') return plain(415, 'Invalid Content-Type')
  if (Number(request.headers.get('upload-offset')) !== upload.offset) return plain(409, 'Upload-Offset conflict')
  const last = upload.offset + request.bytes.length === upload.length
  if (!last && request.bytes.length !== 6 * 1024 * 1024) return plain(400, 'Every chunk but the last must have 6 MB')
  objects.addPiece(upload.id, upload.offset, request.bytes)
  const offset = upload.offset + request.bytes.length
  const now = { ...upload, offset }
  objects.setUpload(now)
  if (last) {
    const { key, contentType, metadata, length } = upload
    objects.put({ key, contentType, metadata, sizeBytes: length }, objects.piecesOf(now))
    const [, ...path] = key.split('/')
    context.deliver(
      { title: 'File uploaded in pieces', to: path.join('/'), text: `${length} bytes, ${contentType}` },
      {
        ...request,
        body: null,
      },
    )
  }
  return { status: 204, headers: { ...version, 'upload-offset': `${offset}` } }
}

export function serveResumable(request: SandboxRequest, objects: Objects, context: SandboxContext): SandboxResponse {
  if (request.headers.get('tus-resumable') !== '1.0.0') return plain(412, 'Tus-Resumable must be 1.0.0')
  if (request.method === 'POST' && request.path === resumablePath) return create(request, objects, context)
  const upload = objects.upload(request.path.slice(resumablePath.length + 1))
  if (!upload) return plain(404, 'The file for this url was not found\n')
  if (request.method === 'HEAD') return head(upload)
  return request.method === 'PATCH' ? patch(upload, request, objects, context) : plain(405, 'Method not allowed')
}
