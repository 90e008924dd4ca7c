/** Billing in words of our own: plans, customers, subscriptions, invoices and events, whichever service holds them. */
import { z } from 'zod'
import { Currency, largestAmount, Money } from './money.ts'
import { Instant } from './time.ts'

const Id = z.string().min(1).max(255)
const PageUrl = z.url({ protocol: /^https?$/ }).max(2_000)

/** One price of a plan, by month or by year. */
export const PlanPrice = z.object({
  id: z.string(),
  price: Money,
  interval: z.enum(['month', 'year']),
})
/** One price of a plan. */
export type PlanPrice = z.infer<typeof PlanPrice>

/** A plan: a product with a price by month and, where it has one, by year. */
export const Plan = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  active: z.boolean(),
  monthly: PlanPrice.nullable(),
  annual: PlanPrice.nullable(),
})
/** A plan. */
export type Plan = z.infer<typeof Plan>

/** A customer. */
export const Customer = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  createdAt: Instant,
})
/** A customer. */
export type Customer = z.infer<typeof Customer>

/** A subscription with its first item; plans here have one. */
export const Subscription = z.object({
  id: z.string(),
  customer: z.string(),
  status: z.string(),
  price: z.string().nullable(),
  product: z.string().nullable(),
  quantity: z.int(),
  unit: Money.nullable(),
  interval: z.string().nullable(),
  periodEndsAt: Instant.nullable(),
  endsAtPeriodEnd: z.boolean(),
  endedAt: Instant.nullable(),
})
/** A subscription. */
export type Subscription = z.infer<typeof Subscription>

/** An invoice. `page` is where it is read and paid, `pdf` its print. */
export const Invoice = z.object({
  id: z.string(),
  number: z.string().nullable(),
  customer: z.string().nullable(),
  status: z.string(),
  total: Money,
  due: Money,
  createdAt: Instant,
  page: z.string().nullable(),
  pdf: z.string().nullable(),
})
/** An invoice. */
export type Invoice = z.infer<typeof Invoice>

/** How a customer pays, as far as it may be told: never a whole number. */
export const PaymentMethod = z.object({
  id: z.string(),
  type: z.string(),
  label: z.string(),
  expires: z.string().nullable(),
})
/** How a customer pays. */
export type PaymentMethod = z.infer<typeof PaymentMethod>

/** What a change of a subscription would cost, line by line. */
export const ChangePreview = z.object({
  total: Money,
  due: Money,
  lines: z.array(z.object({ text: z.string(), amount: Money, proration: z.boolean() })),
  /** Hand it on with the change, and exactly this is charged. Seconds UTC. */
  prorationDate: z.int(),
})
/** What a change of a subscription would cost. */
export type ChangePreview = z.infer<typeof ChangePreview>

/** Something that happened at the service. */
export const ServiceEvent = z.object({
  id: z.string(),
  type: z.string(),
  at: Instant,
  object: z.object({ kind: z.string(), id: z.string().nullable() }),
})
/** Something that happened at the service. */
export type ServiceEvent = z.infer<typeof ServiceEvent>

const Quantity = z.int().min(1).max(1_000_000)
const ReturnUrl = PageUrl.optional().meta({ title: 'Return page', advanced: true })

/** Orders a plan; the price of a year follows from the price of a month. */
export const NewPlan = z.strictObject({
  name: z.string().trim().min(1).max(250).meta({ title: 'Name' }),
  description: z.string().min(1).max(500).optional().meta({ title: 'Description' }),
  monthly: z
    .strictObject({ amount: z.int().min(1).max(largestAmount), currency: Currency })
    .meta({ title: 'Price a month, in minor units' }),
})
/** Orders a plan. */
export type NewPlan = z.infer<typeof NewPlan>

/** Orders a customer. */
export const NewCustomer = z.strictObject({
  email: z.email().max(320).meta({ title: 'E-mail' }),
  name: z.string().trim().min(1).max(250).optional().meta({ title: 'Name' }),
})
/** Orders a customer. */
export type NewCustomer = z.infer<typeof NewCustomer>

/** Orders a page on which somebody subscribes and pays. */
export const NewCheckout = z.strictObject({
  price: Id.meta({ title: 'Price' }),
  quantity: Quantity.optional().meta({ title: 'Quantity' }),
  customer: Id.optional().meta({ title: 'Customer' }),
  email: z.email().max(320).optional().meta({ title: 'E-mail of a new customer' }),
  returnUrl: ReturnUrl,
})
/** Orders a page on which somebody subscribes and pays. */
export type NewCheckout = z.infer<typeof NewCheckout>

/** Orders a page on which a customer sees to their own subscription. */
export const NewPortal = z.strictObject({ customer: Id.meta({ title: 'Customer' }), returnUrl: ReturnUrl })
/** Orders a page on which a customer sees to their own subscription. */
export type NewPortal = z.infer<typeof NewPortal>

/** Orders a page on which a customer leaves a way to pay. */
export const NewSetup = z.strictObject({
  customer: Id.meta({ title: 'Customer' }),
  currency: Currency.optional().meta({ title: 'Currency', advanced: true }),
  returnUrl: ReturnUrl,
})
/** Orders a page on which a customer leaves a way to pay. */
export type NewSetup = z.infer<typeof NewSetup>

/** Orders a subscription whose first invoice waits to be paid. */
export const NewSubscription = z.strictObject({
  customer: Id.meta({ title: 'Customer' }),
  price: Id.meta({ title: 'Price' }),
  quantity: Quantity.optional().meta({ title: 'Quantity' }),
})
/** Orders a subscription whose first invoice waits to be paid. */
export type NewSubscription = z.infer<typeof NewSubscription>

/** Whether what was paid ahead is counted: on the next invoice, at once, or not at all. */
export const Proration = z.enum(['create_prorations', 'always_invoice', 'none'])
/** Whether what was paid ahead is counted. */
export type Proration = z.infer<typeof Proration>

/** Orders another price or quantity for a subscription. */
export const SubscriptionChange = z.strictObject({
  subscription: Id.meta({ title: 'Subscription' }),
  price: Id.meta({ title: 'New price' }),
  quantity: Quantity.optional().meta({ title: 'Quantity' }),
  proration: Proration.default('create_prorations').meta({ title: 'Proration' }),
  prorationDate: z.int().min(1).max(99_999_999_999).optional().meta({ title: 'Proration date', advanced: true }),
})
/** Orders another price or quantity for a subscription. */
export type SubscriptionChange = z.infer<typeof SubscriptionChange>

/** Orders the end of a subscription. */
export const SubscriptionCancel = z.strictObject({
  subscription: Id.meta({ title: 'Subscription' }),
  when: z.enum(['period_end', 'now']).default('period_end').meta({ title: 'When' }),
})
/** Orders the end of a subscription. */
export type SubscriptionCancel = z.infer<typeof SubscriptionCancel>

/** Which invoices or subscriptions; every field narrows. `after` is the id of the last one seen. */
export const BillingFilter = z.strictObject({
  customer: Id.optional().meta({ title: 'Customer' }),
  after: Id.optional().meta({ title: 'After', advanced: true }),
  limit: z.int().min(1).max(100).optional().meta({ title: 'How many', advanced: true }),
})
/** Which invoices or subscriptions. */
export type BillingFilter = z.infer<typeof BillingFilter>
