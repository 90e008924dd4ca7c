/** Ghost's stand-in: posts and images of one pretended publication, with tokens checked as Ghost checks them. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { formOf, type Sandbox, type SandboxContext, type SandboxRequest, type SandboxResponse } from './define.ts'

const keyId = '65de3000aaaa4bbbcccc0001'
const secret = '5d1ea5e05de3057a0d15f0a5ec2e7f00b0d1e5c0ffee0f0ba5e5a7ab1e0ddba1'
const siteUrl = 'https://journal.demo.example'
const longestTokenSeconds = 300

type Fields = Record<string, unknown>

function refused(status: number, type: string, message: string, more: Fields = {}): SandboxResponse {
  const error = { message, context: null, type, details: null, property: null, help: null, code: null, id: crypto.randomUUID() }
  return { status, body: { errors: [{ ...error, ...more }] } }
}

const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as Fields

/** What is wrong with the claims of a token whose signature fits. */
function faultOfClaims({ iat, exp, aud }: Fields, nowSeconds: number): string | undefined {
  if (typeof iat !== 'number' || typeof exp !== 'number' || exp <= nowSeconds) return 'jwt expired'
  if (nowSeconds - iat > longestTokenSeconds || exp - iat > longestTokenSeconds) return 'maxAge exceeded'
  return /\/?admin\/?$/.test(`${aud}`) ? undefined : 'jwt audience invalid'
}

function refusedToken({ headers }: SandboxRequest, context: SandboxContext): SandboxResponse | undefined {
  const token = /^Ghost (.+)$/.exec(headers.get('authorization') ?? '')?.[1]
  if (!token) return refused(403, 'NoPermissionError', 'Authorization failed', { context: 'No integration was named.' })
  const invalid = (told: string) => refused(401, 'UnauthorizedError', `Invalid token: ${told}`, { code: 'INVALID_JWT' })
  const [head, claims, signature] = token.split('.')
  try {
    if (decode(head).kid !== keyId)
      return refused(401, 'UnauthorizedError', 'Unknown Admin API Key', { code: 'UNKNOWN_ADMIN_API_KEY' })
    const right = createHmac('sha256', Buffer.from(secret, 'hex')).update(`${head}.${claims}`).digest()
    const given = Buffer.from(signature ?? '', 'base64url')
    if (given.length !== right.length || !timingSafeEqual(given, right)) return invalid('invalid signature')
    const fault = faultOfClaims(decode(claims), context.now() / 1_000)
    return fault ? invalid(fault) : undefined
  } catch {
    // Not a token at all.
    return invalid('jwt malformed')
  }
}

const known = new Set([
  'title',
  'html',
  'slug',
  'status',
  'published_at',
  'tags',
  'custom_excerpt',
  'feature_image',
  'feature_image_alt',
])

function invalid(property: string, told: string): SandboxResponse {
  return refused(422, 'ValidationError', 'Validation error, cannot save post.', { context: told, property })
}

function faultOfPost(post: Fields, context: SandboxContext): SandboxResponse | undefined {
  const stranger = Object.keys(post).find((name) => !known.has(name))
  if (stranger) return invalid(stranger, 'must NOT have additional properties')
  if (typeof post.title !== 'string' || post.title === '') return invalid('title', 'Value in [posts.title] cannot be blank.')
  if (!['draft', 'published', 'scheduled'].includes(`${post.status ?? 'draft'}`)) return invalid('status', 'is not a status.')
  if (`${post.custom_excerpt ?? ''}`.length > 300) return invalid('custom_excerpt', 'exceeds maximum length of 300 characters.')
  const at = Date.parse(`${post.published_at}`)
  if (post.status === 'scheduled' && !(at > context.now()))
    return invalid('published_at', 'Date must be at least 2 minutes in the future.')
  const tags = post.tags ?? []
  const whole = Array.isArray(tags) && tags.every((tag) => typeof (tag as Fields)?.name === 'string')
  return whole ? undefined : invalid('tags', 'must be an array of tags')
}

function createPost(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const posts = (request.body as { posts?: unknown } | undefined)?.posts
  const post = Array.isArray(posts) && posts.length === 1 ? (posts[0] as Fields) : undefined
  if (!post) return refused(400, 'BadRequestError', 'No root key (posts) provided.')
  if (request.query.get('source') !== 'html') return invalid('html', 'source=html is needed for html')
  const fault = faultOfPost(post, context)
  if (fault) return fault
  const text = `${post.title}\n\n${post.html ?? ''}`
  const number = context.deliver({ title: `Article (${post.status ?? 'draft'})`, to: siteUrl, text }, request)
  const slug = context.recall(`post ${post.slug}`) ? `${post.slug}-${number}` : `${post.slug}`
  const now = new Date(context.now()).toISOString()
  const id = number.toString(16).padStart(24, '0')
  const made = { ...post, id, slug, url: `${siteUrl}/${slug}/`, created_at: now, updated_at: now }
  context.keep(`post ${slug}`, { status: 200, body: made })
  context.keep('latest post', { status: 200, body: made })
  return { status: 201, body: { posts: [made] } }
}

function listPosts({ query }: SandboxRequest, context: SandboxContext): SandboxResponse {
  const slug = /^slug:'(.+)'$/.exec(query.get('filter') ?? '')?.[1]
  const found = context.recall(slug === undefined ? 'latest post' : `post ${slug}`)
  const posts = found ? [found.body] : []
  const pagination = { page: 1, limit: 15, pages: 1, total: posts.length, next: null, prev: null }
  return { status: 200, body: { posts, meta: { pagination } } }
}

async function upload(request: SandboxRequest): Promise<SandboxResponse> {
  const form = await formOf(request)
  const file = form.get('file')
  if (!(file instanceof File) || !file.type.startsWith('image/')) {
    return refused(415, 'UnsupportedMediaTypeError', 'Please select a valid image.')
  }
  return { status: 201, body: { images: [{ url: `${siteUrl}/content/images/${file.name}`, ref: form.get('ref') }] } }
}

const site = { site: { title: 'Atlas Journal (Demo)', description: '', url: `${siteUrl}/`, version: '6.2' } }

const routes: Readonly<
  Record<string, (request: SandboxRequest, context: SandboxContext) => SandboxResponse | Promise<SandboxResponse>>
> = {
  'GET posts/': listPosts,
  'POST posts/': createPost,
  'POST images/upload/': upload,
}

const prefix = '/ghost/api/admin/'
const hasEffect = ({ method, path }: SandboxRequest) => method === 'POST' && path === `${prefix}posts/`

const types: Readonly<Record<number, string>> = {
  401: 'UnauthorizedError',
  403: 'NoPermissionError',
  429: 'TooManyRequestsError',
  500: 'InternalServerError',
  503: 'MaintenanceError',
}

export const ghostSandbox: Sandbox = {
  provider: 'ghost',
  demoCredential: { adminApiKey: `${keyId}:${secret}` },
  demoSettings: { site: siteUrl },
  errorBody: (status, reason) => ({ body: refused(status, types[status] ?? 'InternalServerError', reason).body }),
  hasEffect,
  handle(request, context) {
    const { method, path, headers } = request
    if (!path.startsWith(prefix)) return refused(404, 'NotFoundError', 'Resource not found')
    if (!/^v[56]\.\d+$/.test(headers.get('accept-version') ?? '')) {
      return refused(
        406,
        'RequestNotAcceptableError',
        'Request could not be served, the endpoint does not exist in this version.',
      )
    }
    const name = path.slice(prefix.length)
    if (method === 'GET' && name === 'site/') return { status: 200, body: site }
    const route = routes[`${method} ${name}`]
    if (!route) return refused(404, 'NotFoundError', 'Resource not found')
    return refusedToken(request, context) ?? route(request, context)
  },
  faults: [
    {
      id: 'clock_skew',
      title: 'The clock of the site is minutes ahead',
      effect: 'Every token is refused as too old.',
      answer: () => refused(401, 'UnauthorizedError', 'Invalid token: maxAge exceeded', { code: 'INVALID_JWT' }),
    },
    {
      id: 'host_limit',
      title: 'The plan does not allow it',
      effect: 'Every article is refused with 403 HostLimitError.',
      answer: (request) =>
        hasEffect(request) ? refused(403, 'HostLimitError', 'Your plan supports up to 1 staff users.') : undefined,
    },
    {
      id: 'old_ghost',
      title: 'Ghost is older than the API version',
      effect: 'Every request is refused with 406.',
      answer: () =>
        refused(406, 'RequestNotAcceptableError', 'Request could not be served, the endpoint is newer than this site.'),
    },
  ],
}
