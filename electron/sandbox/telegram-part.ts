/** What the methods of Telegram's stand-in share: its bot, its chats, how it answers and what it refuses. */
import type { Incoming } from '../kit/define.ts'
import type { SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { faultOfMarkdown } from './telegram-markdown.ts'

export const bot = {
  id: 7_000_000_001,
  is_bot: true,
  first_name: 'Atlas (Demo)',
  username: 'atlas_demo_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
}
const longestText = 4_096

export interface Chat {
  id: number
  type: 'private' | 'group' | 'supergroup' | 'channel'
  title?: string
  first_name?: string
  username?: string
}

export const supergroup: Chat = { id: -1_001_234_567_890, type: 'supergroup', title: 'Demo Team' }
export const operatorChat = 100_200_300

const chats: readonly Chat[] = [
  { id: operatorChat, type: 'private', first_name: 'Demo Operator', username: 'demo_operator' },
  supergroup,
  { id: -1_009_876_543_210, type: 'channel', title: 'Demo News', username: 'atlas_demo_news' },
]
/** A group that became a supergroup, and somebody who blocked the bot. */
export const movedChat = -400_400
export const blockedChat = 403_403
/** A chat that does not exist, and one whose line is cut after the message went through. */
const missingChat = 404_404
export const lostChat = 504_504

export type Fields = Record<string, unknown>

export function refused(status: number, description: string, parameters?: Fields): SandboxResponse {
  return { status, body: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) } }
}

export const chatNotFound = () => refused(400, 'Bad Request: chat not found')

export function answered(result: unknown): SandboxResponse {
  return { status: 200, body: { ok: true, result } }
}

/** Arguments come in the query, as a form or as JSON; later ones count. */
export function argumentsOf({ query, body }: SandboxRequest): Fields {
  const posted = typeof body === 'object' && body !== null ? (body as Fields) : {}
  return { ...Object.fromEntries(query), ...posted }
}

export function toPrivateChat({ chatId, chatTitle }: Incoming): Chat {
  return { id: Number(chatId), type: 'private', first_name: chatTitle }
}

/** A bot knows the chats it is in and everybody who wrote to it; any other number is taken for somebody who did so long ago. */
export function chatNamed(raw: unknown, context: SandboxContext): Chat | undefined {
  const wanted = String(raw)
  const known = chats.find(({ id, username }) => String(id) === wanted || (username && `@${username}` === wanted))
  if (known) return known
  const writer = context.written(0).find((one) => one.press === undefined && one.chatId === wanted)
  if (writer && writer.press === undefined) return toPrivateChat(writer)
  const number = Number(wanted)
  const isSomebody = Number.isSafeInteger(number) && number > 0 && number !== missingChat
  return isSomebody ? { id: number, type: 'private', first_name: `Chat ${number}` } : undefined
}

export function faultOfText({ text, parse_mode: mode }: Fields): SandboxResponse | undefined {
  if (typeof text !== 'string' || text.trim() === '') return refused(400, 'Bad Request: message text is empty')
  if (text.length > longestText) return refused(400, 'Bad Request: message is too long')
  if (mode === undefined) return undefined
  if (mode !== 'MarkdownV2') return refused(400, 'Bad Request: unsupported parse_mode')
  const fault = faultOfMarkdown(text)
  return fault === undefined ? undefined : refused(400, `Bad Request: can't parse entities: ${fault}`)
}
