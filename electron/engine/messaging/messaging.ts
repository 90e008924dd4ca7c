/** Messaging of one tenant, as the contract offers it. */
import type { Area } from '../engine.ts'
import type { Conversations } from './conversations.ts'

const pageLength = 50

export function createMessaging(conversations: Conversations, defaultChat: (tenantId: string) => string | null) {
  return (tenantId: string): Area<'messaging'> => ({
    conversations: async (input) => ({
      items: conversations.list(tenantId, input?.provider, defaultChat(tenantId)),
      nextCursor: null,
    }),
    messages: async ({ id, cursor, limit = pageLength }) => conversations.messages(tenantId, id, { cursor, limit }),
  })
}
