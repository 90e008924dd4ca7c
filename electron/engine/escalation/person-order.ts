/** What is said to a person of the chain, as an order for the queue, by the way on which they are told. */
import type { EscalationPerson } from '#shared/escalation'
import type { JobOrder } from '../jobs/enqueue.ts'

/** A mail has a subject of its own; a chat takes one text. */
export interface Saying {
  subject: string
  mail: string
  chat: string
}

export function orderTo({ channel, address }: EscalationPerson, { subject, mail, chat }: Saying): JobOrder {
  return channel === 'email'
    ? { kind: 'EMAIL_SEND', input: { to: [address], subject, text: mail } }
    : { kind: 'TELEGRAM_SEND', input: { chatId: address, text: chat } }
}
