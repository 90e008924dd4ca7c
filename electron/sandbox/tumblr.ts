/** Tumblr's stand-in: blogs, posts in its blocks, multipart uploads, and videos that take a while. */
import { formOf, type Sandbox, type SandboxContext, type SandboxRequest, type SandboxResponse } from './define.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'tumblr_demo_access_3Wq8_stand_in_only'
const oauth = createOAuthStandIn({
  provider: 'Tumblr',
  clientId: 'demo-tumblr-client',
  clientSecret: 'demo-tumblr-secret-stand-in',
  demoToken,
  people: [
    { id: 't1', name: 'atlas-demo' },
    { id: 't2', name: 'second-demo' },
  ],
  scopes: ['basic', 'write', 'offline_access'],
  lastsSeconds: 2_520,
  refresh: 'rotating',
  pkce: 'none',
})

interface PostJson {
  content?: Record<string, unknown>[]
  state?: string
  tags?: unknown
}

interface Item {
  id_string: string
  id: string
  post_url: string
  summary: string
  timestamp: number
  state: string
}

function wrapped(status: number, response: unknown, msg = status < 300 ? 'OK' : 'Bad Request'): SandboxResponse {
  return { status, body: { meta: { status, msg }, response } }
}

function refused(status: number, code: number, title: string): SandboxResponse {
  return { status, body: { meta: { status, msg: 'Bad Request' }, response: [], errors: [{ title, code, detail: title }] } }
}

function faultOf({ content, state, tags }: PostJson, parts: ReadonlySet<string>): SandboxResponse | undefined {
  if (!Array.isArray(content) || content.length === 0) return refused(400, 8001, 'Invalid JSON or the NPF structure is invalid.')
  if (tags !== undefined && typeof tags !== 'string') return refused(400, 8001, 'tags must be a comma separated string.')
  if (state !== undefined && !['published', 'queue', 'draft', 'private'].includes(state))
    return refused(400, 8001, 'state is unknown.')
  const long = content.some(({ type, text }) => type === 'text' && [...String(text)].length > 4_096)
  if (long) return refused(400, 8001, 'A text block is longer than 4096 characters.')
  const wanted = content.flatMap(({ media }) => [media ?? []].flat() as { identifier?: string }[])
  const missing = wanted.some(({ identifier }) => identifier === undefined || !parts.has(identifier))
  return missing ? refused(400, 8001, 'A media identifier has no part.') : undefined
}

async function readPost(request: SandboxRequest): Promise<{ json: PostJson; parts: ReadonlySet<string> }> {
  if (!/multipart/i.test(request.headers.get('content-type') ?? '')) return { json: request.body as PostJson, parts: new Set() }
  const form = await formOf(request)
  const json = form.get('json')
  const text = typeof json === 'string' ? json : await (json as unknown as Blob | null)?.text()
  return { json: JSON.parse(text ?? '{}') as PostJson, parts: new Set(form.keys()) }
}

async function post(request: SandboxRequest, context: SandboxContext, blog: string): Promise<SandboxResponse> {
  const { json, parts } = await readPost(request)
  const fault = faultOf(json, parts)
  if (fault) return fault
  const texts = (json.content ?? []).filter(({ type }) => type === 'text').map(({ text }) => String(text))
  const summary = texts.join(' ')
  const number = context.deliver({ title: `Post on ${blog}`, to: json.state ?? 'published', text: summary }, request)
  const id = `7${String(number).padStart(17, '0')}`
  const isVideo = json.content?.some(({ type }) => type === 'video') === true
  const item: Item = {
    id,
    id_string: id,
    post_url: `https://${blog}.tumblr.com/post/${id}`,
    summary,
    timestamp: Math.floor(context.now() / 1_000),
    state: json.state ?? 'published',
  }
  const before = (context.recall('posts')?.body as Item[] | undefined) ?? []
  context.keep('posts', { status: 200, body: [item, ...before].slice(0, 50) })
  if (isVideo) context.keep(`transcoding ${id}`, { status: 200 })
  return wrapped(201, { id, state: isVideo ? 'transcoding' : item.state }, 'Created')
}

function readOne(id: string, context: SandboxContext): SandboxResponse {
  const items = (context.recall('posts')?.body as Item[] | undefined) ?? []
  const item = items.find((one) => one.id === id)
  if (!item) return wrapped(404, [], 'Not Found')
  const busy = context.recall(`transcoding ${id}`) !== undefined && context.recall(`looked ${id}`) === undefined
  context.keep(`looked ${id}`, { status: 200 })
  return wrapped(200, { ...item, state: busy ? 'transcoding' : item.state })
}

function list(path: string, context: SandboxContext): SandboxResponse {
  const items = (context.recall('posts')?.body as Item[] | undefined) ?? []
  const [, wanted = 'published'] = /\/(queue|draft)$/.exec(path) ?? []
  return wrapped(200, { posts: items.filter(({ state }) => state === wanted) })
}

function api(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> | SandboxResponse {
  const person = oauth.bearer(request, context)
  if (!person) return wrapped(401, [], 'Unauthorized')
  const { method, path } = request
  if (path === '/v2/user/info') {
    const blogs = [
      { name: person.name, title: 'Demo blog', primary: true, uuid: 't:demo1' },
      { name: `${person.name}-news`, title: 'News', primary: false, uuid: 't:demo2' },
    ]
    return wrapped(200, { user: { name: person.name, blogs } })
  }
  const [, blog, rest = ''] = /^\/v2\/blog\/([^/]+)\/posts(\/.*)?$/.exec(path) ?? []
  if (!blog) return wrapped(404, [], 'Not Found')
  if (method === 'POST' && rest === '') return post(request, context, blog)
  const [, id] = /^\/(\d+)$/.exec(rest) ?? []
  return id ? readOne(id, context) : list(path, context)
}

const publishes = ({ method, path }: SandboxRequest) => method === 'POST' && /^\/v2\/blog\/[^/]+\/posts$/.test(path)

export const tumblrSandbox: Sandbox = {
  provider: 'tumblr',
  demoCredential: { clientId: 'demo-tumblr-client', clientSecret: 'demo-tumblr-secret-stand-in', accessToken: demoToken },
  demoSettings: { blog: 'atlas-demo' },
  errorBody: (status, reason) => ({ body: { meta: { status, msg: reason }, response: [], errors: [] } }),
  hasEffect: publishes,
  handle(request, context) {
    if (request.path === '/oauth2/authorize') return oauth.authorize(request)
    if (request.path === '/v2/oauth2/token') return oauth.token(request, context)
    return api(request, context)
  },
  faults: [
    {
      id: 'daily_posts',
      title: "The day's posts are used up",
      effect: 'Every post is refused with code 8023.',
      answer: (request) => (publishes(request) ? refused(400, 8023, 'You have exceeded your daily post limit.') : undefined),
    },
    {
      id: 'queue_full',
      title: 'The queue is full',
      effect: 'Every post is refused with code 8022.',
      answer: (request) => (publishes(request) ? refused(400, 8022, 'Your queue is full.') : undefined),
    },
  ],
}
