/** How far an outgoing message got, in the words of the delivery ladder. Pure. */
import type { Message } from '#shared/contract/messaging'

type Delivery = NonNullable<Message['job']>

const rungs: Readonly<Record<Delivery['state'], string>> = {
  queued: 'Queued',
  running: 'Sending',
  waiting: 'Waits',
  succeeded: 'Accepted',
  failed: 'Failed',
  unknown: 'Outcome unknown',
  cancelled: 'Cancelled before it was sent',
}

/** "Accepted by resend, after microsoft failed" */
export function ladderOf({ state, provider, fallbackFrom, failure }: Delivery): string {
  const by = state === 'succeeded' && provider ? ` by ${provider}` : ''
  const after = fallbackFrom ? `, after ${fallbackFrom} failed` : ''
  const why = (state === 'failed' || state === 'unknown') && failure ? `: ${failure}` : ''
  return `${rungs[state]}${by}${after}${why}`
}
