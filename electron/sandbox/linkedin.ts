/** LinkedIn's stand-in: versioned posts, images and videos, and its refusal of text that is not "little". */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'linkedin_demo_access_7Gm2_stand_in_only'
const scopes = ['openid', 'profile', 'w_member_social', 'r_organization_social', 'w_organization_social', 'rw_organization_admin']
const oauth = createOAuthStandIn({
  provider: 'LinkedIn',
  clientId: 'demo-linkedin-client',
  clientSecret: 'demo-linkedin-secret-stand-in',
  demoToken,
  people: [
    { id: 'demoMember1', name: 'Demo Member' },
    { id: 'demoMember2', name: 'Second Member' },
  ],
  scopes,
  lastsSeconds: 5_184_000,
  refresh: 'none',
  pkce: 'none',
  scopeSeparator: ',',
})

type Fields = Record<string, unknown>

function refused(status: number, code: string, message: string, serviceErrorCode?: number): SandboxResponse {
  return { status, body: { status, code, message, ...(serviceErrorCode ? { serviceErrorCode } : {}) } }
}

/** A reserved character that is neither escaped nor part of a hashtag or an address ends the text at LinkedIn. */
function isCut(commentary: string): boolean {
  const plain = commentary
    .replace(/\\[\s\S]/g, '')
    .replace(/https?:\/\/\S+/g, '')
    .replace(/#[\p{L}\p{N}_]+/gu, '')
  return /[|{}@[\]()<>#*_~\\]/.test(plain)
}

function faultOf(fields: Fields): SandboxResponse | undefined {
  const { author, commentary, visibility, distribution, lifecycleState } = fields
  if (!/^urn:li:(person|organization):[\w-]+$/.test(String(author)))
    return refused(422, 'INVALID_URN_TYPE', 'author is not a valid URN')
  if (typeof commentary !== 'string') return refused(400, 'MISSING_FIELD', 'commentary is required')
  if ([...commentary.replace(/\\([\s\S])/g, '$1')].length > 3_000)
    return refused(422, 'FIELD_LENGTH_TOO_LONG', 'commentary is too long')
  if (isCut(commentary)) return refused(400, 'INVALID_COMMENTARY', 'commentary holds reserved characters that are not escaped')
  if (visibility === undefined || distribution === undefined || lifecycleState !== 'PUBLISHED') {
    return refused(400, 'MISSING_FIELD', 'visibility, distribution and lifecycleState are required')
  }
  return undefined
}

function post(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fields = request.body as Fields
  const fault = faultOf(fields)
  if (fault) return fault
  const text = String(fields.commentary)
  const number = context.deliver({ title: 'Post on LinkedIn', to: String(fields.author), text }, request)
  const id = `urn:li:share:70000000000${number}`
  const before = (context.recall('recent')?.body as Fields[] | undefined) ?? []
  const made = { id, author: fields.author, commentary: text, createdAt: context.now() }
  context.keep('recent', { status: 200, body: [made, ...before].slice(0, 50) })
  return { status: 201, headers: { 'x-restli-id': id } }
}

function startUpload(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const isVideo = request.path === '/rest/videos'
  const asked = (request.body as { initializeUploadRequest?: { owner?: string; fileSizeBytes?: number } }).initializeUploadRequest
  if (!asked?.owner) return refused(400, 'MISSING_FIELD', 'owner is required')
  const id = `D4E${crypto.randomUUID().slice(0, 8)}`
  const uploadUrl = `${context.url}/dms-uploads/${id}`
  if (!isVideo)
    return {
      status: 200,
      body: { value: { uploadUrl, uploadUrlExpiresAt: context.now() + 600_000, image: `urn:li:image:${id}` } },
    }
  const size = asked.fileSizeBytes ?? 0
  const half = Math.max(1, Math.ceil(size / 2))
  const uploadInstructions = [
    { uploadUrl: `${uploadUrl}-1`, firstByte: 0, lastByte: half - 1 },
    { uploadUrl: `${uploadUrl}-2`, firstByte: half, lastByte: size - 1 },
  ]
  const value = { video: `urn:li:video:${id}`, uploadInstructions, uploadToken: '', uploadUrlsExpireAt: context.now() + 600_000 }
  return { status: 200, body: { value } }
}

function videoState(path: string, context: SandboxContext): SandboxResponse {
  const key = `asked ${path}`
  const asked = context.recall(key) !== undefined
  context.keep(key, { status: 200 })
  return { status: 200, body: { status: asked ? 'AVAILABLE' : 'PROCESSING' } }
}

function recent({ query }: SandboxRequest, context: SandboxContext): SandboxResponse {
  const all = (context.recall('recent')?.body as Fields[] | undefined) ?? []
  return { status: 200, body: { elements: all.filter(({ author }) => author === query.get('author')) } }
}

function rest(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { method, path, query, headers } = request
  if (!/^20\d{4}$/.test(headers.get('linkedin-version') ?? '')) {
    return refused(426, 'NONEXISTENT_VERSION', 'Requested version is not active')
  }
  if (headers.get('x-restli-protocol-version') !== '2.0.0')
    return refused(400, 'INVALID_PROTOCOL', 'X-Restli-Protocol-Version must be 2.0.0')
  if (path === '/rest/posts') return method === 'POST' ? post(request, context) : recent(request, context)
  if (query.get('action') === 'initializeUpload') return startUpload(request, context)
  if (query.get('action') === 'finalizeUpload') return { status: 200 }
  if (path.startsWith('/rest/videos/')) return videoState(path, context)
  if (path === '/rest/organizationAcls') {
    const elements = [{ organization: 'urn:li:organization:5515715', role: 'ADMINISTRATOR', state: 'APPROVED' }]
    return { status: 200, body: { elements } }
  }
  if (path === '/rest/organizations/5515715') return { status: 200, body: { id: 5515715, localizedName: 'Demo Company' } }
  return refused(404, 'RESOURCE_NOT_FOUND', 'No such resource')
}

export const linkedinSandbox: Sandbox = {
  provider: 'linkedin',
  demoCredential: { clientId: 'demo-linkedin-client', clientSecret: 'demo-linkedin-secret-stand-in', accessToken: demoToken },
  demoSettings: { pages: true },
  errorBody: (status, reason) => ({ body: { status, code: 'ERROR', message: reason } }),
  hasEffect: ({ method, path }) => method === 'POST' && path === '/rest/posts',
  handle(request, context) {
    if (request.path === '/oauth/v2/authorization') return oauth.authorize(request)
    if (request.path === '/oauth/v2/accessToken') return oauth.token(request, context)
    const person = oauth.bearer(request, context)
    if (!person) return refused(401, 'INVALID_ACCESS_TOKEN', 'The token used in the request is not valid', 65_600)
    if (request.path === '/v2/userinfo') return { status: 200, body: { sub: person.id, name: person.name } }
    if (request.path.startsWith('/dms-uploads/')) return { status: 201, headers: { etag: `"${request.bytes.length}"` } }
    return rest(request, context)
  },
  faults: [
    {
      id: 'version_ended',
      title: 'The API version has ended',
      effect: 'Every request to the versioned API is refused with 426.',
      answer: ({ path }) =>
        path.startsWith('/rest/') ? refused(426, 'NONEXISTENT_VERSION', 'Requested version is not active') : undefined,
    },
    {
      id: 'duplicate',
      title: 'The post is a duplicate',
      effect: 'Every post is refused with 422 as a duplicate.',
      answer: ({ method, path }) =>
        method === 'POST' && path === '/rest/posts'
          ? refused(422, 'DUPLICATE_POST', 'Content is a duplicate of urn:li:share:1')
          : undefined,
    },
  ],
}
