/** Telegram's stand-in: one bot of the Bot API, a few pretended chats, and people who can write to it. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse, Written } from './define.ts'
import { answerCallbackQuery, editMessageText, keepMessage, keyboardIn, messageKept, rowsOf } from './telegram-buttons.ts'
import {
  answered,
  argumentsOf,
  blockedChat,
  bot,
  chatNamed,
  chatNotFound,
  type Fields,
  faultOfText,
  lostChat,
  movedChat,
  operatorChat,
  refused,
  supergroup,
  toPrivateChat,
} from './telegram-part.ts'

const botToken = '7000000001:AA-demo-stand-in-only-secret-to-nobody'
const longestPollSeconds = 50

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
  const markup = keyboardIn(fields)
  const fault = faultOfText(fields) ?? markup.fault
  if (fault) return fault
  const to = chat.title ?? chat.first_name ?? String(chat.id)
  const said = String(text)
  const { keyboard } = markup
  const number = context.deliver({ title: 'Message', to, text: said, buttons: rowsOf(keyboard) }, request)
  const message = { message_id: number, from: bot, chat, date: Math.floor(context.now() / 1_000), text: said }
  const whole = keyboard ? { ...message, reply_markup: keyboard } : message
  keepMessage(context, whole)
  if (chat.id === lostChat) return { status: 200, reset: true }
  return answered(whole)
}

function getChat(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const chat = chatNamed(argumentsOf(request).chat_id, context)
  return chat ? answered({ ...chat, accent_color_id: 0, max_reaction_count: 11 }) : chatNotFound()
}

const confirmedKey = 'updates confirmed'

function confirmed(context: SandboxContext): number {
  return Number(context.recall(confirmedKey)?.body ?? 0)
}

const allowedKey = 'updates allowed'

/** Kinds of updates that are told; a request that names none leaves it as the last one said, at first everything. */
function allowedNow(asked: unknown, context: SandboxContext): (done: Written) => boolean {
  const before = context.recall(allowedKey)?.body
  const named = Array.isArray(asked) ? asked.map(String) : undefined
  if (named && JSON.stringify(named) !== JSON.stringify(before)) context.keep(allowedKey, { status: 200, body: named })
  const allowed = named ?? (Array.isArray(before) ? before.map(String) : [])
  return (done) => allowed.length === 0 || allowed.includes(done.press ? 'callback_query' : 'message')
}

function toUpdate(done: Written & { number: number }, context: SandboxContext): Fields {
  const { number } = done
  if (done.press) {
    const { pressId, data, messageId, from } = done.press
    const person = { id: Number(from.id), is_bot: false, first_name: from.name }
    const message = messageKept(context, Number(messageId))
    return { update_id: number, callback_query: { id: pressId, from: person, message, chat_instance: `${number}`, data } }
  }
  const chat = toPrivateChat(done)
  const from = { id: chat.id, is_bot: false, first_name: done.author }
  return { update_id: number, message: { message_id: number, from, chat, date: Math.floor(done.at / 1_000), text: done.text } }
}

/** An offset confirms all updates below it; they are never told again. */
async function getUpdates(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const { offset, timeout = 0, limit = 100, allowed_updates: asked } = argumentsOf(request)
  const after = offset === undefined ? confirmed(context) : Number(offset) - 1
  if (after > confirmed(context)) context.keep(confirmedKey, { status: 200, body: after })
  const isAllowed = allowedNow(asked, context)
  const waiting = () => context.written(after).filter(isAllowed)
  if (waiting().length === 0) await context.waitForWriting(Math.min(Number(timeout), longestPollSeconds) * 1_000)
  return answered(
    waiting()
      .slice(0, Number(limit))
      .map((done) => toUpdate(done, context)),
  )
}

type Method = (request: SandboxRequest, context: SandboxContext) => SandboxResponse | Promise<SandboxResponse>

const methods: Readonly<Record<string, Method>> = {
  getme: () => answered(bot),
  sendmessage: sendMessage,
  getchat: getChat,
  getupdates: getUpdates,
  editmessagetext: editMessageText,
  answercallbackquery: answerCallbackQuery,
}

const pathPattern = /^\/bot([^/]+)\/(\w+)$/

function methodOf({ path }: SandboxRequest): string {
  return pathPattern.exec(path)?.[2]?.toLowerCase() ?? ''
}

const isSend = (request: SandboxRequest) => methodOf(request) === 'sendmessage'
const effects = new Set(['sendmessage', 'editmessagetext', 'answercallbackquery'])
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
  hasEffect: (request) => effects.has(methodOf(request)),
  isLongPoll: isPoll,
  chatOf: (number, context) => {
    const message = messageKept(context, number)
    return message ? `${message.chat.id}` : undefined
  },
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
