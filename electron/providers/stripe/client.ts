/** The way to Stripe: its credential and settings, and the official SDK on our own fetch, one attempt a request. */
import type { Stripe } from 'stripe'
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import { Currency } from '#shared/money'
import { spans } from '#shared/time'
import type { Call } from '../../kit/call.ts'
import { Endpoint } from '../../kit/endpoints.ts'

export const StripeCredential = z.strictObject({
  secretKey: z
    .string()
    .regex(/^(sk|rk)_\w+$/, 'must start with sk_ or rk_')
    .max(300)
    .meta({
      title: 'Secret or restricted key',
      secret: true,
      env: 'STRIPE_SECRET_KEY',
      help: 'A restricted key (rk_) is best. A test key moves no money.',
    }),
  webhookSecret: z
    .string()
    .regex(/^whsec_\S+$/, 'must start with whsec_')
    .max(300)
    .optional()
    .meta({
      title: 'Signing secret of the webhook',
      secret: true,
      env: 'STRIPE_WEBHOOK_SECRET',
      help: 'Only where webhooks reach this machine. Without it, events are asked for every minute.',
    }),
})
export type StripeCredential = z.infer<typeof StripeCredential>

export const StripeSettings = z.strictObject({
  returnUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional()
    .meta({
      title: 'Return page',
      help: 'Where customers land after paying. Without one they land on stripe.com.',
    }),
  currency: Currency.optional().meta({ title: 'Currency', help: 'Of new plans, such as EUR.' }),
  endpoint: Endpoint.optional(),
})
export type StripeSettings = z.infer<typeof StripeSettings>

export type StripeCall = Call<StripeCredential, StripeSettings>

/** Whether a key belongs to a sandbox or test mode. */
export function isTestKey(key: string): boolean {
  return /^[sr]k_test_/.test(key)
}

/** Options of a request with an effect: Stripe answers a repeated one as it answered the first. */
export function once(call: StripeCall, step: string): { idempotencyKey: string } {
  return { idempotencyKey: `${call.key}-${step}` }
}

const Begun = z.object({ begunAt: z.number() })
/** A little less than Stripe keeps a key at least. */
const keyLivesMs = 23 * spans.hour

/**
 * Remembers when an order was begun, and refuses to send it again once Stripe may have forgotten its key.
 *
 * Why   a machine may sleep for days between an answer that was lost and the next try; a second subscription is a second bill
 */
export async function whileKeyLives(call: StripeCall): Promise<void> {
  const begun = Begun.safeParse(call.progress).data
  if (!begun) return call.remember({ begunAt: call.now() } satisfies z.input<typeof Begun>)
  if (call.now() - begun.begunAt <= keyLivesMs) return
  throw failed(
    'conflict',
    'This order was begun more than 23 hours ago and its answer was lost, so Stripe may have taken it and would not know it again. Look there first; where it is missing, order it anew.',
    { code: 'key_too_old', action: { label: 'Look at Stripe', href: 'https://dashboard.stripe.com/search' } },
  )
}

/**
 * Works with the SDK over the call: `fetch` for effects, `ask` for questions.
 *
 * Why   the SDK wraps what its transport throws; the failure that the call judged is the one that counts
 */
export async function withStripe<T>(call: StripeCall, how: 'fetch' | 'ask', work: (stripe: Stripe) => Promise<T>): Promise<T> {
  const { Stripe } = await import('stripe')
  const base = new URL(call.endpoint())
  let judged: unknown
  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    try {
      const { pathname, search } = new URL(String(input))
      return await call[how](`${call.endpoint()}${pathname}${search}`, init)
    } catch (error) {
      judged = error
      throw error
    }
  }
  const secure = base.protocol === 'https:'
  const stripe = new Stripe(call.credential.secretKey, {
    httpClient: Stripe.createFetchHttpClient(send),
    host: base.hostname,
    port: base.port || (secure ? '443' : '80'),
    protocol: secure ? 'https' : 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
  try {
    return await work(stripe)
  } catch (error) {
    if (judged instanceof AppError) throw judged
    if (error instanceof AppError) throw error
    if (error instanceof Stripe.errors.StripeError || judged !== undefined) {
      throw failed('unexpected', 'Stripe answered in a shape that is not its documented one.')
    }
    throw error
  }
}

/** The id in a field that holds an id or the object itself. */
export function idOf(value: string | { id: string } | null | undefined): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : value.id
}
