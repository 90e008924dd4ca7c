/** Slack's stand-in: methods of its Web API for one pretended workspace; refusals come with HTTP 200 as at Slack. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'

const botToken = 'xoxb-0000000000-demo-stand-in-only'
const scopes = 'chat:write,channels:read,groups:read'
const longestText = 40_000

interface Channel {
  id: string
  name: string
  member: boolean
  archived?: boolean
  private?: boolean
}

const channels: readonly Channel[] = [
  { id: 'C0DEMOGENR', name: 'general', member: true },
  { id: 'C0DEMOAGNT', name: 'agents', member: true },
  { id: 'C0DEMOALRT', name: 'alerts', member: false },
  { id: 'C0DEMOOLD1', name: 'old-launch', member: true, archived: true },
  { id: 'C0DEMOPRIV', name: 'leadership', member: false, private: true },
]

type Fields = Record<string, unknown>

function refused(error: string, more: Fields = {}): SandboxResponse {
  return { status: 200, body: { ok: false, error, ...more } }
}

function answered(body: Fields): SandboxResponse {
  const headers = { 'x-oauth-scopes': scopes, 'x-accepted-oauth-scopes': scopes }
  return { status: 200, headers, body: { ok: true, ...body } }
}

/** Arguments come as a form, as JSON, or in the query; later ones count. */
function argumentsOf({ query, body }: SandboxRequest): Fields {
  const posted = typeof body === 'object' && body !== null ? (body as Fields) : {}
  return { ...Object.fromEntries(query), ...posted }
}

/** Lists come as JSON text in a form; anything else that is no list is undefined. */
function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string') return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    // Not JSON: the caller says so in Slack's words.
    return undefined
  }
}

function channelNamed(raw: unknown): Channel | undefined {
  const wanted = typeof raw === 'string' ? raw.replace(/^#/, '') : ''
  const known = channels.find(({ id, name }) => id === wanted || name === wanted)
  return known ?? invitedTo(wanted)
}

/** Channels beyond the listed ones: any well-formed id or name is one that the bot was invited to, but for `#nowhere`. */
function invitedTo(wanted: string): Channel | undefined {
  if (wanted === 'nowhere') return undefined
  if (/^[CG][A-Z0-9]{8,}$/.test(wanted)) return { id: wanted, name: wanted.toLowerCase(), member: true }
  if (!/^[a-z0-9][a-z0-9_-]{0,79}$/.test(wanted)) return undefined
  return {
    id: `C0${wanted
      .replace(/[^a-z0-9]/g, '')
      .toUpperCase()
      .padEnd(8, '0')}`,
    name: wanted,
    member: true,
  }
}

function faultOfChannel(channel: Channel | undefined): SandboxResponse | undefined {
  if (!channel || (channel.private && !channel.member)) return refused('channel_not_found')
  if (channel.archived) return refused('is_archived')
  return channel.member ? undefined : refused('not_in_channel')
}

function faultOfContent({ text, blocks, attachments, thread_ts }: Fields): SandboxResponse | undefined {
  const said = typeof text === 'string' && text !== ''
  if (!said && blocks === undefined && attachments === undefined) return refused('no_text')
  if (said && text.length > longestText) return refused('msg_too_long')
  const blockList = blocks === undefined ? [] : listOf(blocks)
  if (!blockList) return refused('invalid_blocks_format')
  const typed = blockList.every((block) => typeof block === 'object' && block !== null && 'type' in block)
  if (!typed || blockList.length > 50) {
    return refused('invalid_blocks', {
      response_metadata: { messages: ['[ERROR] missing required field: type [json-pointer:/blocks/0]'] },
    })
  }
  const attached = attachments === undefined ? [] : listOf(attachments)
  if (!attached) return refused('invalid_arguments')
  if (attached.length > 100) return refused('too_many_attachments')
  return thread_ts === undefined || /^\d+\.\d+$/.test(`${thread_ts}`) ? undefined : refused('invalid_thread_ts')
}

function postMessage(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fields = argumentsOf(request)
  const channel = channelNamed(fields.channel)
  const fault = faultOfChannel(channel) ?? faultOfContent(fields)
  if (fault || !channel) return fault ?? refused('channel_not_found')
  if (fields.username !== undefined) return refused('missing_scope', { needed: 'chat:write.customize', provided: scopes })
  const text = typeof fields.text === 'string' ? fields.text : ''
  const title = fields.thread_ts === undefined ? `Message in #${channel.name}` : `Reply in #${channel.name}`
  const number = context.deliver({ title, to: `#${channel.name}`, text }, request)
  const ts = `${Math.floor(context.now() / 1_000)}.${String(number).padStart(6, '0')}`
  const thread = fields.thread_ts === undefined ? {} : { thread_ts: fields.thread_ts }
  const message = { type: 'message', subtype: 'bot_message', text, ts, bot_id: 'B0DEMOBOT1', ...thread }
  return answered({ channel: channel.id, ts, message })
}

function permalink(request: SandboxRequest): SandboxResponse {
  const { channel: raw, message_ts: ts } = argumentsOf(request)
  const channel = channelNamed(raw)
  if (!channel) return refused('channel_not_found')
  if (typeof ts !== 'string' || !/^\d+\.\d+$/.test(ts)) return refused('message_not_found')
  const link = `https://atlas-demo.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`
  return answered({ channel: channel.id, permalink: link })
}

function conversations(request: SandboxRequest): SandboxResponse {
  const { types = 'public_channel', exclude_archived, limit = '100', cursor = '' } = argumentsOf(request)
  const wanted = `${types}`.split(',')
  const listed = channels
    .filter((channel) => wanted.includes(channel.private ? 'private_channel' : 'public_channel'))
    .filter((channel) => `${exclude_archived}` !== 'true' || !channel.archived)
  const start = cursor === '' ? 0 : Number.parseInt(`${cursor}`.replace(/^next:/, ''), 10)
  if (!Number.isInteger(start)) return refused('invalid_cursor')
  const end = start + Math.max(1, Number(limit) || 100)
  const next = end < listed.length ? `next:${end}` : ''
  return answered({ channels: listed.slice(start, end).map(toListed), response_metadata: { next_cursor: next } })
}

function toListed({ id, name, member, archived = false, private: isPrivate = false }: Channel): Fields {
  return {
    id,
    name,
    name_normalized: name,
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_private: isPrivate,
    is_archived: archived,
    is_member: member,
    is_general: name === 'general',
    num_members: 4,
  }
}

function identity(): SandboxResponse {
  return answered({
    url: 'https://atlas-demo.slack.com/',
    team: 'Atlas Demo',
    user: 'atlas',
    team_id: 'T0DEMOTEAM',
    user_id: 'U0DEMOUSER',
    bot_id: 'B0DEMOBOT1',
    is_enterprise_install: false,
  })
}

const methods: Readonly<Record<string, (request: SandboxRequest, context: SandboxContext) => SandboxResponse>> = {
  'auth.test': identity,
  'chat.postMessage': postMessage,
  'chat.getPermalink': permalink,
  'conversations.list': conversations,
}

function methodOf(path: string): string {
  return path.replace(/^\/api\//, '')
}

function refusedToken(request: SandboxRequest): SandboxResponse | undefined {
  const bearer = request.headers.get('authorization')?.replace(/^Bearer /, '')
  const token = bearer ?? argumentsOf(request).token
  if (token === undefined || token === '') return refused('not_authed')
  return token === botToken ? undefined : refused('invalid_auth')
}

function hasEffect({ path }: SandboxRequest): boolean {
  return path === '/api/chat.postMessage'
}

/** A permission and a token are refused with HTTP 200 at Slack; the rest keeps its status. */
const errorCodes: Readonly<Record<number, { error: string; status?: number; needed?: string; provided?: string }>> = {
  401: { error: 'invalid_auth', status: 200 },
  403: { error: 'missing_scope', status: 200, needed: 'chat:write', provided: 'channels:read' },
  429: { error: 'ratelimited' },
  500: { error: 'internal_error' },
  503: { error: 'service_unavailable' },
}

export const slackSandbox: Sandbox = {
  provider: 'slack',
  demoCredential: { botToken },
  demoSettings: { defaultChannel: '#general', routes: { agents: '#agents' } },
  errorBody(status, reason) {
    const { status: told, ...code } = errorCodes[status] ?? { error: 'fatal_error' }
    const body = { ok: false, ...code, response_metadata: { messages: [reason] } }
    return told === undefined ? { body } : { body, status: told }
  },
  hasEffect,
  handle(request, context) {
    const name = methodOf(request.path)
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    if (!request.path.startsWith('/api/') || !method) return refused('unknown_method', { req_method: name })
    return refusedToken(request) ?? method(request, context)
  },
  faults: [
    {
      id: 'not_in_channel',
      title: 'The bot is not in the channel',
      effect: 'Every message is refused with not_in_channel until the bot is invited.',
      answer: (request) => (hasEffect(request) ? refused('not_in_channel') : undefined),
    },
    {
      id: 'token_revoked',
      title: 'The token was revoked',
      effect: 'Every request is refused with token_revoked.',
      answer: () => refused('token_revoked'),
    },
    {
      id: 'missing_scope',
      title: 'The token lacks the scope to post',
      effect: 'Every message is refused with missing_scope.',
      answer: (request) =>
        hasEffect(request) ? refused('missing_scope', { needed: 'chat:write', provided: 'channels:read' }) : undefined,
    },
  ],
}
