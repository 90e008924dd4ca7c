/** What Stripe's refusals mean, by type, code and reason of decline. */
import { z } from 'zod'
import { type Failure, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'

const ErrorBody = z.object({
  error: z.object({
    type: z.string(),
    code: z.string().optional(),
    decline_code: z.string().optional(),
    message: z.string().default(''),
    param: z.string().optional(),
  }),
})
type Told = z.infer<typeof ErrorBody>['error']

/** Why a bank said no, as a person understands it. */
const declines: Readonly<Record<string, string>> = {
  authentication_required: 'the bank wants the customer to confirm the payment. Send them the page of the invoice',
  card_not_supported: 'the card does not do this kind of purchase. The customer needs another one',
  card_velocity_exceeded: 'the card is over its limit. The customer can try later or use another one',
  currency_not_supported: 'the card does not pay in this currency',
  do_not_honor: 'the bank gave no reason. The customer must ask it',
  expired_card: 'the card has expired. The customer needs another one',
  fraudulent: 'Stripe takes it for fraud. Do not tell the customer more than that the card was declined',
  generic_decline: 'the bank gave no reason. The customer must ask it',
  incorrect_cvc: 'the security code is wrong',
  incorrect_number: 'the number of the card is wrong',
  insufficient_funds: 'there is not enough money on the account',
  lost_card: 'the card was declined. The customer needs another one',
  pickup_card: 'the card cannot be used. The customer must ask the bank',
  processing_error: 'the card could not be processed. It may work in a moment',
  stolen_card: 'the card was declined. The customer needs another one',
  try_again_later: 'the bank gave no reason. It may work later',
  withdrawal_count_limit_exceeded: 'the account is over its limit',
}

const keys = { label: 'Open API keys at Stripe', href: 'https://dashboard.stripe.com/apikeys' }

function declined({ decline_code, code, message }: Told): Failure {
  const reason = decline_code ?? code ?? 'card_declined'
  const why = declines[reason] ?? declines[code ?? ''] ?? message.slice(0, 300)
  return failed('rejected', `The card was declined: ${why}.`, { code: reason }).failure
}

/** Restricted keys: Stripe names the permission that would do. */
function notPermitted({ message, code }: Told): Failure {
  const permission = /\b(rak_\w+|\w+_(?:read|write))\b/.exec(message)?.[1]
  const steps = [
    'Open https://dashboard.stripe.com/apikeys and the restricted key that is used here',
    permission ? `Grant it ${permission}` : 'Grant it the permission that is named above',
    'Save, then test the connection again',
  ]
  const named = permission ? ` It lacks ${permission}.` : ''
  return failed('forbidden', `The key may not do this.${named} Stripe says: ${message.slice(0, 300)}`, {
    code: code ?? '403',
    action: { ...keys, steps },
  }).failure
}

function fieldsOf({ param, message }: Told) {
  return param === undefined ? {} : { fields: [{ path: param, message: message.slice(0, 200) }] }
}

type Judge = (told: Told, status: number) => Failure | undefined

/** Codes that say more than their type. */
const byCode: Readonly<Record<string, Judge>> = {
  lock_timeout: ({ code }) =>
    failed('unavailable', 'Stripe is changing the same object for somebody else; it is tried again.', {
      code: `${code}`,
      retryAfterMs: 1_000,
    }).failure,
  idempotency_key_in_use: ({ code }) =>
    failed('unavailable', 'Stripe is still working on an earlier try of this same order; it is asked again.', {
      code: `${code}`,
      retryAfterMs: 1_000,
    }).failure,
  resource_missing: (told) =>
    failed('not_found', `Stripe does not know it: ${told.message.slice(0, 300)}`, { code: `${told.code}`, ...fieldsOf(told) })
      .failure,
}

const byType: Readonly<Record<string, Judge>> = {
  card_error: declined,
  idempotency_error: ({ message }) =>
    failed(
      'conflict',
      `Stripe already took an order under this job's key, with other content. Look in its log before you order it anew. Stripe says: ${message.slice(0, 200)}`,
      { code: 'idempotency_error', action: { label: 'See requests at Stripe', href: 'https://dashboard.stripe.com/logs' } },
    ).failure,
  invalid_request_error: (told, status) =>
    status >= 500
      ? undefined
      : failed('rejected', `Stripe refused it: ${told.message.slice(0, 300)}`, {
          code: told.code ?? told.type,
          ...fieldsOf(told),
        }).failure,
}

function byStatus(told: Told, status: number): Failure | undefined {
  if (status === 401) {
    return failed('unauthorized', 'Stripe does not accept the key: it is wrong, revoked or has expired. Connect a new one.', {
      code: told.code ?? '401',
      action: keys,
    }).failure
  }
  return status === 403 ? notPermitted(told) : undefined
}

export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = ErrorBody.safeParse(body)
  if (status < 400 || !parsed.success) return undefined
  const told = parsed.data.error
  const known = byStatus(told, status) ?? byCode[told.code ?? '']?.(told, status)
  // Too many requests and Stripe's own troubles are told by the status, with the time to come back.
  if (known || status === 429 || status >= 500) return known
  return byType[told.type]?.(told, status)
}
