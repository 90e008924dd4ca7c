/** Billing: plans, customers, subscriptions and invoices as the service has them now; what changes them is ordered as a job. */
import { z } from 'zod'
import {
  BillingFilter,
  ChangePreview,
  Customer,
  Invoice,
  NewCheckout,
  NewCustomer,
  NewPlan,
  NewPortal,
  NewSetup,
  NewSubscription,
  PaymentMethod,
  Plan,
  ServiceEvent,
  Subscription,
  SubscriptionCancel,
  SubscriptionChange,
} from '#shared/billing'
import { ConnectionState } from '#shared/connection'
import { Failure } from '#shared/failure'
import { Instant } from '#shared/time'
import { PageQuery, ProviderId, pageOf, procedure } from './common.ts'
import { Job } from './jobs.ts'

/** An event that was taken: how it came, and how its object stood when it was asked for. */
export const TakenEvent = ServiceEvent.extend({
  receivedAt: Instant,
  via: z.enum(['webhook', 'poll']),
  state: z.string().nullable(),
})
/** An event that was taken. */
export type TakenEvent = z.infer<typeof TakenEvent>

/** Through whom customers are billed, whether money moves, and how events arrive. */
export const BillingOverview = z.object({
  provider: ProviderId,
  name: z.string(),
  state: ConnectionState,
  /** Null while it is not known: nothing is connected, or the vault is closed. */
  test: z.boolean().nullable(),
  account: z.string().nullable(),
  /** Currency of new plans, where the connection names one. */
  currency: z.string().nullable(),
  events: z.object({
    lastAt: Instant.nullable(),
    webhook: z.object({ set: z.boolean(), lastAt: Instant.nullable(), refusedAt: Instant.nullable() }),
    polling: z.object({
      everyMs: z.int(),
      lastAt: Instant.nullable(),
      /** Why the latest asking by this process failed. */
      failure: Failure.nullable(),
    }),
    /** Set where nobody asked for longer than the service keeps events. Lists are asked live and miss nothing. */
    missedSince: Instant.nullable(),
  }),
})
/** Through whom customers are billed. */
export type BillingOverview = z.infer<typeof BillingOverview>

const key = { key: z.string().min(1).max(200).optional() }
const Filter = z
  .strictObject({ customer: BillingFilter.shape.customer, cursor: BillingFilter.shape.after, limit: BillingFilter.shape.limit })
  .optional()

/** Orders something, answered with its job. The same key is the same order. */
function act<T extends z.ZodType>(path: `/${string}`, summary: string, input: T) {
  return procedure.route({ method: 'POST', path, summary, successStatus: 201 }).input(input).output(Job)
}

/** Procedures about billing. */
export const billing = {
  overview: procedure
    .route({ method: 'GET', path: '/billing', summary: 'Through whom customers are billed, and how events arrive' })
    .input(z.strictObject({}).optional())
    .output(BillingOverview),
  plans: procedure
    .route({ method: 'GET', path: '/billing/plans', summary: 'Plans with their prices by month and year' })
    .input(z.strictObject({ archived: z.boolean().optional() }).optional())
    .output(pageOf(Plan)),
  customers: procedure
    .route({ method: 'GET', path: '/billing/customers', summary: 'Customers, newest first' })
    .input(z.strictObject({ email: z.email().optional(), cursor: PageQuery.cursor, limit: BillingFilter.shape.limit }).optional())
    .output(pageOf(Customer)),
  subscriptions: procedure
    .route({ method: 'GET', path: '/billing/subscriptions', summary: 'Subscriptions, ended ones too, newest first' })
    .input(Filter)
    .output(pageOf(Subscription)),
  invoices: procedure
    .route({ method: 'GET', path: '/billing/invoices', summary: 'Invoices with page and print, newest first' })
    .input(Filter)
    .output(pageOf(Invoice)),
  paymentMethods: procedure
    .route({ method: 'GET', path: '/billing/payment-methods', summary: 'How a customer can pay; never a whole number' })
    .input(z.strictObject({ customer: NewPortal.shape.customer }))
    .output(pageOf(PaymentMethod)),
  events: procedure
    .route({ method: 'GET', path: '/billing/events', summary: 'Events that were taken, newest first' })
    .input(z.strictObject(PageQuery).optional())
    .output(pageOf(TakenEvent)),
  checkEvents: procedure
    .route({ method: 'POST', path: '/billing/events/check', summary: 'Ask for new events now' })
    .input(z.strictObject({}).optional())
    .output(z.object({ taken: z.int() })),
  preview: procedure
    .route({ method: 'POST', path: '/billing/preview', summary: 'What a change of a subscription would cost; nothing changes' })
    .input(SubscriptionChange)
    .output(ChangePreview),
  createPlan: act('/billing/plans', 'Create a plan; a year costs 20 % less than twelve months', NewPlan.extend(key)),
  archivePlan: act(
    '/billing/plans/{plan}/archive',
    'Take a plan out of sale',
    z.strictObject({ plan: z.string().min(1).max(255), ...key }),
  ),
  createCustomer: act('/billing/customers', 'Create a customer', NewCustomer.extend(key)),
  createCheckout: act('/billing/checkout', 'Create a page on which somebody subscribes and pays', NewCheckout.extend(key)),
  createPortal: act('/billing/portal', 'Create a page on which a customer sees to their subscription', NewPortal.extend(key)),
  createSetup: act('/billing/setup', 'Create a page on which a customer leaves a way to pay', NewSetup.extend(key)),
  createSubscription: act(
    '/billing/subscriptions',
    'Create a subscription whose first invoice waits to be paid',
    NewSubscription.extend(key),
  ),
  changeSubscription: act(
    '/billing/subscriptions/{subscription}/change',
    'Put a subscription on another price or quantity',
    SubscriptionChange.extend(key),
  ),
  cancelSubscription: act(
    '/billing/subscriptions/{subscription}/cancel',
    'End a subscription, at once or when the paid period is over',
    SubscriptionCancel.extend(key),
  ),
}
