/** Stripe: plans, subscriptions, invoices and the pages on which customers pay. */
import { z } from 'zod'
import { AppError } from '#shared/failure'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { isTestKey, type StripeCall, StripeCredential, StripeSettings, withStripe } from './client.ts'
import {
  createCheckout,
  createCustomer,
  createPortal,
  createSetup,
  listCustomers,
  listPaymentMethods,
} from './customer-actions.ts'
import { billing } from './events.ts'
import { archivePlan, createPlan, listPlans } from './plan-actions.ts'
import { rejects } from './refusals.ts'
import { shaped } from './shapes.ts'
import {
  cancelSubscription,
  changeSubscription,
  createSubscription,
  listEvents,
  listInvoices,
  listSubscriptions,
  previewChange,
} from './subscription-actions.ts'

const Account = z.object({
  id: z.string().min(1),
  email: z.string().nullish(),
  business_profile: z.object({ name: z.string().nullish() }).nullish(),
  settings: z.object({ dashboard: z.object({ display_name: z.string().nullish() }).nullish() }).nullish(),
})
const Balance = z.object({ livemode: z.boolean() })

const modeWords = (test: boolean) => (test ? 'Test mode: no real money moves' : 'Live mode')

async function checkAccount(call: StripeCall): Promise<CheckResult['account']> {
  const account = shaped(Account, await withStripe(call, 'ask', (stripe) => stripe.accounts.retrieveCurrent()))
  const named = account.settings?.dashboard?.display_name || account.business_profile?.name || account.email
  return { id: account.id, name: named || account.id, detail: modeWords(isTestKey(call.credential.secretKey)) }
}

const isForbidden = (error: unknown) => error instanceof AppError && error.failure.kind === 'forbidden'

function restricted(test: boolean): CheckResult['account'] {
  return {
    id: 'restricted-key',
    name: 'Restricted key',
    detail: `${modeWords(test)}. Stripe does not name the account to this key`,
  }
}

/** Restricted keys seldom may read the account; the balance, or one product, proves the key as well. */
async function checkRestricted(call: StripeCall): Promise<CheckResult['account']> {
  try {
    const { livemode } = shaped(Balance, await withStripe(call, 'ask', (stripe) => stripe.balance.retrieve()))
    return restricted(!livemode)
  } catch (error) {
    if (!isForbidden(error)) throw error
  }
  await withStripe(call, 'ask', (stripe) => stripe.products.list({ limit: 1 }))
  return restricted(isTestKey(call.credential.secretKey))
}

async function check(call: StripeCall): Promise<CheckResult> {
  try {
    return { account: await checkAccount(call) }
  } catch (error) {
    if (!isForbidden(error)) throw error
    return { account: await checkRestricted(call) }
  }
}

export const stripe = defineProvider({
  id: 'stripe',
  name: 'Stripe',
  category: 'payment',
  summary: 'Bills customers: plans by month and year, checkout and portal pages, subscriptions, invoices and their events.',
  docs: 'https://docs.stripe.com/api',
  setup: [
    'Open https://dashboard.stripe.com/test/apikeys for a test key, or https://dashboard.stripe.com/apikeys for a live one',
    'Create a restricted key with write access to Products, Prices, Customers, Checkout Sessions, Customer portal and Subscriptions, and read access to Invoices, PaymentMethods, Events and Balance',
    'Paste the key here and test the connection',
    'Where webhooks reach this machine, for instance by `stripe listen --forward-to 127.0.0.1:PORT/v1/billing/webhook`, paste the signing secret (whsec_) too',
    'For the portal, save its settings once at https://dashboard.stripe.com/settings/billing/portal',
  ],
  notes: [
    'Card numbers are entered on pages of Stripe alone; none is ever seen or stored here.',
    'A year costs twelve months less 20 %, as a price of its own: no coupon that could be stacked or end.',
    'Stripe recognises a repeated order for at least 24 hours by its job. A subscription or customer whose answer was lost longer ago is not ordered again by itself.',
    'Stripe does not reach this machine by itself: without a forwarded webhook, events are asked for every minute. Stripe keeps them 30 days.',
    'Without a return page, customers land on stripe.com after paying.',
    'Pages of checkout and portal open whoever has the link: the portal for minutes, checkout for a day.',
  ],
  endpoints: { api: 'https://api.stripe.com' },
  credential: StripeCredential,
  settings: StripeSettings,
  verification: { required: false, note: 'Test keys work at once; live keys once Stripe has activated the account.' },
  limits: [
    {
      bucket: 'account',
      title: 'Requests of the Stripe account',
      count: 25,
      perMs: 1_000,
      source: 'https://docs.stripe.com/rate-limits',
    },
  ],
  serves: {},
  actions: {
    'plan.create': createPlan,
    'plans.list': listPlans,
    'plan.archive': archivePlan,
    'customer.create': createCustomer,
    'customers.list': listCustomers,
    'checkout.create': createCheckout,
    'portal.create': createPortal,
    'setup.create': createSetup,
    'payment_methods.list': listPaymentMethods,
    'subscription.create': createSubscription,
    'subscription.preview': previewChange,
    'subscription.change': changeSubscription,
    'subscription.cancel': cancelSubscription,
    'subscriptions.list': listSubscriptions,
    'invoices.list': listInvoices,
    'events.list': listEvents,
  },
  check: { call: 'GET /v1/account', run: check },
  billing,
  rejects,
})
