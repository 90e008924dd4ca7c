/** Pinterest's stand-in: boards and pins of API v5, and the storage that takes its videos. */
import { formOf, type Sandbox, type SandboxContext, type SandboxRequest, type SandboxResponse } from './define.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'pinterest_demo_access_6Zc4_stand_in_only'
const oauth = createOAuthStandIn({
  provider: 'Pinterest',
  clientId: 'demo-pinterest-client',
  clientSecret: 'demo-pinterest-secret-stand-in',
  demoToken,
  people: [
    { id: '900000000000000001', name: 'atlasdemo' },
    { id: '900000000000000002', name: 'seconddemo' },
  ],
  scopes: ['boards:read', 'boards:write', 'pins:read', 'pins:write', 'user_accounts:read'],
  lastsSeconds: 2_592_000,
  refresh: 'static',
  pkce: 'none',
  scopeSeparator: ',',
})

type Fields = Record<string, unknown>

const boards = [
  { id: '800000000000000001', name: 'Harbour', privacy: 'PUBLIC' },
  { id: '800000000000000002', name: 'Drafts', privacy: 'SECRET' },
]

function refused(status: number, code: number, message: string): SandboxResponse {
  return { status, body: { code, message } }
}

const sources: Readonly<Record<string, readonly string[]>> = {
  image_url: ['url'],
  image_base64: ['content_type', 'data'],
  multiple_image_base64: ['items'],
  multiple_image_urls: ['items'],
  video_id: ['media_id'],
}

function faultOf(fields: Fields, context: SandboxContext): SandboxResponse | undefined {
  const { board_id: board, media_source: source, title = '', description = '' } = fields as Fields & { media_source?: Fields }
  if (!boards.some(({ id }) => id === board)) return refused(404, 40, 'Board not found.')
  const needs = sources[String(source?.source_type)]
  if (!source || !needs) return refused(400, 1, 'media_source is required.')
  const missing = needs.find((name) => source[name] === undefined)
  if (missing) return refused(400, 1, `media_source.${missing} is required.`)
  if (String(title).length > 100) return refused(400, 1, 'title must be at most 100 characters.')
  if (String(description).length > 800) return refused(400, 1, 'description must be at most 800 characters.')
  const video = source.source_type === 'video_id'
  if (video && context.recall(`video ${String(source.media_id)}`)?.body !== 'uploaded')
    return refused(400, 1, 'The video is not ready.')
  return undefined
}

function pin(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fields = request.body as Fields
  const fault = faultOf(fields, context)
  if (fault) return fault
  const text = [fields.title, fields.description].filter(Boolean).join(': ')
  const number = context.deliver({ title: 'Pin', to: `board ${String(fields.board_id)}`, text }, request)
  const id = `70${String(number).padStart(16, '0')}`
  const created = new Date(context.now()).toISOString().slice(0, 19)
  const before = (context.recall('pins')?.body as Fields[] | undefined) ?? []
  const made = {
    id,
    board_id: fields.board_id,
    title: fields.title ?? null,
    description: fields.description ?? null,
    created_at: created,
  }
  context.keep('pins', { status: 200, body: [made, ...before].slice(0, 50) })
  return { status: 201, body: made }
}

function register(context: SandboxContext): SandboxResponse {
  const id = `60${Date.now()}${Math.floor(Math.random() * 1_000)}`
  context.keep(`video ${id}`, { status: 200, body: 'registered' })
  const body = {
    media_id: id,
    media_type: 'video',
    upload_url: `${context.url}/storage/upload`,
    upload_parameters: { key: id, policy: 'stand-in', 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
  }
  return { status: 201, body }
}

async function store(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const form = await formOf(request)
  const key = form.get('key')
  if (typeof key !== 'string' || !context.recall(`video ${key}`) || !form.has('file'))
    return { status: 403, body: 'AccessDenied' }
  context.keep(`video ${key}`, { status: 200, body: 'processing' })
  return { status: 204 }
}

function videoState(id: string, context: SandboxContext): SandboxResponse {
  const state = context.recall(`video ${id}`)?.body
  if (state === undefined) return refused(404, 50, 'Media not found.')
  if (state === 'processing') context.keep(`video ${id}`, { status: 200, body: 'uploaded' })
  return { status: 200, body: { media_id: id, media_type: 'video', status: state === 'uploaded' ? 'succeeded' : 'processing' } }
}

function api(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const person = oauth.bearer(request, context)
  if (!person) return refused(401, 2, 'Authentication failed.')
  const { method, path } = request
  if (path === '/v5/user_account')
    return { status: 200, body: { id: person.id, username: person.name, account_type: 'BUSINESS' } }
  if (path === '/v5/pins' && method === 'POST') return pin(request, context)
  if (path === '/v5/media' && method === 'POST') return register(context)
  if (path.startsWith('/v5/media/')) return videoState(path.slice('/v5/media/'.length), context)
  if (path === '/v5/boards' && method === 'POST') {
    const { name } = request.body as { name?: string }
    if (!name) return refused(400, 1, 'name is required.')
    const number = context.deliver({ title: 'Board', to: person.name, text: name }, request)
    return { status: 201, body: { id: `81${String(number).padStart(16, '0')}`, name } }
  }
  if (path === '/v5/boards') return { status: 200, body: { items: boards, bookmark: null } }
  const [, board] = /^\/v5\/boards\/(\d+)\/pins$/.exec(path) ?? []
  const pins = (context.recall('pins')?.body as Fields[] | undefined) ?? []
  if (board) return { status: 200, body: { items: pins.filter(({ board_id: on }) => on === board), bookmark: null } }
  return refused(404, 0, 'Not found.')
}

const makesPin = ({ method, path }: SandboxRequest) => method === 'POST' && path === '/v5/pins'

export const pinterestSandbox: Sandbox = {
  provider: 'pinterest',
  demoCredential: { clientId: 'demo-pinterest-client', clientSecret: 'demo-pinterest-secret-stand-in', accessToken: demoToken },
  demoSettings: {},
  errorBody: (status, reason) => ({ body: { code: { 401: 2, 403: 3, 429: 8 }[status] ?? 11, message: reason } }),
  hasEffect: (request) => makesPin(request) || (request.method === 'POST' && request.path === '/v5/boards'),
  handle(request, context) {
    if (request.path === '/oauth/') return oauth.authorize(request)
    if (request.path === '/v5/oauth/token') return oauth.token(request, context)
    if (request.path === '/storage/upload') return store(request, context)
    return api(request, context)
  },
  faults: [
    {
      id: 'trial_access',
      title: 'The app has trial access only',
      effect: 'Every pin is refused with code 29.',
      answer: (request) =>
        makesPin(request) ? refused(403, 29, 'Apps with Trial access may not create Pins in production.') : undefined,
    },
    {
      id: 'not_your_board',
      title: 'The board belongs to somebody else',
      effect: 'Every pin is refused with code 7.',
      answer: (request) => (makesPin(request) ? refused(403, 7, 'You are not permitted to access that resource.') : undefined),
    },
  ],
}
