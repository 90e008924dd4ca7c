/** WordPress's stand-in: posts, media, tags and users of one pretended site, under both forms of its addresses. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'

const username = 'atlas'
const applicationPassword = 'demo stan dino nlyw ordp ress'
const siteUrl = 'https://blog.demo.example'

type Fields = Record<string, unknown>
type Handler = (request: SandboxRequest, context: SandboxContext, id: string) => SandboxResponse

function refused(status: number, code: string, message: string, data: Fields = {}): SandboxResponse {
  return { status, body: { code, message, data: { status, ...data } } }
}

const fieldsOf = ({ body }: SandboxRequest): Fields =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {}

function invalid(name: string, told: string): SandboxResponse {
  return refused(400, 'rest_invalid_param', `Invalid parameter(s): ${name}`, { params: { [name]: told } })
}

const statuses = ['publish', 'future', 'draft', 'pending', 'private']
const knownFields = new Set(['title', 'content', 'status', 'slug', 'excerpt', 'date_gmt', 'tags', 'featured_media'])

function faultOfPost(fields: Fields, context: SandboxContext): SandboxResponse | undefined {
  const stranger = Object.keys(fields).find((name) => !knownFields.has(name))
  if (stranger) return invalid(stranger, 'is not known.')
  if (!fields.title && !fields.content) return refused(400, 'empty_content', 'Content, title, and excerpt are empty.')
  if (!statuses.includes(`${fields.status ?? 'draft'}`)) return invalid('status', 'status is not one of publish, future, draft.')
  if (fields.status === 'future' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(`${fields.date_gmt}`)) {
    return invalid('date_gmt', 'Invalid date.')
  }
  const { tags = [], featured_media: media } = fields
  if (!Array.isArray(tags) || !tags.every(Number.isInteger)) return invalid('tags', 'tags[0] is not of type integer.')
  if (media !== undefined && !context.recall(`media ${media}`)) {
    return refused(400, 'rest_invalid_featured_media', 'Invalid featured media ID.')
  }
  return undefined
}

/** A slug that is taken gets a number behind, as WordPress does. */
function freeSlug(wanted: string, context: SandboxContext): string {
  let slug = wanted
  for (let number = 2; context.recall(`post ${slug}`); number += 1) slug = `${wanted}-${number}`
  return slug
}

function createPost(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fields = fieldsOf(request)
  const fault = faultOfPost(fields, context)
  if (fault) return fault
  const title = `${fields.title ?? ''}`
  const slug = freeSlug(`${fields.slug ?? title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`, context)
  const text = `${fields.content ?? ''}`
  const id =
    100 + context.deliver({ title: `Article (${fields.status ?? 'draft'})`, to: siteUrl, text: `${title}\n\n${text}` }, request)
  const now = new Date(context.now()).toISOString().slice(0, 19)
  const body = {
    id,
    slug,
    status: fields.status ?? 'draft',
    link: `${siteUrl}/${slug}/`,
    title: { raw: title, rendered: title },
    content: { raw: text, rendered: text, protected: false },
    date_gmt: fields.date_gmt ?? now,
    modified_gmt: now,
    type: 'post',
  }
  context.keep(`post ${slug}`, { status: 200, body })
  context.keep('latest post', { status: 200, body })
  return { status: 201, body }
}

function listPosts({ query }: SandboxRequest, context: SandboxContext): SandboxResponse {
  const slug = query.get('slug')
  const found = context.recall(slug === null ? 'latest post' : `post ${slug}`)
  return { status: 200, body: found ? [found.body] : [] }
}

/** Numbers that stay the same for the same name. */
const numberOf = (text: string) => [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 90_000, 7) + 1_000

function createTag(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const name = `${fieldsOf(request).name ?? ''}`
  if (name === '') return refused(400, 'rest_missing_callback_param', 'Missing parameter(s): name', { params: ['name'] })
  const key = `tag ${name.toLowerCase()}`
  const id = numberOf(key)
  if (context.recall(key)) {
    return refused(400, 'term_exists', 'A term with the name provided already exists in this taxonomy.', { term_id: id })
  }
  const body = { id, name, slug: name.toLowerCase(), taxonomy: 'post_tag' }
  context.keep(key, { status: 200, body })
  return { status: 201, body }
}

function listTags({ query }: SandboxRequest, context: SandboxContext): SandboxResponse {
  const found = context.recall(`tag ${(query.get('search') ?? '').toLowerCase()}`)
  return { status: 200, body: found ? [found.body] : [] }
}

function upload(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const named = /^attachment; filename="([^"]+)"$/.exec(request.headers.get('content-disposition') ?? '')?.[1]
  if (!named) return refused(400, 'rest_upload_no_content_disposition', 'No Content-Disposition supplied.')
  if (!request.headers.get('content-type')?.startsWith('image/')) {
    return refused(500, 'rest_upload_sideload_error', 'Sorry, you are not allowed to upload this file type.')
  }
  if (request.bytes.byteLength === 0) return refused(400, 'rest_upload_no_data', 'No data supplied.')
  const id = numberOf(`${named} ${context.now()} ${request.bytes.byteLength}`)
  const body = { id, source_url: `${siteUrl}/wp-content/uploads/${named}`, media_type: 'image', alt_text: '' }
  context.keep(`media ${id}`, { status: 200, body })
  return { status: 201, body }
}

function describeMedia(request: SandboxRequest, context: SandboxContext, id: string): SandboxResponse {
  const known = context.recall(`media ${id}`)
  if (!known) return refused(404, 'rest_post_invalid_id', 'Invalid post ID.')
  return { status: 200, body: { ...(known.body as Fields), ...fieldsOf(request) } }
}

const me: SandboxResponse = {
  status: 200,
  body: {
    id: 7,
    name: 'Atlas Demo',
    slug: username,
    roles: ['editor'],
    capabilities: { edit_posts: true, publish_posts: true, upload_files: true },
  },
}

const routes: readonly [string, RegExp, Handler][] = [
  ['GET', /^\/wp\/v2\/users\/me$/, () => me],
  ['GET', /^\/wp\/v2\/posts$/, listPosts],
  ['POST', /^\/wp\/v2\/posts$/, createPost],
  ['GET', /^\/wp\/v2\/tags$/, listTags],
  ['POST', /^\/wp\/v2\/tags$/, createTag],
  ['POST', /^\/wp\/v2\/media$/, upload],
  ['POST', /^\/wp\/v2\/media\/(\d+)$/, describeMedia],
]

/** The route of a request, whichever form its address has; undefined for a page of the site. */
function routeOf({ path, query }: SandboxRequest): string | undefined {
  if (path.startsWith('/wp-json/')) return path.slice('/wp-json'.length)
  return path === '/' ? (query.get('rest_route') ?? undefined) : undefined
}

function whoRefused(request: SandboxRequest): SandboxResponse | undefined {
  const given = /^Basic (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  if (!given) return refused(401, 'rest_not_logged_in', 'You are not currently logged in.')
  const [name, ...password] = Buffer.from(given, 'base64').toString('utf8').split(':')
  if (name !== username) return refused(401, 'invalid_username', '<strong>Error:</strong> Unknown username.')
  const bare = (text: string) => text.replaceAll(' ', '')
  if (bare(password.join(':')) === bare(applicationPassword)) return undefined
  return refused(401, 'incorrect_password', 'The provided password is an invalid application password.')
}

const hasEffect = (request: SandboxRequest) => request.method === 'POST' && routeOf(request) === '/wp/v2/posts'
const page = { status: 404, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Page not found</title>' }

const codes: Readonly<Record<number, string>> = {
  401: 'incorrect_password',
  403: 'rest_cannot_create',
  429: 'too_many_requests',
  500: 'internal_server_error',
}

export const wordpressSandbox: Sandbox = {
  provider: 'wordpress',
  demoCredential: { username, applicationPassword },
  demoSettings: { site: siteUrl },
  errorBody: (status, reason) => ({ body: { code: codes[status] ?? 'error', message: reason, data: { status } } }),
  hasEffect,
  handle(request, context) {
    const route = routeOf(request)
    if (route === undefined) return page
    for (const [method, pattern, handler] of routes) {
      const match = method === request.method ? pattern.exec(route) : null
      if (match) return whoRefused(request) ?? handler(request, context, match[1] ?? '')
    }
    return refused(404, 'rest_no_route', 'No route was found matching the URL and request method.')
  },
  faults: [
    {
      id: 'plain_permalinks',
      title: 'The site has plain permalinks',
      effect: 'Addresses under /wp-json are answered with a page of the site; those with rest_route work.',
      answer: ({ path }) => (path.startsWith('/wp-json/') ? page : undefined),
    },
    {
      id: 'header_dropped',
      title: 'The web server drops the Authorization header',
      effect: 'Every request is refused with rest_not_logged_in, though the password is right.',
      answer: () => refused(401, 'rest_not_logged_in', 'You are not currently logged in.'),
    },
    {
      id: 'cannot_publish',
      title: 'The user may not publish',
      effect: 'Every article is refused with rest_cannot_publish.',
      answer: (request) =>
        hasEffect(request)
          ? refused(403, 'rest_cannot_publish', 'Sorry, you are not allowed to publish posts in this post type.')
          : undefined,
    },
  ],
}
