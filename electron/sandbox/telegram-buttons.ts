/** Buttons below messages at Telegram's stand-in: what keyboards it takes, answers to presses, changes of messages. */
import type { ButtonRows } from '#shared/buttons'
import { pressKey, type SandboxContext, type SandboxRequest, type SandboxResponse } from './define.ts'
import {
  answered,
  argumentsOf,
  bot,
  type Chat,
  chatNamed,
  chatNotFound,
  type Fields,
  faultOfText,
  refused,
} from './telegram-part.ts'

interface Keyboard {
  inline_keyboard: { text: string; callback_data: string }[][]
}

/** A message as it stands now. */
interface Kept {
  message_id: number
  from: typeof bot
  chat: Chat
  date: number
  text: string
  reply_markup?: Keyboard
}

const messageKey = (number: number) => `message/${number}`

export function keepMessage(context: SandboxContext, message: Kept): void {
  context.keep(messageKey(message.message_id), { status: 200, body: message })
}

export function messageKept(context: Pick<SandboxContext, 'recall'>, number: number): Kept | undefined {
  return context.recall(messageKey(number))?.body as Kept | undefined
}

const longestData = 64

function isButton(value: unknown): value is Keyboard['inline_keyboard'][number][number] {
  const { text, callback_data: data } = (value ?? {}) as Fields
  return typeof text === 'string' && text.trim() !== '' && typeof data === 'string'
}

const isKeyboard = (markup: unknown): markup is Keyboard => {
  const rows = ((markup ?? {}) as Fields).inline_keyboard
  return Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every(isButton))
}

/** The keyboard of a request, as an object or as JSON in a form; or why it would be refused. */
export function keyboardIn({ reply_markup: raw }: Fields): { keyboard?: Keyboard; fault?: SandboxResponse } {
  if (raw === undefined) return {}
  const markup: unknown = typeof raw === 'string' ? parsed(raw) : raw
  if (!isKeyboard(markup)) return { fault: refused(400, "Bad Request: can't parse reply keyboard markup JSON object") }
  const sizes = markup.inline_keyboard.flat().map((button) => new TextEncoder().encode(button.callback_data).length)
  if (sizes.some((size) => size === 0 || size > longestData)) return { fault: refused(400, 'Bad Request: BUTTON_DATA_INVALID') }
  return markup.inline_keyboard.length > 0 ? { keyboard: markup } : {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The buttons as the inbox shows them. */
export function rowsOf(keyboard: Keyboard | undefined): ButtonRows {
  return (keyboard?.inline_keyboard ?? []).map((row) => row.map((button) => ({ text: button.text, data: button.callback_data })))
}

/** A message of long ago whose words nobody remembers: whatever it is changed to is new. */
const oldMessage = 700_700

const unmodified =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'

export function editMessageText(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const fields = argumentsOf(request)
  const number = Number(fields.message_id)
  const chat = chatNamed(fields.chat_id, context)
  if (!chat) return chatNotFound()
  const before = messageKept(context, number)
  if (number !== oldMessage && before?.chat.id !== chat.id) return refused(400, 'Bad Request: message to edit not found')
  const { keyboard, fault } = keyboardIn(fields)
  const refusal = faultOfText(fields) ?? fault
  if (refusal) return refusal
  const text = String(fields.text)
  if (before?.text === text && JSON.stringify(before.reply_markup) === JSON.stringify(keyboard)) return refused(400, unmodified)
  const to = chat.title ?? chat.first_name ?? String(chat.id)
  context.deliver({ title: `Change of message ${number}`, to, text }, request)
  const date = before?.date ?? Math.floor(context.now() / 1_000)
  const message = { message_id: number, from: bot, chat, date, text, ...(keyboard ? { reply_markup: keyboard } : {}) }
  if (number !== oldMessage) {
    context.setButtons(number, rowsOf(keyboard))
    keepMessage(context, message)
  }
  return answered(message)
}

/** A press that can always be answered, as if it had just been made. */
const standingPress = '7000000001000000001'
const longestAnswer = 200
/** Telegram names no number; after a quarter of an hour nobody looks at the button any more. */
const longestWaitMs = 900_000

const goneQuery = () => refused(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid')

export function answerCallbackQuery(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const { callback_query_id: raw, text = '' } = argumentsOf(request)
  const id = String(raw ?? '')
  if (String(text).length > longestAnswer) return refused(400, 'Bad Request: MESSAGE_TOO_LONG')
  const standing = { at: context.now(), from: { name: 'Demo Operator' } }
  const press = id === standingPress ? standing : (context.recall(pressKey(id))?.body as typeof standing | undefined)
  const answeredKey = `answered/${id}`
  if (!press || context.now() - press.at > longestWaitMs || context.recall(answeredKey)) return goneQuery()
  context.deliver({ title: 'Answer to a press', to: press.from.name, text: String(text) || '(no words)' }, request)
  if (id !== standingPress) context.keep(answeredKey, { status: 200 })
  return answered(true)
}
