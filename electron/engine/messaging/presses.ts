/** Buttons that people pressed: only whom the tenant named decides by one, and everybody is told what came of it. */
import { priorities } from '#shared/job'
import type { AnyProvider, Press } from '../../kit/define.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Change } from '../database/writer.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'

/**
 * Takes a press by somebody who may decide, inside the change that moves the cursor: whatever it writes there happens exactly
 * once. Answers what the person is told (at most 200 characters count), undefined where nobody knows this button any more.
 * Must not throw: the press would come again for ever.
 */
export type OnPress = (tx: Change, tenantId: string, provider: string, press: Press) => string | undefined

export interface PressDeps {
  audit: AuditAppender
  enqueuer: Pick<Enqueuer, 'prepare' | 'place'>
  connections: { settings(tenantId: string, provider: string): Record<string, unknown> }
  onPress: OnPress
}

/** What a person is told whose press nobody takes. */
export const nothingToDo = 'This button no longer does anything.'
/** What somebody is told who may not decide. */
const mayNot = 'You may not decide this.'
const longestAnswer = 200

/** Numbers alone: a chat with a public @name is everybody's. */
function mayDecide(settings: Record<string, unknown>, chatId: string): boolean {
  const { defaultChatId, operatorChatIds } = settings
  return chatId === defaultChatId || (Array.isArray(operatorChatIds) && operatorChatIds.includes(chatId))
}

/** Takes presses as they come in. Call inside the change that moves the cursor. */
export function createPresses({ audit, enqueuer, connections, onPress }: PressDeps) {
  const actor = { kind: 'system', id: 'receiver' } as const

  return (tx: Change, tenantId: string, provider: AnyProvider, press: Press): void => {
    const { pressId, chatId, messageId, from } = press
    const allowed = mayDecide(connections.settings(tenantId, provider.id), chatId)
    const taken = allowed ? onPress(tx, tenantId, provider.id, press) : mayNot
    audit.append(tenantId, {
      actor,
      action: allowed ? 'press.received' : 'press.refused',
      outcome: allowed ? 'ok' : 'refused',
      target: { kind: 'press', id: pressId },
      detail: { provider: provider.id, chatId, messageId, personId: from.id, taken: allowed && taken !== undefined },
    })
    const action = provider.receive?.pressAnswer
    if (action === undefined) return
    const text = (taken ?? nothingToDo).slice(0, longestAnswer)
    const input = { provider: provider.id, action, input: { pressId, text } }
    const order = { kind: 'ACTION_RUN', input, key: `press/${provider.id}/${pressId}`, priority: priorities.high } as const
    enqueuer.place(tx, enqueuer.prepare(tenantId, order), actor)
  }
}
