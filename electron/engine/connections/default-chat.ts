/** The default Telegram chat: where agents tell their operator. It lies in the connection's settings. */
import { failed } from '#shared/failure'
import type { Area } from '../engine.ts'
import type { ConnectionKeeper } from './keeper.ts'
import type { ConnectionReader } from './rows.ts'

const provider = 'telegram'

export function createDefaultChat(connections: ConnectionReader, keeper: ConnectionKeeper) {
  function read(tenantId: string): string | null {
    const chat = connections.settings(tenantId, provider).defaultChatId
    return typeof chat === 'string' ? chat : null
  }
  return {
    read,
    forTenant: (tenantId: string): Area<'telegram'> => ({
      defaultChat: async () => ({ chatId: read(tenantId) }),
      async saveChat({ chatId }, actor) {
        const text = String(chatId)
        if (!/^(-?\d{1,16}|@\w{4,64})$/.test(text)) {
          const message = 'must be a chat number or an @name'
          throw failed('invalid', `The chat was refused: it ${message}.`, { fields: [{ path: 'chatId', message }] })
        }
        await keeper.storeSettings(
          tenantId,
          provider,
          { ...connections.settings(tenantId, provider), defaultChatId: text },
          actor,
        )
        return { chatId: text }
      },
    }),
  }
}
