/** Meta's stand-in: a person's pages with tokens of their own, posts with media, Instagram's containers. */
import { createHmac } from 'node:crypto'
import { formOf, type Sandbox, type SandboxContext, type SandboxRequest, type SandboxResponse } from './define.ts'
import { containerOf, containerState, keepContainer, metaError, metaErrorBody } from './meta-graph.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'EAADemoUserToken_stand_in_only'
const appSecret = 'demo-meta-secret-stand-in-only'
const appId = '100000000000001'
const oauth = createOAuthStandIn({
  provider: 'Facebook',
  clientId: appId,
  clientSecret: appSecret,
  demoToken,
  people: [
    { id: '10000001', name: 'Demo Operator' },
    { id: '10000002', name: 'Second Operator' },
  ],
  scopes: [
    'pages_show_list',
    'pages_read_engagement',
    'pages_manage_posts',
    'business_management',
    'instagram_basic',
    'instagram_content_publish',
  ],
  lastsSeconds: 5_184_000,
  refresh: 'none',
  pkce: 'none',
  scopeSeparator: ',',
})

const instagram = { id: '17841400000000011', username: 'harbour.demo' }
const pageToken = 'EAADemoPageToken_stand_in_only'
const pages = [
  {
    id: '2000001',
    name: 'Harbour',
    access_token: pageToken,
    tasks: ['CREATE_CONTENT', 'MANAGE'],
    instagram_business_account: instagram,
  },
  { id: '2000002', name: 'Read only', access_token: `${pageToken}2`, tasks: ['ANALYZE'] },
]

interface Item {
  id: string
  message: string
  caption: string
  permalink_url: string
  permalink: string
  created_time: string
  timestamp: string
  place: string
}

function keepPost(context: SandboxContext, place: string, id: string, text: string): void {
  const at = new Date(context.now()).toISOString().replace(/\.\d+Z$/, '+0000')
  const link = place === instagram.id ? `https://www.instagram.com/p/D${id}/` : `https://www.facebook.com/${id}`
  const item: Item = {
    id,
    message: text,
    caption: text,
    permalink_url: link,
    permalink: link,
    created_time: at,
    timestamp: at,
    place,
  }
  const before = (context.recall('posts')?.body as Item[] | undefined) ?? []
  context.keep('posts', { status: 200, body: [item, ...before].slice(0, 50) })
}

async function fieldsOf(request: SandboxRequest): Promise<Record<string, string>> {
  if (!/multipart/i.test(request.headers.get('content-type') ?? '')) return (request.body ?? {}) as Record<string, string>
  const form = await formOf(request)
  const entries = [...form.entries()].map(([name, value]) => [name, typeof value === 'string' ? value : 'file'] as const)
  return Object.fromEntries(entries)
}

async function postOnPage(
  request: SandboxRequest,
  context: SandboxContext,
  page: string,
  edge: string,
): Promise<SandboxResponse> {
  const fields = await fieldsOf(request)
  if (edge !== 'feed' && !fields.source && !fields.url) return metaError(400, 100, 'Requires upload file')
  if (fields.published === 'false') return { status: 200, body: { id: `3${context.now()}${Math.floor(Math.random() * 1_000)}` } }
  const text = fields.message ?? fields.caption ?? fields.description ?? ''
  const hasMedia = edge !== 'feed' || fields['attached_media[0]'] !== undefined
  if (text === '' && !hasMedia && !fields.link) return metaError(400, 100, 'The post is empty. Please enter a message to share.')
  const number = context.deliver({ title: 'Post on a page', to: `page ${page}`, text: text || (fields.link ?? edge) }, request)
  const id = `${page}_${String(number).padStart(6, '0')}`
  keepPost(context, page, id, text)
  return { status: 200, body: edge === 'photos' ? { id: `4${number}`, post_id: id } : { id } }
}

function makeContainer(fields: Record<string, string>, context: SandboxContext): SandboxResponse {
  const { media_type: kind, image_url: image, video_url: video, children, caption = '' } = fields
  if (!image && !video && !(kind === 'CAROUSEL' && children)) return metaError(400, 100, 'The parameter image_url is required')
  const id = `179${String(context.now()).slice(-10)}${Math.floor(Math.random() * 9_999)}`
  keepContainer(context, id, { text: caption, slow: video !== undefined, asked: false })
  return { status: 200, body: { id } }
}

function publishContainer(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { creation_id: creation = '' } = request.body as Record<string, string>
  const container = containerOf(context, creation)
  if (!container) return metaError(400, 100, 'The requested resource does not exist', 24)
  const number = context.deliver({ title: 'Post on Instagram', to: `@${instagram.username}`, text: container.text }, request)
  const id = `180${String(number).padStart(14, '0')}`
  keepPost(context, instagram.id, id, container.text)
  return { status: 200, body: { id } }
}

async function instagramRoute(request: SandboxRequest, context: SandboxContext, edge: string): Promise<SandboxResponse> {
  if (edge === 'content_publishing_limit')
    return { status: 200, body: { data: [{ quota_usage: 1, config: { quota_total: 100, quota_duration: 86_400 } }] } }
  if (edge === 'media_publish') return publishContainer(request, context)
  if (request.method === 'POST') return makeContainer(await fieldsOf(request), context)
  const posts = (context.recall('posts')?.body as Item[] | undefined) ?? []
  return { status: 200, body: { data: posts.filter(({ place }) => place === instagram.id) } }
}

function readOne(id: string, context: SandboxContext): SandboxResponse {
  const posts = (context.recall('posts')?.body as Item[] | undefined) ?? []
  const post = posts.find((one) => one.id === id)
  if (post) return { status: 200, body: post }
  const status = containerState(context, id)
  return status
    ? { status: 200, body: { id, status_code: status } }
    : metaError(400, 100, `Object with ID '${id}' does not exist`)
}

async function graph(request: SandboxRequest, context: SandboxContext, path: string): Promise<SandboxResponse> {
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
  const person = oauth.holder(token, context)
  const page = pages.find(({ access_token: known }) => known === token)
  if (!person && !page) return metaError(401, 190, 'Error validating access token: Session has expired', 463)
  const proof = createHmac('sha256', appSecret).update(token).digest('hex')
  if (request.query.get('appsecret_proof') !== proof)
    return metaError(400, 100, 'Invalid appsecret_proof provided in the API argument')
  if (path === '/me') return { status: 200, body: { id: person?.id ?? page?.id, name: person?.name ?? page?.name } }
  if (path === '/me/accounts') return { status: 200, body: { data: pages } }
  const [, id = '', edge = ''] = /^\/(\d+)\/(\w+)$/.exec(path) ?? []
  if (id === instagram.id) return instagramRoute(request, context, edge)
  if (pages.some((one) => one.id === id)) {
    if (!page) return metaError(403, 200, 'Requires a page access token')
    if (request.method === 'POST') return postOnPage(request, context, id, edge)
    const posts = (context.recall('posts')?.body as Item[] | undefined) ?? []
    return { status: 200, body: { data: posts.filter(({ place }) => place === id) } }
  }
  return readOne(path.slice(1), context)
}

/** Codes and short tokens for longer ones, by GET as Meta documents it. */
function token(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { query } = request
  if (query.get('client_secret') !== appSecret) return metaError(400, 101, 'Error validating client secret.')
  if (query.get('grant_type') === 'fb_exchange_token') {
    const short = query.get('fb_exchange_token')
    if (!oauth.holder(short, context)) return metaError(400, 190, 'Invalid OAuth access token')
    return { status: 200, body: { access_token: short, token_type: 'bearer', expires_in: 5_184_000 } }
  }
  const form = new URLSearchParams({ ...Object.fromEntries(query), grant_type: 'authorization_code' })
  return oauth.token({ ...request, rawBody: form.toString() }, context)
}

/** Hidden pictures are no effect; what everybody sees is. */
function hasEffect({ method, path, bytes }: SandboxRequest): boolean {
  if (method !== 'POST') return false
  const hidden = /name="published"\r\n\r\nfalse/.test(new TextDecoder('latin1').decode(bytes.slice(0, 2_000)))
  return /\/(feed|videos|media_publish)$/.test(path) || (path.endsWith('/photos') && !hidden)
}

export const metaSandbox: Sandbox = {
  provider: 'meta',
  demoCredential: { appId, appSecret, accessToken: demoToken },
  demoSettings: { pageId: '2000001', instagramAccountId: instagram.id },
  errorBody: metaErrorBody,
  hasEffect,
  handle(request, context) {
    const path = request.path.replace(/^\/v\d+\.\d/, '')
    if (path === '/dialog/oauth') return oauth.authorize(request)
    if (path === '/oauth/access_token') return token(request, context)
    return graph(request, context, path)
  },
  faults: [
    {
      id: 'blocked',
      title: 'The account is blocked by policy',
      effect: 'Every post is refused with code 368.',
      answer: (request) =>
        hasEffect(request)
          ? metaError(400, 368, 'The action attempted has been deemed abusive or is otherwise disallowed')
          : undefined,
    },
    {
      id: 'permission_missing',
      title: 'The app lacks the permission to post',
      effect: 'Every post is refused with code 200.',
      answer: (request) => (hasEffect(request) ? metaError(403, 200, 'Requires pages_manage_posts permission') : undefined),
    },
  ],
}
