/** Threads' stand-in: containers, publishing, the limit of the day. */
import { countText } from '#shared/social/count-text'
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { containerOf, containerState, keepContainer, metaError, metaErrorBody } from './meta-graph.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'threads_demo_access_1Xn5_stand_in_only'
const clientSecret = 'demo-threads-secret-stand-in'
const oauth = createOAuthStandIn({
  provider: 'Threads',
  clientId: 'demo-threads-client',
  clientSecret,
  demoToken,
  people: [
    { id: '17841400000000001', name: 'atlas.demo' },
    { id: '17841400000000002', name: 'second.demo' },
  ],
  scopes: ['threads_basic', 'threads_content_publish'],
  lastsSeconds: 5_184_000,
  refresh: 'none',
  pkce: 'none',
  scopeSeparator: ',',
})

interface Item {
  id: string
  text: string
  permalink: string
  timestamp: string
}

const media: Readonly<Record<string, string | undefined>> = {
  IMAGE: 'image_url',
  VIDEO: 'video_url',
  CAROUSEL: 'children',
  TEXT: undefined,
}

function makeContainer(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const form = request.body as Record<string, string>
  const kind = form.media_type ?? ''
  if (!Object.hasOwn(media, kind)) return metaError(400, 100, 'Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}')
  const needs = media[kind]
  if (needs && !form[needs]) return metaError(400, 100, `The parameter ${needs} is required`)
  if (kind === 'TEXT' && !form.text) return metaError(400, 100, 'The parameter text is required')
  if (countText(form.text ?? '', 'emoji_as_bytes') > 500)
    return metaError(400, 100, 'Param text must be at most 500 characters long.')
  const id = `179${String(context.now()).slice(-10)}${Math.floor(Math.random() * 9_999)}`
  keepContainer(context, id, { text: form.text ?? '', slow: kind === 'VIDEO', asked: false })
  return { status: 200, body: { id } }
}

function publish(request: SandboxRequest, context: SandboxContext, name: string): SandboxResponse {
  const { creation_id: id = '' } = request.body as Record<string, string>
  const container = containerOf(context, id)
  if (!container) return metaError(400, 100, 'The requested resource does not exist', 24)
  const number = context.deliver({ title: 'Post on Threads', to: `@${name}`, text: container.text }, request)
  const made: Item = {
    id: `180${String(number).padStart(14, '0')}`,
    text: container.text,
    permalink: `https://www.threads.net/@${name}/post/D${number}`,
    timestamp: new Date(context.now()).toISOString().replace(/\.\d+Z$/, '+0000'),
  }
  const before = (context.recall('posts')?.body as Item[] | undefined) ?? []
  context.keep('posts', { status: 200, body: [made, ...before].slice(0, 50) })
  return { status: 200, body: { id: made.id } }
}

function readOne(id: string, context: SandboxContext): SandboxResponse {
  const post = ((context.recall('posts')?.body as Item[] | undefined) ?? []).find((one) => one.id === id)
  if (post) return { status: 200, body: post }
  const status = containerState(context, id)
  return status ? { status: 200, body: { id, status } } : metaError(400, 100, 'Object does not exist')
}

function api(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const person = oauth.bearer(request, context) ?? oauth.holder(request.query.get('access_token'), context)
  if (!person) return metaError(401, 190, 'Error validating access token: Session has expired', 463)
  const path = request.path.slice('/v1.0'.length)
  if (path === '/me') return { status: 200, body: { id: person.id, username: person.name } }
  if (path === '/me/threads') return { status: 200, body: { data: (context.recall('posts')?.body as Item[] | undefined) ?? [] } }
  if (path === `/${person.id}/threads_publishing_limit`) {
    return { status: 200, body: { data: [{ quota_usage: 0, config: { quota_total: 250, quota_duration: 86_400 } }] } }
  }
  if (request.method === 'POST' && path === `/${person.id}/threads`) return makeContainer(request, context)
  if (request.method === 'POST' && path === `/${person.id}/threads_publish`) return publish(request, context, person.name)
  return readOne(path.slice(1), context)
}

/** Longer-lived tokens for a token that is good. */
function exchange(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { query } = request
  const person = oauth.holder(query.get('access_token'), context)
  if (!person) return metaError(401, 190, 'Error validating access token')
  if (query.get('grant_type') === 'th_exchange_token' && query.get('client_secret') !== clientSecret) {
    return metaError(400, 101, 'Error validating client secret.')
  }
  return { status: 200, body: { access_token: query.get('access_token'), token_type: 'bearer', expires_in: 5_184_000 } }
}

const publishes = ({ method, path }: SandboxRequest) => method === 'POST' && path.endsWith('/threads_publish')

export const threadsSandbox: Sandbox = {
  provider: 'threads',
  demoCredential: { clientId: 'demo-threads-client', clientSecret, accessToken: demoToken },
  demoSettings: {},
  errorBody: metaErrorBody,
  hasEffect: publishes,
  handle(request, context) {
    if (request.path === '/oauth/authorize') return oauth.authorize(request)
    if (request.path === '/oauth/access_token') return oauth.token(request, context)
    if (request.path === '/access_token' || request.path === '/refresh_access_token') return exchange(request, context)
    return request.path.startsWith('/v1.0/') ? api(request, context) : metaError(404, 2_500, 'Unknown path components')
  },
  faults: [
    {
      id: 'day_used_up',
      title: "The day's posts are used up",
      effect: 'The limit is told as reached, so no post is published.',
      answer: ({ path }) =>
        path.endsWith('/threads_publishing_limit')
          ? { status: 200, body: { data: [{ quota_usage: 250, config: { quota_total: 250, quota_duration: 86_400 } }] } }
          : undefined,
    },
    {
      id: 'blocked',
      title: 'The account is blocked by policy',
      effect: 'Every post is refused with code 368.',
      answer: (request) =>
        publishes(request)
          ? metaError(400, 368, 'The action attempted has been deemed abusive or is otherwise disallowed')
          : undefined,
    },
  ],
}
