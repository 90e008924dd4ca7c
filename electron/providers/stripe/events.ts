/** Stripe's events: proven by signature, asked for where no webhook reaches, and the object behind each asked for anew. */
import type { ServiceEvent } from '#shared/billing'
import { AppError, failed } from '#shared/failure'
import { formatMoney } from '#shared/money'
import { spans } from '#shared/time'
import type { BillingRoom, RefetchedObject, WebhookDelivery } from '../../kit/billing.ts'
import { idOf, isTestKey, type StripeCall, type StripeCredential, type StripeSettings, withStripe } from './client.ts'
import { toEvent, toInvoice } from './shapes.ts'

/** Seconds for which a signature is good, as Stripe advises. */
const toleranceSeconds = 300
/** What the billing area wants to hear of. */
const types = [
  'checkout.session.completed',
  'customer.created',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'payment_method.attached',
  'payment_method.detached',
  'setup_intent.succeeded',
  'product.created',
  'product.updated',
  'price.created',
]

const unproven = () =>
  failed('unauthorized', 'This delivery was not signed with the signing secret of the webhook, or is older than five minutes.')

async function prove(delivery: WebhookDelivery, { webhookSecret }: StripeCredential): Promise<ServiceEvent> {
  if (!webhookSecret) throw unproven()
  const { Stripe } = await import('stripe')
  const { body, signature, receivedAt } = delivery
  const provider = Stripe.createSubtleCryptoProvider()
  const signed = await Stripe.webhooks
    .constructEventAsync(body, signature, webhookSecret, toleranceSeconds, provider, receivedAt)
    // Whatever was wrong with it, whoever sent it learns no more than that.
    .catch(() => undefined)
  if (!signed) throw unproven()
  return toEvent(signed)
}

/** Stripe lists the newest first, so nothing is handed on before the oldest page is there. */
async function eventsSince(call: StripeCall, from: number): Promise<ServiceEvent[]> {
  const created = { gte: Math.floor(from / spans.second) }
  const events: ServiceEvent[] = []
  for (;;) {
    const last = events.at(-1)
    const page = await withStripe(call, 'ask', (stripe) =>
      stripe.events.list({ created, types, limit: 100, ...(last ? { starting_after: last.id } : {}) }),
    )
    events.push(...page.data.map(toEvent))
    if (!page.has_more || page.data.length === 0) return events.reverse()
  }
}

/** An invoice whose payment failed and is still open is a person's matter. */
function toInvoiceState(invoice: unknown, type: string): RefetchedObject {
  const { status, number, id, due, customer } = toInvoice(invoice)
  const failing = type === 'invoice.payment_failed' || type === 'invoice.payment_action_required'
  if (!failing || status !== 'open') return { state: status }
  const title = `A payment of ${formatMoney(due, 'en')} failed`
  const message = `Invoice ${number ?? id} of ${customer ?? 'a customer'} is not paid. Stripe tries again by its own rules; the customer can pay on the page of the invoice.`
  return { state: status, unpaid: { title, message } }
}

const asking: Readonly<Record<string, (call: StripeCall, id: string, type: string) => Promise<RefetchedObject>>> = {
  invoice: async (call, id, type) =>
    toInvoiceState(await withStripe(call, 'ask', (stripe) => stripe.invoices.retrieve(id)), type),
  subscription: async (call, id) => ({
    state: (await withStripe(call, 'ask', (stripe) => stripe.subscriptions.retrieve(id))).status,
  }),
  'checkout.session': async (call, id) => {
    const { status } = await withStripe(call, 'ask', (stripe) => stripe.checkout.sessions.retrieve(id))
    return { state: status ?? 'open' }
  },
  product: async (call, id) => {
    const { active } = await withStripe(call, 'ask', (stripe) => stripe.products.retrieve(id))
    return { state: active ? 'active' : 'archived' }
  },
  payment_method: async (call, id) => {
    const method = await withStripe(call, 'ask', (stripe) => stripe.paymentMethods.retrieve(id))
    return { state: idOf(method.customer) === null ? 'detached' : 'attached' }
  },
}

async function refetch(call: StripeCall, { object, type }: ServiceEvent): Promise<RefetchedObject | undefined> {
  const ask = asking[object.kind]
  if (!ask || object.id === null) return undefined
  try {
    return await ask(call, object.id, type)
  } catch (error) {
    const kind = error instanceof AppError ? error.failure.kind : undefined
    if (kind === 'not_found') return { state: 'deleted' }
    // A restricted key may not read every kind of object; the event itself is still worth keeping.
    if (kind === 'forbidden') return undefined
    throw error
  }
}

export const billing: BillingRoom<StripeCredential, StripeSettings> = {
  isTest: ({ secretKey }) => isTestKey(secretKey),
  provesWebhooks: ({ webhookSecret }) => webhookSecret !== undefined,
  prove,
  eventsSince,
  keepsEventsMs: 30 * spans.day,
  refetch,
}
