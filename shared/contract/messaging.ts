/** Messaging: conversations with people, what was said, and the Telegram default chat. */
import { z } from 'zod'
import { JobState } from '#shared/job'
import { Instant } from '#shared/time'
import { PageQuery, ProviderId, pageOf, procedure } from './common.ts'

/** A conversation: a chat, a channel, or the mail with one address. */
export const Conversation = z.object({
  id: z.string(),
  provider: ProviderId,
  externalId: z.string(),
  title: z.string(),
  kind: z.enum(['chat', 'group', 'channel', 'email']),
  lastAt: Instant.nullable(),
  lastText: z.string().nullable(),
  isDefault: z.boolean(),
})
/** A conversation. */
export type Conversation = z.infer<typeof Conversation>

/** One message. Outgoing ones carry their job, whose state is the delivery ladder. */
export const Message = z.object({
  id: z.string(),
  direction: z.enum(['in', 'out']),
  at: Instant,
  author: z.string(),
  text: z.string(),
  providerMessageId: z.string().nullable(),
  job: z
    .object({
      id: z.string(),
      state: JobState,
      provider: z.string().nullable(),
      attempts: z.int(),
      failure: z.string().nullable(),
      fallbackFrom: z.string().nullable(),
    })
    .nullable(),
})
/** One message. */
export type Message = z.infer<typeof Message>

const ChatId = z.union([z.string().min(1).max(64), z.int()])

/** Procedures about conversations. */
export const messaging = {
  conversations: procedure
    .route({ method: 'GET', path: '/conversations', summary: 'Conversations, latest first' })
    .input(z.strictObject({ provider: ProviderId.optional() }).optional())
    .output(pageOf(Conversation)),
  messages: procedure
    .route({ method: 'GET', path: '/conversations/{id}/messages', summary: 'Messages of one conversation, newest first' })
    .input(z.strictObject({ id: z.string().max(64), ...PageQuery }))
    .output(pageOf(Message)),
}

/** The default Telegram chat, where agents tell their operator. */
export const telegram = {
  saveChat: procedure
    .route({ method: 'POST', path: '/telegram/save-chat', summary: 'Set the default Telegram chat' })
    .input(z.strictObject({ chatId: ChatId }))
    .output(z.object({ chatId: z.string() })),
  defaultChat: procedure
    .route({ method: 'GET', path: '/telegram/default-chat', summary: 'The default Telegram chat, or null' })
    .input(z.strictObject({}).optional())
    .output(z.object({ chatId: z.string().nullable() })),
}
