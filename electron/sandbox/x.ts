/** X's stand-in: API v2 for posts and media, its own weighted length, its refusal of doubles and of fields it does not know. */
import { countText } from '#shared/social/count-text'
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'x_demo_access_5hR2kqLw_stand_in_only'
const oauth = createOAuthStandIn({
  provider: 'X',
  clientId: 'demo-x-client',
  clientSecret: 'demo-x-secret-stand-in-only',
  demoToken,
  people: [
    { id: '1000000000000000001', name: 'atlas_demo' },
    { id: '1000000000000000002', name: 'second_demo' },
  ],
  scopes: ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'],
  lastsSeconds: 7_200,
  refresh: 'rotating',
  pkce: 'S256',
})

type Fields = Record<string, unknown>

function problem(status: number, type: string, title: string, detail: string): SandboxResponse {
  const body = { type: `https://api.twitter.com/2/problems/${type}`, title, detail, status }
  return { status, headers: { 'content-type': 'application/problem+json' }, body }
}

const invalid = (detail: string) => problem(400, 'invalid-request', 'Invalid Request', detail)

const known = new Set([
  'text',
  'media',
  'poll',
  'reply',
  'quote_tweet_id',
  'reply_settings',
  'made_with_ai',
  'paid_partnership',
  'for_super_followers_only',
  'nullcast',
  'community_id',
])

function faultOf(fields: Fields, context: SandboxContext): SandboxResponse | undefined {
  const stranger = Object.keys(fields).find((name) => !known.has(name))
  if (stranger) return invalid(`The field ${stranger} is not allowed.`)
  const text = typeof fields.text === 'string' ? fields.text : ''
  const media = (fields.media as { media_ids?: string[] } | undefined)?.media_ids ?? []
  if (text === '' && media.length === 0) return invalid('text or media is required.')
  if (countText(text, 'weighted') > 280) return invalid('Your post exceeds the character limit.')
  if (media.length > 4) return invalid('media_ids must have at most 4 items.')
  if (media.some((id) => !context.recall(`media ${id}`))) return invalid('Your media IDs are invalid.')
  return undefined
}

function post(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fields = request.body as Fields
  const fault = faultOf(fields, context)
  if (fault) return fault
  const text = String(fields.text ?? '')
  if (text !== '' && context.recall(`text ${text}`)) {
    return problem(403, 'forbidden', 'Forbidden', 'You are not allowed to create a Tweet with duplicate content.')
  }
  const replies = (fields.reply as { in_reply_to_tweet_id?: string } | undefined)?.in_reply_to_tweet_id
  const number = context.deliver({ title: 'Post on X', to: replies ? `answer to ${replies}` : '@atlas_demo', text }, request)
  const id = `19${String(number).padStart(17, '0')}`
  if (text !== '') context.keep(`text ${text}`, { status: 200 })
  const before = (context.recall('recent')?.body as Fields[] | undefined) ?? []
  const made = { id, text, created_at: new Date(context.now()).toISOString() }
  context.keep('recent', { status: 200, body: [made, ...before].slice(0, 50) })
  return { status: 201, body: { data: { id, text } } }
}

function keepMedia(context: SandboxContext, processing: boolean): string {
  const id = `18${String(context.now()).slice(-9)}${Math.floor(Math.random() * 1e8)}`
  context.keep(`media ${id}`, { status: 200, body: { polls: processing ? 1 : 0 } })
  return id
}

function mediaAnswer(id: string, processing: boolean): SandboxResponse {
  const info = processing ? { processing_info: { state: 'pending', check_after_secs: 1 } } : {}
  return { status: 200, body: { data: { id, media_key: `3_${id}`, expires_after_secs: 86_400, ...info } } }
}

function uploadWhole({ body }: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { media, media_category: category } = body as Fields
  if (typeof media !== 'string' || typeof category !== 'string') return invalid('media and media_category are required.')
  return mediaAnswer(keepMedia(context, false), false)
}

function status({ query }: SandboxRequest, context: SandboxContext): SandboxResponse {
  const id = query.get('media_id') ?? ''
  const polls = (context.recall(`media ${id}`)?.body as { polls?: number } | undefined)?.polls
  if (polls === undefined) return problem(404, 'resource-not-found', 'Not Found', 'Could not find media.')
  if (polls > 0) context.keep(`media ${id}`, { status: 200, body: { polls: polls - 1 } })
  const info = polls > 0 ? { state: 'in_progress', check_after_secs: 1, progress_percent: 50 } : { state: 'succeeded' }
  return { status: 200, body: { data: { id, processing_info: info } } }
}

function mediaRoute(request: SandboxRequest, context: SandboxContext): SandboxResponse | undefined {
  const { method, path } = request
  if (method === 'GET' && path === '/2/media/upload') return status(request, context)
  if (method !== 'POST') return undefined
  if (path === '/2/media/upload') return uploadWhole(request, context)
  if (path === '/2/media/metadata') return { status: 200, body: { data: { id: (request.body as Fields).id } } }
  if (path === '/2/media/upload/initialize') return mediaAnswer(keepMedia(context, true), false)
  const [, id = '', step] = /^\/2\/media\/upload\/(\d+)\/(append|finalize)$/.exec(path) ?? []
  if (!context.recall(`media ${id}`)) return undefined
  return step === 'append' ? { status: 200, body: { data: { expires_at: 0 } } } : mediaAnswer(id, true)
}

function apiRoute(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { method, path } = request
  const person = oauth.bearer(request, context)
  if (!person) return { status: 401, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } }
  if (method === 'POST' && path === '/2/tweets') return post(request, context)
  if (method === 'DELETE' && path.startsWith('/2/tweets/')) {
    context.deliver({ title: 'Deletion on X', to: '@atlas_demo', text: path.split('/').at(-1) ?? '' }, request)
    return { status: 200, body: { data: { deleted: true } } }
  }
  if (path === '/2/users/me') return { status: 200, body: { data: { id: person.id, name: 'Atlas Demo', username: person.name } } }
  if (/^\/2\/users\/\d+\/tweets$/.test(path)) {
    const data = (context.recall('recent')?.body as Fields[] | undefined) ?? []
    return { status: 200, body: { data, meta: { result_count: data.length } } }
  }
  return mediaRoute(request, context) ?? problem(404, 'resource-not-found', 'Not Found', 'The path does not exist.')
}

export const xSandbox: Sandbox = {
  provider: 'x',
  demoCredential: { clientId: 'demo-x-client', clientSecret: 'demo-x-secret-stand-in-only', accessToken: demoToken },
  demoSettings: {},
  errorBody: (status, reason) => ({ body: { title: reason, type: 'about:blank', status, detail: reason } }),
  hasEffect: ({ method, path }) =>
    (method === 'POST' && path === '/2/tweets') || (method === 'DELETE' && path.startsWith('/2/tweets/')),
  handle(request, context) {
    if (request.path === '/i/oauth2/authorize') return oauth.authorize(request)
    if (request.path === '/2/oauth2/token') return oauth.token(request, context)
    if (request.path === '/2/oauth2/revoke') return oauth.revoke(request, context)
    return apiRoute(request, context)
  },
  faults: [
    {
      id: 'usage_capped',
      title: 'The credits are used up',
      effect: 'Every post is refused with usage-capped; waiting does not help.',
      answer: ({ method, path }) =>
        method === 'POST' && path === '/2/tweets'
          ? problem(403, 'usage-capped', 'UsageCapExceeded', 'Usage cap exceeded: Monthly product cap')
          : undefined,
    },
    {
      id: 'read_only',
      title: 'The app may only read',
      effect: 'Every post is refused with client-forbidden.',
      answer: ({ method, path }) =>
        method === 'POST' && path === '/2/tweets'
          ? problem(
              403,
              'client-forbidden',
              'Client Forbidden',
              'Your client app is not configured with the appropriate permissions.',
            )
          : undefined,
    },
  ],
}
