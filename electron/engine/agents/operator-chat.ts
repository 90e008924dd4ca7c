/** The operator's own chat: Telegram's default chat, where agents ask and tell. Messages go out as jobs, like everybody's. */
import { z } from 'zod'
import type { ButtonRows } from '#shared/buttons'
import { priorities } from '#shared/job'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import type { JobRow } from '../jobs/rows.ts'

export interface Said {
  /** The same key is the same message, however often it is said. */
  key: string
  text: string
  buttons?: ButtonRows
}

export interface OperatorChat {
  /** Undefined where Telegram is not connected or has no default chat. */
  chatOf(tenantId: string): string | undefined
  /** False where there is no chat. Call inside a change. */
  say(tx: Change, tenantId: string, said: Said): boolean
  /** Puts other words, without buttons, in place of what arrived under a key. Call inside a change. */
  amend(tx: Change, tenantId: string, key: string, text: string): void
}

export interface OperatorChatDeps {
  database: Database
  connections: Pick<ConnectionReader, 'isSet' | 'settings'>
  enqueuer: Pick<Enqueuer, 'prepare' | 'place'>
}

const provider = 'telegram'
const actor: Actor = { kind: 'system', id: 'operator-chat' }
const Arrived = z.object({ chatId: z.string(), messageIds: z.array(z.string()).min(1) })

export function createOperatorChat({ database, connections, enqueuer }: OperatorChatDeps): OperatorChat {
  const byKey = database.sqlite.prepare('SELECT * FROM jobs WHERE tenant_id = ? AND key = ?')

  function chatOf(tenantId: string): string | undefined {
    if (!connections.isSet(tenantId, provider)) return undefined
    const { defaultChatId } = connections.settings(tenantId, provider)
    return typeof defaultChatId === 'string' ? defaultChatId : undefined
  }

  return {
    chatOf,
    say(tx, tenantId, { key, text, buttons }) {
      const chatId = chatOf(tenantId)
      if (chatId === undefined) return false
      const input = { chatId, text, ...(buttons ? { buttons } : {}) }
      const order = { kind: 'TELEGRAM_SEND', input, key, priority: priorities.high } as const
      enqueuer.place(tx, enqueuer.prepare(tenantId, order), actor)
      return true
    },
    amend(tx, tenantId, key, text) {
      const sent = byKey.get(tenantId, key) as JobRow | undefined
      const arrived = Arrived.safeParse(sent?.result ? JSON.parse(sent.result) : undefined)
      if (!arrived.success) return
      const { chatId, messageIds } = arrived.data
      const input = { provider, action: 'message.edit', input: { chatId, messageId: messageIds.at(-1), text } }
      enqueuer.place(tx, enqueuer.prepare(tenantId, { kind: 'ACTION_RUN', input, key: `${key}/after` }), actor)
    },
  }
}
