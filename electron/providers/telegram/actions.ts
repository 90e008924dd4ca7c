/** What Telegram does: sends a message in as many parts as it needs, and names a chat. */
import { z } from 'zod'
import type { ButtonRows } from '#shared/buttons'
import { AppError, type Failure, failed } from '#shared/failure'
import { TelegramSend } from '#shared/job-kinds'
import { defineAction } from '../../kit/define.ts'
import { keyboardOf } from './buttons.ts'
import { Chat, kindOf, titleOf, toWire } from './chat.ts'
import { callTelegram, type TelegramCall, type TelegramSettings } from './client.ts'
import { badMarkdown, newChatOf } from './refusals.ts'
import { splitText } from './split.ts'

/** How far a message got. Kept after each part, so that a later attempt goes on at the next. */
const Progress = z.object({
  messageIds: z.array(z.string()),
  chatId: z.string(),
  format: z.enum(['plain', 'markdown']),
})
type Progress = z.infer<typeof Progress>

const Sent = z.object({ message_id: z.int() })

function noChat(): AppError {
  const message =
    'The message names no chat, and Telegram has no default chat. Send /start to the bot, then set the default chat.'
  return failed('invalid', message, {
    fields: [{ path: 'chatId', message: 'is needed while there is no default chat' }],
    action: {
      label: 'Set the default chat',
      href: '/integrations/telegram',
      steps: [
        'Open the bot in Telegram and send /start to it',
        'The chat appears under Messaging; set it as the default chat',
        'Send the message again',
      ],
    },
  })
}

/** One part of a message; buttons stand below the last. */
interface Part {
  text: string
  buttons: ButtonRows | undefined
}

async function sendOnce(call: TelegramCall, { text, buttons }: Part, { chatId, format }: Progress): Promise<string> {
  const other = {
    ...(format === 'markdown' ? { parse_mode: 'MarkdownV2' as const } : {}),
    ...(buttons ? { reply_markup: keyboardOf(buttons) } : {}),
  }
  const sent = await callTelegram(call, 'fetch', Sent, (api) => api.sendMessage(toWire(chatId), text, other))
  return `${sent.message_id}`
}

/** What may be tried otherwise after a refusal: it certainly did not go out. Undefined: nothing. */
function remedyFor(failure: Failure, at: Progress): Progress | undefined {
  if (failure.code === badMarkdown && at.format === 'markdown') return { ...at, format: 'plain' }
  const chatId = newChatOf(failure)
  return chatId !== undefined && chatId !== at.chatId ? { ...at, chatId } : undefined
}

/** Sends one part; a text that Telegram cannot read goes as plain text, a chat that moved is followed. */
async function sendPart(call: TelegramCall, part: Part, start: Progress): Promise<Progress> {
  let at = start
  // A moved chat and unreadable markdown can both happen to one part, each once.
  for (let remedies = 0; ; remedies += 1) {
    try {
      const messageId = await sendOnce(call, part, at)
      return { ...at, messageIds: [...at.messageIds, messageId] }
    } catch (error) {
      const remedy = error instanceof AppError && remedies < 2 ? remedyFor(error.failure, at) : undefined
      if (!remedy) throw error
      at = await followed(call, at, remedy)
    }
  }
}

async function followed(call: TelegramCall, from: Progress, to: Progress): Promise<Progress> {
  const wasDefault = from.chatId !== to.chatId && call.settings.defaultChatId === from.chatId
  if (wasDefault) await call.patchSettings({ defaultChatId: to.chatId })
  return to
}

function chatOf({ chatId }: TelegramSend, { defaultChatId }: TelegramSettings): string | undefined {
  return chatId === undefined ? defaultChatId : `${chatId}`
}

/** Telegram counts groups, whose numbers are negative, more strictly. */
function bucketsOf(chatId: string | undefined): string[] {
  if (chatId === undefined) return ['bot']
  return chatId.startsWith('-') ? ['bot', `chat:${chatId}`, `group:${chatId}`] : ['bot', `chat:${chatId}`]
}

function startOf(input: TelegramSend, call: TelegramCall): Progress {
  const before = Progress.safeParse(call.progress)
  if (before.success) return before.data
  const chatId = chatOf(input, call.settings)
  if (chatId === undefined) throw noChat()
  return { messageIds: [], chatId, format: input.format ?? 'plain' }
}

export const sendMessage = defineAction({
  title: 'Send message',
  effect: 'Sends a message to a chat; a text longer than 4,096 characters goes in several, buttons below the last.',
  source: 'https://core.telegram.org/bots/api#sendmessage',
  repeat: 'unsafe',
  input: TelegramSend,
  output: z.strictObject({
    messageIds: z.array(z.string()),
    chatId: z.string(),
    format: z.enum(['plain', 'markdown']),
    parts: z.int(),
  }),
  lookup: 'Look for the message in the chat, in Telegram.',
  buckets: (input, settings: TelegramSettings) => bucketsOf(chatOf(input, settings)),
  subject: ({ chatId, text }) => `Telegram to ${chatId ?? 'the default chat'}: ${text}`.slice(0, 120),
  async run(input, call: TelegramCall) {
    const texts = splitText(input.text)
    const parts = texts.map((text, index): Part => ({ text, buttons: index === texts.length - 1 ? input.buttons : undefined }))
    let at = startOf(input, call)
    for (const part of parts.slice(at.messageIds.length)) {
      // One unreadable part does not take the format from the parts after it, but it is told.
      const next = await sendPart(call, part, { ...at, format: input.format ?? 'plain' })
      at = { ...next, format: at.format === 'plain' ? 'plain' : next.format }
      if (parts.length > 1) await call.remember(at)
    }
    return { ...at, parts: parts.length }
  },
})

export const getChat = defineAction({
  title: 'Name a chat',
  effect: 'Reads the name and kind of a chat that the bot knows.',
  source: 'https://core.telegram.org/bots/api#getchat',
  repeat: 'safe',
  input: z.strictObject({
    chatId: z.union([z.string().min(1).max(64), z.int()]).meta({ title: 'Chat', picker: 'chats' }),
  }),
  output: z.strictObject({ chatId: z.string(), title: z.string(), kind: z.enum(['chat', 'group', 'channel']) }),
  buckets: () => ['bot'],
  subject: ({ chatId }) => `Name of the Telegram chat ${chatId}`,
  async run({ chatId }, call: TelegramCall) {
    const chat = await callTelegram(call, 'ask', Chat, (api) => api.getChat(toWire(`${chatId}`)))
    return { chatId: `${chat.id}`, title: titleOf(chat), kind: kindOf(chat) }
  },
})
