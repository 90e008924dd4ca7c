/** How far an outgoing message got, as rungs of the delivery ladder. Pure. */
import type { JobDetail } from '#shared/contract/jobs'
import type { Message } from '#shared/contract/messaging'
import type { NameOf } from '../../names.ts'

/** Where an order stands, as messages and jobs both tell it. */
export type Delivery = Pick<NonNullable<Message['job']>, 'state' | 'provider' | 'attempts' | 'fallbackFrom' | 'failure'>

export interface Ladder {
  /** Rungs left behind; only what was observed. */
  past: readonly string[]
  now: string
  /** Rungs to come, if all goes well. */
  ahead: readonly string[]
}

const ladders: Readonly<Record<Delivery['state'], Ladder>> = {
  queued: { past: [], now: 'Queued', ahead: ['Sending', 'Accepted'] },
  waiting: { past: ['Queued'], now: 'Waiting', ahead: ['Sending', 'Accepted'] },
  running: { past: ['Queued'], now: 'Sending', ahead: ['Accepted'] },
  succeeded: { past: ['Queued', 'Sending'], now: 'Accepted', ahead: [] },
  failed: { past: ['Queued', 'Sending'], now: 'Failed', ahead: [] },
  unknown: { past: ['Queued', 'Sending'], now: 'Outcome unknown', ahead: [] },
  cancelled: { past: ['Queued'], now: 'Cancelled', ahead: [] },
}

/** The rungs: Queued, Sending, then how it ended, by whom it was accepted and after how many attempts. */
export function ladderOf({ state, provider, attempts, failure }: Delivery, nameOf: NameOf): Ladder {
  const ladder = ladders[state]
  // An answer clears the failure; where it stands, nobody answered and a person looked instead.
  if (state === 'succeeded' && failure) return { ...ladder, now: 'A person found that it went out' }
  if (state === 'succeeded') return { ...ladder, now: provider ? `Accepted by ${nameOf(provider)}` : ladder.now }
  if (state === 'queued' && attempts > 0) return { ...ladder, now: `Queued again after ${count(attempts)}` }
  if (state === 'failed' && attempts === 0) return { ...ladder, past: ['Queued'], now: 'Failed before it was sent' }
  if (state === 'failed' && attempts > 1) return { ...ladder, now: `Failed after ${count(attempts)}` }
  return ladder
}

function count(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`
}

/** "Microsoft 365 failed → sent through Resend"; undefined where nothing fell over. */
export function fallbackSentence({ state, provider, fallbackFrom }: Delivery, nameOf: NameOf): string | undefined {
  if (!fallbackFrom) return undefined
  const next = provider ? nameOf(provider) : 'another service'
  return `${nameOf(fallbackFrom)} failed → ${state === 'succeeded' ? 'sent through' : 'went on to'} ${next}`
}

/** The same, read from a whole job. */
export function deliveryOf({ state, provider, attempts, history, failure }: JobDetail): Delivery {
  const others = history.filter((attempt) => attempt.provider !== null && attempt.provider !== provider)
  return {
    state,
    provider: provider ?? null,
    attempts,
    fallbackFrom: others.at(-1)?.provider ?? null,
    failure: failure?.message ?? null,
  }
}
