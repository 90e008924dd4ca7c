/** States of subscriptions and invoices in our own shapes and words. What a service calls anew is shown by its own word. */
import type { StatusWord } from '../../ui/status.ts'

const subscriptionWords: Readonly<Record<string, StatusWord>> = {
  active: { word: 'Active', shape: 'filled-circle', tone: 'ok', means: 'Paid until the end of the period.' },
  trialing: { word: 'Trial', shape: 'clock', tone: 'info', means: 'Nothing is charged until the trial ends.' },
  incomplete: { word: 'Not begun', shape: 'hand', tone: 'human', means: 'The first invoice waits to be paid.' },
  incomplete_expired: { word: 'Never begun', shape: 'slash', tone: 'idle', means: 'The first invoice was not paid in time.' },
  past_due: { word: 'Past due', shape: 'triangle', tone: 'warn', means: 'The latest payment failed; it is tried again.' },
  unpaid: { word: 'Unpaid', shape: 'cross', tone: 'bad', means: 'Payments failed and nothing more is tried.' },
  paused: { word: 'Paused', shape: 'clock', tone: 'idle', means: 'A trial ended without a way to pay.' },
  canceled: { word: 'Ended', shape: 'slash', tone: 'idle', means: 'It is over.' },
}

const ending: StatusWord = {
  word: 'Ends',
  shape: 'half-circle',
  tone: 'warn',
  means: 'Cancelled; it goes on until the paid period is over.',
}

const invoiceWords: Readonly<Record<string, StatusWord>> = {
  draft: { word: 'Draft', shape: 'hollow-circle', tone: 'idle', means: 'It can still change.' },
  open: { word: 'Open', shape: 'hand', tone: 'human', means: 'It waits to be paid.' },
  paid: { word: 'Paid', shape: 'check', tone: 'ok', means: 'It is paid.' },
  uncollectible: { word: 'Written off', shape: 'cross', tone: 'bad', means: 'Nobody expects it to be paid.' },
  void: { word: 'Void', shape: 'slash', tone: 'idle', means: 'It was cancelled.' },
}

function strange(word: string): StatusWord {
  return { word, shape: 'ring', tone: 'idle', means: 'The service’s own word.' }
}

export function subscriptionWord(status: string, endsAtPeriodEnd: boolean): StatusWord {
  if (endsAtPeriodEnd && (status === 'active' || status === 'trialing')) return ending
  return subscriptionWords[status] ?? strange(status)
}

export function invoiceWord(status: string): StatusWord {
  return invoiceWords[status] ?? strange(status)
}
