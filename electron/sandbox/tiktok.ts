/** TikTok's stand-in: creator info, chunked uploads, and a status that takes a moment to become good. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'act.demo_tiktok_stand_in_only_8Lp2'
const oauth = createOAuthStandIn({
  provider: 'TikTok',
  clientId: 'demo-tiktok-client-key',
  clientSecret: 'demo-tiktok-secret-stand-in',
  demoToken,
  people: [
    { id: '-000DemoOpenId1', name: 'Atlas Demo' },
    { id: '-000DemoOpenId2', name: 'Second Demo' },
  ],
  scopes: ['user.info.basic', 'video.publish'],
  lastsSeconds: 86_400,
  refresh: 'rotating',
  pkce: 'hex',
  clientIdName: 'client_key',
  scopeSeparator: ',',
  extra: ({ id }) => ({ open_id: id, refresh_expires_in: 31_536_000 }),
})

const ok = (data: unknown): SandboxResponse => ({
  status: 200,
  body: { data, error: { code: 'ok', message: '', log_id: 'demo' } },
})
const refused = (status: number, code: string, message: string): SandboxResponse => ({
  status,
  body: { data: {}, error: { code, message, log_id: 'demo' } },
})

const privacies = ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY']

/** One post on its way. */
interface Pending {
  title: string
  size: number
  received: number
  polls: number
  published: boolean
}

const keep = (context: SandboxContext, id: string, pending: Pending) =>
  context.keep(`publish ${id}`, { status: 200, body: pending })
const pendingOf = (context: SandboxContext, id: string) => context.recall(`publish ${id}`)?.body as Pending | undefined

type Fields = Record<string, unknown>

function infoFault(info: Fields | undefined): SandboxResponse | undefined {
  if (!info || typeof info.privacy_level !== 'string')
    return refused(400, 'invalid_params', 'post_info.privacy_level is required')
  if (!privacies.includes(info.privacy_level))
    return refused(400, 'privacy_level_option_mismatch', 'privacy_level is not among the options')
  return String(info.title ?? '').length > 2_200 ? refused(400, 'invalid_params', 'title is too long') : undefined
}

function beginVideo(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { post_info: info, source_info: source } = request.body as { post_info?: Fields; source_info?: Fields }
  const fault = infoFault(info)
  if (fault) return fault
  const { source: kind, video_size: size, chunk_size: chunk, total_chunk_count: count } = source ?? {}
  if (kind !== 'FILE_UPLOAD' || typeof size !== 'number' || typeof chunk !== 'number' || typeof count !== 'number') {
    return refused(400, 'invalid_params', 'source_info is incomplete')
  }
  if (count !== Math.max(1, Math.floor(size / chunk))) return refused(400, 'invalid_params', 'The total chunk count is invalid')
  const id = `v_pub_file~v2.${crypto.randomUUID()}`
  keep(context, id, { title: String(info?.title ?? ''), size, received: 0, polls: 0, published: false })
  return ok({ publish_id: id, upload_url: `${context.url}/video/?upload_id=${encodeURIComponent(id)}&upload_token=demo` })
}

function publish(request: SandboxRequest, context: SandboxContext, id: string, pending: Pending): void {
  context.deliver({ title: 'Post on TikTok', to: '@atlas.demo', text: pending.title }, request)
  keep(context, id, { ...pending, published: true })
}

function takeChunk(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const id = request.query.get('upload_id') ?? ''
  const pending = pendingOf(context, id)
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers.get('content-range') ?? '') ?? []
  if (!pending) return { status: 404, body: 'upload_url is not known' }
  const fits =
    Number(first) === pending.received &&
    Number(total) === pending.size &&
    request.bytes.length === Number(last) - Number(first) + 1
  if (!fits) return { status: 416, body: 'Content-Range does not fit' }
  const received = Number(last) + 1
  keep(context, id, { ...pending, received })
  if (received < pending.size) return { status: 206 }
  publish(request, context, id, { ...pending, received })
  return { status: 201 }
}

function beginPhotos(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { post_info: info, source_info: source } = request.body as { post_info?: Fields; source_info?: Fields }
  const fault = infoFault(info)
  if (fault) return fault
  if (!Array.isArray(source?.photo_images) || source.photo_images.length === 0)
    return refused(400, 'invalid_params', 'photo_images is required')
  const id = `p_pub_url~v2.${crypto.randomUUID()}`
  publish(request, context, id, { title: String(info?.description ?? ''), size: 0, received: 0, polls: 0, published: true })
  return ok({ publish_id: id })
}

function status(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { publish_id: id = '' } = request.body as { publish_id?: string }
  const pending = pendingOf(context, id)
  if (!pending) return refused(400, 'invalid_publish_id', 'publish_id is not known')
  if (!pending.published) return ok({ status: 'PROCESSING_UPLOAD', uploaded_bytes: pending.received })
  keep(context, id, { ...pending, polls: pending.polls + 1 })
  if (pending.polls === 0) return ok({ status: 'PROCESSING_UPLOAD' })
  return ok({ status: 'PUBLISH_COMPLETE', publicaly_available_post_id: ['7300000000000000001'] })
}

function api(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const person = oauth.bearer(request, context)
  if (!person) return refused(401, 'access_token_invalid', 'The access token is invalid or not found in the request.')
  const { path } = request
  if (path === '/v2/user/info/') return ok({ user: { open_id: person.id, display_name: person.name } })
  if (path === '/v2/post/publish/creator_info/query/') {
    const info = { creator_username: 'atlas.demo', creator_nickname: person.name, privacy_level_options: privacies }
    return ok({ ...info, comment_disabled: false, duet_disabled: false, stitch_disabled: true, max_video_post_duration_sec: 300 })
  }
  if (path === '/v2/post/publish/video/init/') return beginVideo(request, context)
  if (path === '/v2/post/publish/content/init/') return beginPhotos(request, context)
  if (path === '/v2/post/publish/status/fetch/') return status(request, context)
  return refused(404, 'invalid_params', 'The path does not exist')
}

/** A video is published by its last piece, pictures when they are told of. */
function hasEffect({ method, path, headers }: SandboxRequest): boolean {
  if (method === 'POST') return path === '/v2/post/publish/content/init/'
  const [, last, total] = /-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  return method === 'PUT' && path === '/video/' && Number(last) + 1 === Number(total)
}

export const tiktokSandbox: Sandbox = {
  provider: 'tiktok',
  demoCredential: { clientId: 'demo-tiktok-client-key', clientSecret: 'demo-tiktok-secret-stand-in', accessToken: demoToken },
  demoSettings: {},
  errorBody(status, reason) {
    const code =
      { 401: 'access_token_invalid', 403: 'scope_not_authorized', 429: 'rate_limit_exceeded' }[status] ?? 'internal_error'
    return { body: { data: {}, error: { code: status >= 500 ? 'ok' : code, message: reason, log_id: 'demo' } } }
  },
  hasEffect,
  handle(request, context) {
    if (request.path === '/v2/auth/authorize/') return oauth.authorize(request)
    if (request.path === '/v2/oauth/token/') return oauth.token(request, context)
    if (request.path === '/v2/oauth/revoke/') return oauth.revoke(request, context)
    if (request.path === '/video/' && request.method === 'PUT') return takeChunk(request, context)
    return api(request, context)
  },
  faults: [
    {
      id: 'unaudited',
      title: 'The app is not audited',
      effect: 'Every post is refused: an unaudited app posts on private accounts alone.',
      answer: ({ path }) =>
        path.endsWith('/init/')
          ? refused(403, 'unaudited_client_can_only_post_to_private_accounts', 'Please review our integration guidelines')
          : undefined,
    },
    {
      id: 'too_many_posts',
      title: 'The account posted too often today',
      effect: 'Every post is refused with spam_risk_too_many_posts.',
      answer: ({ path }) =>
        path.endsWith('/init/') ? refused(403, 'spam_risk_too_many_posts', 'The daily post cap is reached') : undefined,
    },
    {
      id: 'processing_fails',
      title: 'Processing fails after the upload',
      effect: 'What was accepted ends as FAILED.',
      answer: ({ path }) =>
        path === '/v2/post/publish/status/fetch/' ? ok({ status: 'FAILED', fail_reason: 'frame_rate_check_failed' }) : undefined,
    },
  ],
}
