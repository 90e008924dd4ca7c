/** A chat as Telegram tells of it, and what people call it. */
import { z } from 'zod'

export const Chat = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  username: z.string().optional(),
})
export type Chat = z.infer<typeof Chat>

/** First and last name of a person, else the @name. */
export function nameOf({ first_name: first, last_name: last, username }: Omit<Chat, 'id' | 'type'>): string | undefined {
  const name = [first, last].filter(Boolean).join(' ')
  return name || (username === undefined ? undefined : `@${username}`)
}

export function titleOf(chat: Chat): string {
  return chat.title ?? nameOf(chat) ?? `${chat.id}`
}

/** Numbers cross the wire as numbers, @names as text. */
export function toWire(chatId: string): number | string {
  return /^-?\d{1,16}$/.test(chatId) ? Number(chatId) : chatId
}

const kinds: Readonly<Record<string, 'group' | 'channel'>> = { group: 'group', supergroup: 'group', channel: 'channel' }

export function kindOf({ type }: Chat): 'chat' | 'group' | 'channel' {
  return kinds[type] ?? 'chat'
}
