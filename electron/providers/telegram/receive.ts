/** Receives what people write to the bot, by long poll; never touches a webhook that somebody else set. */
import { z } from 'zod'
import type { Incoming, Press } from '../../kit/define.ts'
import { Chat, kindOf, nameOf, titleOf } from './chat.ts'
import { callTelegram, type TelegramCall } from './client.ts'

const Message = z.object({
  message_id: z.int(),
  date: z.int(),
  chat: Chat,
  from: Chat.omit({ type: true }).optional(),
  author_signature: z.string().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
})

/** Only what is relied on: one odd message must not stop all that come after it. */
const Updates = z.array(z.looseObject({ update_id: z.int() }))

const Query = z.object({
  id: z.string().min(1).max(64),
  from: Chat.omit({ type: true }),
  /** Too old a message is told by its place alone. */
  message: z.object({ message_id: z.int(), chat: Chat }),
  data: z.string().min(1),
})

const media = ['photo', 'video', 'voice', 'audio', 'document', 'sticker', 'location', 'contact', 'poll'] as const

function textOf(message: z.infer<typeof Message>, raw: object): string {
  const kind = media.find((name) => name in raw)
  return message.text ?? message.caption ?? (kind ? `(${kind})` : '(no text)')
}

function toIncoming(update: z.infer<typeof Updates>[number]): Incoming[] {
  const raw = update.message ?? update.channel_post
  const parsed = Message.safeParse(raw)
  if (!parsed.success || typeof raw !== 'object' || raw === null) return []
  const { chat, from, author_signature: signature, message_id: id, date } = parsed.data
  const author = signature ?? (from && nameOf(from)) ?? titleOf(chat)
  return [
    {
      chatId: `${chat.id}`,
      chatTitle: titleOf(chat),
      chatKind: kindOf(chat),
      messageId: `${id}`,
      author,
      text: textOf(parsed.data, raw),
      at: date * 1_000,
    },
  ]
}

function toPress(update: z.infer<typeof Updates>[number], at: number): Press[] {
  const parsed = Query.safeParse(update.callback_query)
  if (!parsed.success) return []
  const { id, from, message, data } = parsed.data
  const person = { id: `${from.id}`, name: nameOf(from) ?? `${from.id}` }
  return [{ pressId: id, data, chatId: `${message.chat.id}`, messageId: `${message.message_id}`, from: person, at }]
}

/** The cursor is the offset to ask with next: asking with it confirms all before it. */
export async function poll(call: TelegramCall, cursor: string | undefined, waitSeconds: number) {
  const order = {
    timeout: waitSeconds,
    allowed_updates: ['message', 'channel_post', 'callback_query'] as const,
    ...(cursor === undefined ? {} : { offset: Number(cursor) }),
  }
  const updates = await callTelegram(call, 'ask', Updates, (api) => api.getUpdates(order))
  const last = updates.at(-1)
  // Telegram does not tell when a button was pressed.
  const presses = updates.flatMap((update) => toPress(update, call.now()))
  return { messages: updates.flatMap(toIncoming), presses, cursor: last ? `${last.update_id + 1}` : cursor }
}
