/** Subscriptions at Stripe: begun, previewed, changed, ended; and the invoices they bring. */
import type { Stripe } from 'stripe'
import { z } from 'zod'
import {
  BillingFilter,
  ChangePreview,
  Invoice,
  NewSubscription,
  ServiceEvent,
  Subscription,
  SubscriptionCancel,
  SubscriptionChange,
} from '#shared/billing'
import { defineAction } from '../../kit/define.ts'
import { once, type StripeCall, whileKeyLives, withStripe } from './client.ts'
import { account } from './plan-actions.ts'
import { money, onlyItem, PreviewedInvoice, shaped, toEvent, toInvoice, toSubscription } from './shapes.ts'

export const createSubscription = defineAction({
  title: 'Create a subscription',
  effect: 'Creates a subscription that begins once its first invoice is paid.',
  source: 'https://docs.stripe.com/api/subscriptions/create',
  repeat: 'keyed',
  input: NewSubscription,
  output: Subscription.extend({ firstInvoice: Invoice.nullable() }),
  buckets: account,
  subject: ({ customer, price }) => `Subscription of ${customer.slice(0, 50)} to ${price.slice(0, 50)}`,
  async run({ customer, price, quantity = 1 }, call: StripeCall) {
    await whileKeyLives(call)
    const made = await withStripe(call, 'fetch', (stripe) =>
      stripe.subscriptions.create(
        {
          customer,
          items: [{ price, quantity }],
          payment_behavior: 'default_incomplete',
          metadata: { atlas_job: call.key },
          expand: ['latest_invoice'],
        },
        once(call, 'subscription'),
      ),
    )
    const invoice = typeof made.latest_invoice === 'object' ? made.latest_invoice : null
    return { ...toSubscription(made), firstInvoice: invoice ? toInvoice(invoice) : null }
  },
})

function retrieve(call: StripeCall, id: string): Promise<Stripe.Subscription> {
  return withStripe(call, 'ask', (stripe) => stripe.subscriptions.retrieve(id))
}

/** How an item changes; what is not named stays. */
function changedItem(item: string, { price, quantity }: SubscriptionChange) {
  return { id: item, price, ...(quantity === undefined ? {} : { quantity }) }
}

export const previewChange = defineAction({
  title: 'Preview a change of a subscription',
  effect: 'Asks what a change would cost, proration included; nothing changes.',
  source: 'https://docs.stripe.com/api/invoices/create_preview',
  repeat: 'safe',
  input: SubscriptionChange,
  output: ChangePreview,
  buckets: account,
  subject: ({ subscription, price }) => `Preview of ${subscription.slice(0, 50)} on ${price.slice(0, 50)}`,
  async run(change, call: StripeCall) {
    const item = onlyItem(await retrieve(call, change.subscription))
    const prorationDate = change.prorationDate ?? Math.floor(call.now() / 1_000)
    const invoice = await withStripe(call, 'ask', (stripe) =>
      stripe.invoices.createPreview({
        subscription: change.subscription,
        subscription_details: {
          items: [changedItem(item, change)],
          proration_behavior: change.proration,
          ...(change.proration === 'none' ? {} : { proration_date: prorationDate }),
        },
      }),
    )
    const { currency, total, amount_due, lines } = shaped(PreviewedInvoice, invoice)
    return {
      total: money(total, currency),
      due: money(amount_due, currency),
      prorationDate,
      lines: lines.data.map(({ amount, description, parent }) => ({
        text: description ?? 'Item',
        amount: money(amount, currency),
        proration: (parent?.subscription_item_details ?? parent?.invoice_item_details)?.proration ?? false,
      })),
    }
  },
})

export const changeSubscription = defineAction({
  title: 'Change a subscription',
  effect: 'Puts a subscription on another price or quantity.',
  source: 'https://docs.stripe.com/api/subscriptions/update',
  repeat: 'keyed',
  input: SubscriptionChange,
  output: Subscription,
  buckets: account,
  subject: ({ subscription, price }) => `Change ${subscription.slice(0, 50)} to ${price.slice(0, 50)}`,
  async run(change, call: StripeCall) {
    const item = onlyItem(await retrieve(call, change.subscription))
    const dated = change.prorationDate !== undefined && change.proration !== 'none'
    const changed = await withStripe(call, 'fetch', (stripe) =>
      stripe.subscriptions.update(
        change.subscription,
        {
          items: [changedItem(item, change)],
          proration_behavior: change.proration,
          ...(dated ? { proration_date: change.prorationDate } : {}),
        } as Stripe.SubscriptionUpdateParams,
        once(call, 'change'),
      ),
    )
    return toSubscription(changed)
  },
})

/** Ending at once is no request that a key covers, so a repeated one looks first whether it is over already. */
async function endNow(call: StripeCall, id: string): Promise<Stripe.Subscription> {
  const present = await retrieve(call, id)
  if (present.status === 'canceled') return present
  return withStripe(call, 'fetch', (stripe) => stripe.subscriptions.cancel(id))
}

export const cancelSubscription = defineAction({
  title: 'Cancel a subscription',
  effect: 'Ends a subscription, at once or when the paid period is over.',
  source: 'https://docs.stripe.com/api/subscriptions/cancel',
  repeat: 'keyed',
  input: SubscriptionCancel,
  output: Subscription,
  buckets: account,
  subject: ({ subscription, when }) =>
    `Cancel ${subscription.slice(0, 60)} ${when === 'now' ? 'now' : 'at the end of the period'}`,
  async run({ subscription, when }, call: StripeCall) {
    if (when === 'now') return toSubscription(await endNow(call, subscription))
    const ending = await withStripe(call, 'fetch', (stripe) =>
      stripe.subscriptions.update(subscription, { cancel_at_period_end: true }, once(call, 'cancel')),
    )
    return toSubscription(ending)
  },
})

function paged({ customer, after, limit = 50 }: BillingFilter) {
  return { limit, ...(customer ? { customer } : {}), ...(after ? { starting_after: after } : {}) }
}

export const listSubscriptions = defineAction({
  title: 'List subscriptions',
  effect: 'Reads subscriptions, ended ones too, newest first; nothing changes.',
  source: 'https://docs.stripe.com/api/subscriptions/list',
  repeat: 'safe',
  input: BillingFilter,
  output: z.object({ items: z.array(Subscription), after: z.string().nullable() }),
  buckets: account,
  subject: () => 'Subscriptions',
  async run(filter, call: StripeCall) {
    const { data, has_more } = await withStripe(call, 'ask', (stripe) =>
      stripe.subscriptions.list({ ...paged(filter), status: 'all' }),
    )
    return { items: data.map(toSubscription), after: has_more ? (data.at(-1)?.id ?? null) : null }
  },
})

export const listInvoices = defineAction({
  title: 'List invoices',
  effect: 'Reads invoices with their pages and prints, newest first; nothing changes.',
  source: 'https://docs.stripe.com/api/invoices/list',
  repeat: 'safe',
  input: BillingFilter,
  output: z.object({ items: z.array(Invoice), after: z.string().nullable() }),
  buckets: account,
  subject: () => 'Invoices',
  async run(filter, call: StripeCall) {
    const { data, has_more } = await withStripe(call, 'ask', (stripe) => stripe.invoices.list(paged(filter)))
    return { items: data.map(toInvoice), after: has_more ? (data.at(-1)?.id ?? null) : null }
  },
})

export const listEvents = defineAction({
  title: 'List events',
  effect: 'Reads what happened in the last 30 days, newest first; nothing changes.',
  source: 'https://docs.stripe.com/api/events/list',
  repeat: 'safe',
  input: BillingFilter.omit({ customer: true }),
  output: z.object({ items: z.array(ServiceEvent), after: z.string().nullable() }),
  buckets: account,
  subject: () => 'Events',
  async run(filter, call: StripeCall) {
    const { data, has_more } = await withStripe(call, 'ask', (stripe) => stripe.events.list(paged(filter)))
    return { items: data.map(toEvent), after: has_more ? (data.at(-1)?.id ?? null) : null }
  },
})
