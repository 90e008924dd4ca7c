/** Telegram's stand-in: one bot of the Bot API, a few pretended chats, and people who can write to it. */
import type { Incoming } from '../kit/define.ts'
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { faultOfMarkdown } from './telegram-markdown.ts'

const botToken = '7000000001:AA-demo-stand-in-only-secret-to-nobody'
const bot = {
  id: 7_000_000_001,
  is_bot: true,
  first_name: 'Atlas (Demo)',
  username: 'atlas_demo_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
}
const longestText = 4_096
const longestPollSeconds = 50

interface Chat {
  id: number
  type: 'private' | 'group' | 'supergroup' | 'channel'
  title?: string
  first_name?: string
  username?: string
}

const supergroup: Chat = { id: -1_001_234_567_890, type: 'supergroup', title: 'Demo Team' }
const operatorChat = 100_200_300

const chats: readonly Chat[] = [
  { id: operatorChat, type: 'private', first_name: 'Demo Operator', username: 'demo_operator' },
  supergroup,
  { id: -1_009_876_543_210, type: 'channel', title: 'Demo News', username: 'atlas_demo_news' },
]
/** A group that became a supergroup, and somebody who blocked the bot. */
const movedChat = -400_400
const blockedChat = 403_403
/** A chat that does not exist, and one whose line is cut after the message went through. */
const missingChat = 404_404
const lostChat = 504_504

type Fields = Record<string, unknown>

function refused(status: number, description: string, parameters?: Fields): SandboxResponse {
  return { status, body: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) } }
}

const chatNotFound = () => refused(400, 'Bad Request: chat not found')

function answered(result: unknown): SandboxResponse {
  return { status: 200, body: { ok: true, result } }
}

/** Arguments come in the query, as a form or as JSON; later ones count. */
function argumentsOf({ query, body }: SandboxRequest): Fields {
  const posted = typeof body === 'object' && body !== null ? (body as Fields) : {}
  return { ...Object.fromEntries(query), ...posted }
}

function toPrivateChat({ chatId, chatTitle }: Incoming): Chat {
  return { id: Number(chatId), type: 'private', first_name: chatTitle }
}

/** A bot knows the chats it is in and everybody who wrote to it; any other number is taken for somebody who did so long ago. */
function chatNamed(raw: unknown, context: SandboxContext): Chat | undefined {
  const wanted = String(raw)
  const known = chats.find(({ id, username }) => String(id) === wanted || (username && `@${username}` === wanted))
  if (known) return known
  const writer = context.written(0).find(({ chatId }) => chatId === wanted)
  if (writer) return toPrivateChat(writer)
  const number = Number(wanted)
  const isSomebody = Number.isSafeInteger(number) && number > 0 && number !== missingChat
  return isSomebody ? { id: number, type: 'private', first_name: `Chat ${number}` } : undefined
}

function faultOfText({ text, parse_mode: mode }: Fields): SandboxResponse | undefined {
  if (typeof text !== 'string' || text.trim() === '') return refused(400, 'Bad Request: message text is empty')
  if (text.length > longestText) return refused(400, 'Bad Request: message is too long')
  if (mode === undefined) return undefined
  if (mode !== 'MarkdownV2') return refused(400, 'Bad Request: unsupported parse_mode')
  const fault = faultOfMarkdown(text)
  return fault === undefined ? undefined : refused(400, `Bad Request: can't parse entities: ${fault}`)
}

function sendMessage(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fields = argumentsOf(request)
  const { chat_id: chatId, text } = fields
  if (chatId === undefined || chatId === '') return refused(400, 'Bad Request: chat_id is empty')
  if (Number(chatId) === blockedChat) return refused(403, 'Forbidden: bot was blocked by the user')
  if (Number(chatId) === movedChat) {
    const description = 'Bad Request: group chat was upgraded to a supergroup chat'
    return refused(400, description, { migrate_to_chat_id: supergroup.id })
  }
  const chat = chatNamed(chatId, context)
  if (!chat) return chatNotFound()
  const fault = faultOfText(fields)
  if (fault) return fault
  const to = chat.title ?? chat.first_name ?? String(chat.id)
  const said = String(text)
  const number = context.deliver({ title: 'Message', to, text: said }, request)
  if (chat.id === lostChat) return { status: 200, reset: true }
  return answered({ message_id: number, from: bot, chat, date: Math.floor(context.now() / 1_000), text: said })
}

function getChat(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const chat = chatNamed(argumentsOf(request).chat_id, context)
  return chat ? answered({ ...chat, accent_color_id: 0, max_reaction_count: 11 }) : chatNotFound()
}

const confirmedKey = 'updates confirmed'

function confirmed(context: SandboxContext): number {
  return Number(context.recall(confirmedKey)?.body ?? 0)
}

function toUpdate(message: Incoming & { number: number }): Fields {
  const { number, author, text, at } = message
  const chat = toPrivateChat(message)
  const from = { id: chat.id, is_bot: false, first_name: author }
  return { update_id: number, message: { message_id: number, from, chat, date: Math.floor(at / 1_000), text } }
}

/** An offset confirms all updates below it; they are never told again. */
async function getUpdates(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const { offset, timeout = 0, limit = 100 } = argumentsOf(request)
  const after = offset === undefined ? confirmed(context) : Number(offset) - 1
  if (after > confirmed(context)) context.keep(confirmedKey, { status: 200, body: after })
  if (context.written(after).length === 0) {
    await context.waitForWriting(Math.min(Number(timeout), longestPollSeconds) * 1_000)
  }
  return answered(context.written(after).slice(0, Number(limit)).map(toUpdate))
}

type Method = (request: SandboxRequest, context: SandboxContext) => SandboxResponse | Promise<SandboxResponse>

const methods: Readonly<Record<string, Method>> = {
  getme: () => answered(bot),
  sendmessage: sendMessage,
  getchat: getChat,
  getupdates: getUpdates,
}

const pathPattern = /^\/bot([^/]+)\/(\w+)$/

function methodOf({ path }: SandboxRequest): string {
  return pathPattern.exec(path)?.[2]?.toLowerCase() ?? ''
}

const isSend = (request: SandboxRequest) => methodOf(request) === 'sendmessage'
const isPoll = (request: SandboxRequest) => methodOf(request) === 'getupdates'

const retryAfterSeconds = 5

export const telegramSandbox: Sandbox = {
  provider: 'telegram',
  demoCredential: { botToken },
  demoSettings: { defaultChatId: String(operatorChat) },
  errorBody(status, reason) {
    const parameters = status === 429 ? { retry_after: retryAfterSeconds } : undefined
    return { body: refused(status, reason, parameters).body }
  },
  hasEffect: isSend,
  isLongPoll: isPoll,
  handle(request, context) {
    const [, token = ''] = pathPattern.exec(request.path) ?? []
    if (!/^\d+:[\w-]+$/.test(token)) return refused(404, 'Not Found')
    if (token !== botToken) return refused(401, 'Unauthorized')
    const name = methodOf(request)
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    return method ? method(request, context) : refused(404, 'Not Found: method not found')
  },
  faults: [
    {
      id: 'chat_not_found',
      title: 'Telegram says: chat not found',
      effect: 'Every message is refused with 400 chat not found.',
      answer: (request) => (isSend(request) ? chatNotFound() : undefined),
    },
    {
      id: 'blocked',
      title: 'The bot was blocked',
      effect: 'Every message is refused with 403: the person blocked the bot.',
      answer: (request) => (isSend(request) ? refused(403, 'Forbidden: bot was blocked by the user') : undefined),
    },
    {
      id: 'token_revoked',
      title: 'The token was revoked',
      effect: 'Every request is refused with 401 Unauthorized.',
      answer: () => refused(401, 'Unauthorized'),
    },
    {
      id: 'webhook_set',
      title: 'A webhook is set',
      effect: 'Nothing is received: Telegram hands messages to a webhook instead.',
      answer: (request) =>
        isPoll(request)
          ? refused(
              409,
              "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
          : undefined,
    },
  ],
}
