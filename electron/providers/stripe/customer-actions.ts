/** Customers at Stripe and the pages Stripe hosts for them: paying, managing, leaving a way to pay. No card is ever seen here. */
import { z } from 'zod'
import { BillingFilter, Customer, NewCheckout, NewCustomer, NewPortal, NewSetup, PaymentMethod } from '#shared/billing'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import { defineAction } from '../../kit/define.ts'
import { once, type StripeCall, whileKeyLives, withStripe } from './client.ts'
import { account } from './plan-actions.ts'
import { toCustomer, toPaymentMethod } from './shapes.ts'

const HostedPage = z.object({ id: z.string(), url: z.string(), expiresAt: z.string().nullable() })

/** Where customers land when nobody set a page of their own. */
const landing = 'https://stripe.com'

function returnPage(given: string | undefined, call: StripeCall): string {
  return given ?? call.settings.returnUrl ?? landing
}

export const createCustomer = defineAction({
  title: 'Create a customer',
  effect: 'Creates a customer with a name and an e-mail address.',
  source: 'https://docs.stripe.com/api/customers/create',
  repeat: 'keyed',
  input: NewCustomer,
  output: Customer,
  buckets: account,
  subject: ({ email }) => `Customer ${email.slice(0, 100)}`,
  async run({ email, name }, call: StripeCall) {
    await whileKeyLives(call)
    const customer = await withStripe(call, 'fetch', (stripe) =>
      stripe.customers.create(
        { email, ...(name === undefined ? {} : { name }), metadata: { atlas_job: call.key } },
        once(call, 'customer'),
      ),
    )
    return toCustomer(customer)
  },
})

export const listCustomers = defineAction({
  title: 'List customers',
  effect: 'Reads customers, newest first; nothing changes.',
  source: 'https://docs.stripe.com/api/customers/list',
  repeat: 'safe',
  input: z.strictObject({
    email: z.email().max(320).optional().meta({ title: 'E-mail' }),
    after: BillingFilter.shape.after,
    limit: BillingFilter.shape.limit,
  }),
  output: z.object({ items: z.array(Customer), after: z.string().nullable() }),
  buckets: account,
  subject: () => 'Customers',
  async run({ email, after, limit = 50 }, call: StripeCall) {
    const { data, has_more } = await withStripe(call, 'ask', (stripe) =>
      stripe.customers.list({ limit, ...(email ? { email } : {}), ...(after ? { starting_after: after } : {}) }),
    )
    return { items: data.map(toCustomer), after: has_more ? (data.at(-1)?.id ?? null) : null }
  },
})

function toPage(session: { id: string; url: string | null; expires_at?: number }) {
  if (!session.url) throw failed('unexpected', 'Stripe made the page but named no address for it.')
  return { id: session.id, url: session.url, expiresAt: session.expires_at ? toInstant(session.expires_at * 1_000) : null }
}

/** A known customer by id, a new one by address; Stripe takes one of the two. */
function buyer({ customer, email }: NewCheckout) {
  if (customer) return { customer }
  return email ? { customer_email: email } : {}
}

export const createCheckout = defineAction({
  title: 'Create a checkout page',
  effect: 'Creates a page at Stripe on which somebody subscribes and pays.',
  source: 'https://docs.stripe.com/api/checkout/sessions/create',
  repeat: 'keyed',
  input: NewCheckout,
  output: HostedPage,
  buckets: account,
  subject: ({ price, email, customer }) =>
    `Checkout of ${price.slice(0, 40)} for ${(email ?? customer ?? 'anybody').slice(0, 50)}`,
  async run(order, call: StripeCall) {
    const session = await withStripe(call, 'fetch', (stripe) =>
      stripe.checkout.sessions.create(
        {
          mode: 'subscription',
          line_items: [{ price: order.price, quantity: order.quantity ?? 1 }],
          success_url: returnPage(order.returnUrl, call),
          client_reference_id: call.key,
          ...buyer(order),
        },
        once(call, 'checkout'),
      ),
    )
    return toPage(session)
  },
})

export const createPortal = defineAction({
  title: 'Open the customer portal',
  effect: 'Creates a short-lived page at Stripe on which a customer sees to their own subscription.',
  source: 'https://docs.stripe.com/api/customer_portal/sessions/create',
  repeat: 'keyed',
  input: NewPortal,
  output: HostedPage,
  buckets: account,
  subject: ({ customer }) => `Portal of ${customer.slice(0, 80)}`,
  async run({ customer, returnUrl }, call: StripeCall) {
    const session = await withStripe(call, 'fetch', (stripe) =>
      stripe.billingPortal.sessions.create({ customer, return_url: returnPage(returnUrl, call) }, once(call, 'portal')),
    )
    return toPage({ id: session.id, url: session.url })
  },
})

export const createSetup = defineAction({
  title: 'Create a page for a way to pay',
  effect: 'Creates a page at Stripe on which a customer leaves a card or account for later payments.',
  source: 'https://docs.stripe.com/payments/save-and-reuse',
  repeat: 'keyed',
  input: NewSetup,
  output: HostedPage,
  buckets: account,
  subject: ({ customer }) => `Way to pay for ${customer.slice(0, 80)}`,
  async run({ customer, currency, returnUrl }, call: StripeCall) {
    const session = await withStripe(call, 'fetch', (stripe) =>
      stripe.checkout.sessions.create(
        {
          mode: 'setup',
          customer,
          currency: (currency ?? call.settings.currency ?? 'USD').toLowerCase(),
          success_url: returnPage(returnUrl, call),
        },
        once(call, 'setup'),
      ),
    )
    return toPage(session)
  },
})

export const listPaymentMethods = defineAction({
  title: 'List ways to pay',
  effect: 'Reads how a customer can pay; nothing changes.',
  source: 'https://docs.stripe.com/api/payment_methods/customer_list',
  repeat: 'safe',
  input: z.strictObject({ customer: NewPortal.shape.customer }),
  output: z.object({ items: z.array(PaymentMethod) }),
  buckets: account,
  subject: ({ customer }) => `Ways to pay of ${customer.slice(0, 80)}`,
  async run({ customer }, call: StripeCall) {
    const { data } = await withStripe(call, 'ask', (stripe) => stripe.customers.listPaymentMethods(customer, { limit: 100 }))
    return { items: data.map(toPaymentMethod) }
  },
})
