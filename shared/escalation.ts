/** Who is told when something needs a person, how, and after how long. */
import { z } from 'zod'

/**
 * A person of the chain.
 *
 * Units  afterMinutes: minutes a notice may stay open and unacknowledged before this person is told; 0 is at once
 */
export const EscalationPerson = z
  .strictObject({
    name: z.string().trim().min(1).max(80),
    channel: z.enum(['telegram', 'email']),
    /** An e-mail address, or a Telegram chat by number or @name. */
    address: z.string().trim().min(1).max(320),
    afterMinutes: z.int().min(0).max(10_080),
  })
  .superRefine(({ channel, address }, context) => {
    const ok = channel === 'email' ? z.email().safeParse(address).success : /^(-?\d{1,16}|@\w{4,64})$/.test(address)
    const message = channel === 'email' ? 'must be an e-mail address' : 'must be a chat number or an @name'
    if (!ok) context.addIssue({ code: 'custom', path: ['address'], message })
  })
/** A person of the chain. */
export type EscalationPerson = z.infer<typeof EscalationPerson>

/** The chain, in the order in which people are told; each way to a person stands in it once. */
export const EscalationChain = z
  .array(EscalationPerson)
  .max(10)
  .superRefine((people, context) => {
    const seen = new Set<string>()
    for (const [at, person] of people.entries()) {
      const key = personKey(person)
      if (seen.has(key)) context.addIssue({ code: 'custom', path: [at, 'address'], message: 'stands in the chain already' })
      seen.add(key)
    }
  })

/** What tells one person from another: the way on which they are told. */
export function personKey({ channel, address }: Pick<EscalationPerson, 'channel' | 'address'>): string {
  return `${channel}:${address.toLowerCase()}`
}
