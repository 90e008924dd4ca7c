/** Supabase's stand-in: its storage API with buckets, objects, links and uploads in pieces, and its refusals. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { createObjects, type Objects, type StoredObject } from './supabase-objects.ts'
import { refused, validKey } from './supabase-refusals.ts'
import { resumablePath, serveResumable } from './supabase-resumable.ts'

const serviceRoleKey = 'sb_secret_demo_7Yq2mT4kXw9_stand_in_only'
const base = '/storage/v1'
const linkSeal = 'stand-in'
const largestBytes = 50 * 1024 * 1024

interface Asked {
  request: SandboxRequest
  context: SandboxContext
  objects: Objects
  /** The rest of the path after the route, decoded. */
  rest: string
}

type Fields = Record<string, unknown>
const fieldsOf = (body: unknown): Fields => (typeof body === 'object' && body !== null ? (body as Fields) : {})
const bucketOf = (place: string) => place.split('/', 1)[0] ?? ''
const keyOf = (place: string) => place.slice(bucketOf(place).length + 1)
const answer = (body: unknown): SandboxResponse => ({ status: 200, body })

function listBuckets({ objects }: Asked): SandboxResponse {
  return answer(objects.bucketNames().map((name) => ({ id: name, name, public: objects.isPublic(name), owner: '' })))
}

function createBucket({ request, objects }: Asked): SandboxResponse {
  const { name, public: open } = fieldsOf(request.body)
  if (typeof name !== 'string' || name === '') return refused('InvalidRequest', "body must have required property 'name'")
  if (objects.hasBucket(name)) return refused('BucketAlreadyExists')
  objects.addBucket(name, open === true)
  return answer({ name })
}

function metadataOf({ headers }: SandboxRequest): unknown {
  const given = headers.get('x-metadata')
  return given === null ? {} : JSON.parse(Buffer.from(given, 'base64').toString('utf8'))
}

function upload({ request, context, objects, rest }: Asked): SandboxResponse {
  const key = keyOf(rest)
  if (!objects.hasBucket(bucketOf(rest))) return refused('NoSuchBucket')
  if (key === '' || !validKey(key)) return refused('InvalidKey', `Invalid key: ${key}`)
  if (request.bytes.length > largestBytes) return refused('EntityTooLarge')
  const upsert = request.headers.get('x-upsert') === 'true'
  if (objects.one(rest) && !objects.isExample(rest) && !upsert) return refused('KeyAlreadyExists')
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream'
  const sizeBytes = request.bytes.length
  const { id } = objects.put({ key: rest, contentType, sizeBytes, metadata: metadataOf(request) }, request.bytes)
  context.deliver({ title: 'File uploaded', to: key, text: `${sizeBytes} bytes, ${contentType}` }, { ...request, body: null })
  return answer({ Key: rest, Id: id })
}

function listed({ id, at, sizeBytes, contentType, key }: StoredObject, name: string): Fields {
  const when = new Date(at).toISOString()
  const metadata = {
    size: sizeBytes,
    mimetype: contentType,
    eTag: `"${id}"`,
    cacheControl: 'max-age=3600',
    contentLength: sizeBytes,
  }
  return { name, id, key, updated_at: when, created_at: when, last_accessed_at: when, metadata }
}

function list({ request, objects, rest }: Asked): SandboxResponse {
  if (!objects.hasBucket(rest)) return refused('NoSuchBucket')
  const { prefix, limit = 100, offset = 0 } = fieldsOf(request.body)
  if (typeof prefix !== 'string') return refused('InvalidRequest', "body must have required property 'prefix'")
  const home = `${rest}/${prefix.replace(/\/+$/, '')}`.replace(/\/+$/, '')
  const below = objects.all().filter(({ key }) => key.startsWith(`${home}/`))
  const rows = new Map<string, Fields>()
  for (const object of below) {
    const [name = '', ...deeper] = object.key.slice(home.length + 1).split('/')
    const folder = { name, id: null, updated_at: null, created_at: null, last_accessed_at: null, metadata: null }
    rows.set(name, deeper.length > 0 ? folder : { ...listed(object, name), key: undefined })
  }
  const sorted = [...rows.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, row]) => row)
  return answer(sorted.slice(Number(offset), Number(offset) + Number(limit)))
}

function sign({ request, context, objects, rest }: Asked): SandboxResponse {
  const { expiresIn } = fieldsOf(request.body)
  if (typeof expiresIn !== 'number' || expiresIn < 1) return refused('InvalidRequest', 'body/expiresIn must be >= 1')
  if (!objects.one(rest)) return refused('NoSuchKey')
  const payload = { url: rest, exp: Math.floor(context.now() / 1_000) + expiresIn }
  const token = `${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${linkSeal}`
  return answer({ signedURL: `/object/sign/${rest}?token=${token}` })
}

function contentOf(objects: Objects, place: string, download: string | null): SandboxResponse {
  const object = objects.one(place)
  if (!object) return refused('NoSuchKey')
  const name = download === null ? undefined : download || (place.split('/').at(-1) ?? '')
  const offered = name === undefined ? {} : { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }
  return { status: 200, headers: { 'content-type': object.contentType, ...offered }, body: objects.bytes(place) }
}

function openLink({ request, context, objects, rest }: Asked): SandboxResponse {
  const [payload = '', seal] = (request.query.get('token') ?? '').split('.')
  const { url, exp } = fieldsOf(seal === linkSeal ? JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) : {})
  if (url !== rest) return refused('InvalidJWT', 'invalid signature')
  if (Number(exp) * 1_000 < context.now()) return refused('InvalidJWT')
  return contentOf(objects, rest, request.query.get('download'))
}

function info({ objects, rest }: Asked): SandboxResponse {
  const object = objects.one(rest)
  if (!object) return refused('NoSuchKey')
  const { id, contentType, sizeBytes, metadata, at } = object
  return answer({
    id,
    name: keyOf(rest),
    bucket_id: bucketOf(rest),
    size: sizeBytes,
    content_type: contentType,
    etag: `"${id}"`,
    metadata,
    created_at: new Date(at).toISOString(),
    last_modified: new Date(at).toISOString(),
  })
}

function remove({ request, context, objects, rest }: Asked): SandboxResponse {
  const { prefixes } = fieldsOf(request.body)
  if (!Array.isArray(prefixes) || prefixes.length === 0 || prefixes.length > 1_000)
    return refused('InvalidRequest', 'body/prefixes must NOT have fewer than 1 items')
  if (!objects.hasBucket(rest)) return refused('NoSuchBucket')
  const found = prefixes.filter((key) => objects.one(`${rest}/${key}`))
  for (const key of found) objects.remove(`${rest}/${key}`)
  context.deliver({ title: `Deleted ${found.length} of ${prefixes.length} files`, to: rest, text: prefixes.join('\n') }, request)
  return answer(found.map((name) => ({ name, bucket_id: rest })))
}

function move({ request, context, objects }: Asked): SandboxResponse {
  const { bucketId, sourceKey, destinationKey } = fieldsOf(request.body)
  const [from, to] = [`${bucketId}/${sourceKey}`, `${bucketId}/${destinationKey}`]
  const object = objects.one(from)
  if (!object) return refused('NoSuchKey')
  if (!validKey(`${destinationKey}`)) return refused('InvalidKey', `Invalid key: ${destinationKey}`)
  if (objects.one(to) && !objects.isExample(to)) return refused('KeyAlreadyExists')
  objects.put({ ...object, key: to }, objects.bytes(from))
  objects.remove(from)
  context.deliver({ title: 'File moved', to: `${destinationKey}`, text: `from ${sourceKey}` }, request)
  return answer({ message: 'Successfully moved' })
}

/** Routes in the order they are tried: the method, the path up to what names a bucket or file, and who answers. */
const routes: readonly [method: string, prefix: string, run: (asked: Asked) => SandboxResponse][] = [
  ['GET', `${base}/bucket`, listBuckets],
  ['POST', `${base}/bucket`, createBucket],
  ['POST', `${base}/object/list/`, list],
  ['POST', `${base}/object/sign/`, sign],
  ['POST', `${base}/object/move`, move],
  ['GET', `${base}/object/info/`, info],
  [
    'GET',
    `${base}/object/authenticated/`,
    ({ objects, rest, request }) => contentOf(objects, rest, request.query.get('download')),
  ],
  ['POST', `${base}/object/`, upload],
  ['PUT', `${base}/object/`, upload],
  ['DELETE', `${base}/object/`, remove],
]

function routeOf({ method, path }: SandboxRequest) {
  return routes.find(
    ([wanted, prefix]) => wanted === method && (prefix.endsWith('/') ? path.startsWith(prefix) : path === prefix),
  )
}

function refusedKey({ headers }: SandboxRequest): SandboxResponse | undefined {
  if (!headers.get('apikey')) {
    return { status: 401, body: { message: 'No API key found in request', hint: 'No `apikey` request header was found.' } }
  }
  if (!headers.get('authorization')) return refused('InvalidRequest', "headers must have required property 'authorization'")
  const fits = headers.get('apikey') === serviceRoleKey && headers.get('authorization') === `Bearer ${serviceRoleKey}`
  return fits ? undefined : refused('AccessDenied')
}

const effects = new Set([upload, remove, move])

function hasEffect(request: SandboxRequest): boolean {
  if (request.path.startsWith(resumablePath)) return request.method === 'PATCH'
  const route = routeOf(request)
  return route !== undefined && effects.has(route[2])
}

const isUpload = (request: SandboxRequest) =>
  request.path.startsWith(resumablePath) ? request.method === 'POST' : routeOf(request)?.[2] === upload

function errorBody(status: number, reason: string): ReturnType<Sandbox['errorBody']> {
  const refusal = (code: string, message: string) => ({ status: 400, body: refused(code, message).body })
  if (status === 401) return refusal('AccessDenied', 'Invalid Compact JWS')
  if (status === 403) return refusal('AccessDenied', 'new row violates row-level security policy')
  const code = status === 429 ? 'SlowDown' : 'InternalError'
  return { status, body: { statusCode: `${status}`, error: code, message: reason, code } }
}

function handle(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const objects = createObjects(context)
  const link = `${base}/object/sign/`
  if (request.method === 'GET' && request.path.startsWith(link)) {
    return openLink({ request, context, objects, rest: decodeURIComponent(request.path.slice(link.length)) })
  }
  const stranger = refusedKey(request)
  if (stranger) return stranger
  if (request.path.startsWith(resumablePath)) return serveResumable(request, objects, context)
  const route = routeOf(request)
  if (!route) return { status: 404, body: { message: `Route ${request.method}:${request.path} not found`, statusCode: '404' } }
  const [, prefix, run] = route
  return run({ request, context, objects, rest: decodeURIComponent(request.path.slice(prefix.length)) })
}

export const supabaseSandbox: Sandbox = {
  provider: 'supabase',
  demoCredential: { serviceRoleKey },
  demoSettings: { url: 'https://demodemodemodemodemo.supabase.co', bucket: 'kb_uploads', quotaBytes: 1_000_000_000 },
  errorBody,
  hasEffect,
  handle,
  faults: [
    {
      id: 'too_large',
      title: 'Files are larger than allowed',
      effect: 'Uploads are refused with EntityTooLarge.',
      answer: (request) => (isUpload(request) ? refused('EntityTooLarge') : undefined),
    },
    {
      id: 'read_only',
      title: 'The project is read-only',
      effect: 'Whatever changes something is refused with DatabaseReadOnly.',
      answer: (request) => (hasEffect(request) || isUpload(request) ? refused('DatabaseReadOnly') : undefined),
    },
    {
      id: 'breaks_off',
      title: 'Uploads in pieces break off',
      effect: 'The connection is cut at each piece; once switched off, the upload goes on where it stopped.',
      answer: ({ method, path }) =>
        method === 'PATCH' && path.startsWith(resumablePath) ? { status: 0, reset: true } : undefined,
    },
  ],
}
