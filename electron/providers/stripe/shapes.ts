/** Stripe's objects in the words of the billing area. Only what is read is checked. */
import { z } from 'zod'
import type { Customer, Invoice, PaymentMethod, Plan, PlanPrice, ServiceEvent, Subscription } from '#shared/billing'
import { failed } from '#shared/failure'
import type { Money } from '#shared/money'
import { toInstant } from '#shared/time'
import { idOf } from './client.ts'

const Reference = z.union([z.string(), z.object({ id: z.string() })]).nullish()
const seconds = (at: number) => toInstant(at * 1_000)

/** An answer in its documented shape, or `unexpected`. */
export function shaped<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw failed('unexpected', 'Stripe answered in a shape that is not its documented one.')
}

export function money(amount: number, currency: string): Money {
  return { amount, currency: currency.toUpperCase() }
}

const StripePrice = z.object({
  id: z.string(),
  active: z.boolean(),
  currency: z.string(),
  unit_amount: z
    .int()
    .nullish()
    .transform((amount) => amount ?? null),
  product: Reference,
  recurring: z.object({ interval: z.string(), interval_count: z.int() }).nullable(),
})
export const Prices = z.array(StripePrice)
export type StripePrice = z.infer<typeof StripePrice>

const StripeProduct = z.object({ id: z.string(), name: z.string(), description: z.string().nullish(), active: z.boolean() })
export const Products = z.array(StripeProduct)

/** A price by month or year; undefined where it is neither, or has no fixed amount. */
function toPlanPrice({ id, unit_amount, currency, recurring }: StripePrice): PlanPrice | undefined {
  const interval = recurring?.interval_count === 1 ? recurring.interval : undefined
  if (unit_amount === null || (interval !== 'month' && interval !== 'year')) return undefined
  return { id, price: money(unit_amount, currency), interval }
}

export function toPlan(product: unknown, prices: readonly StripePrice[]): Plan {
  const { id, name, description, active } = shaped(StripeProduct, product)
  const own = prices.filter((price) => price.active && idOf(price.product) === id).flatMap((price) => toPlanPrice(price) ?? [])
  const priced = (interval: PlanPrice['interval']) => own.find((price) => price.interval === interval) ?? null
  return { id, name, description: description ?? null, active, monthly: priced('month'), annual: priced('year') }
}

const StripeCustomer = z.object({ id: z.string(), name: z.string().nullish(), email: z.string().nullish(), created: z.int() })

export function toCustomer(customer: unknown): Customer {
  const { id, name, email, created } = shaped(StripeCustomer, customer)
  return { id, name: name ?? null, email: email ?? null, createdAt: seconds(created) }
}

const StripeSubscription = z.object({
  id: z.string(),
  customer: Reference,
  status: z.string(),
  cancel_at_period_end: z.boolean(),
  ended_at: z.int().nullish(),
  items: z.object({
    data: z.array(
      z.object({ id: z.string(), price: StripePrice, quantity: z.int().optional(), current_period_end: z.int().optional() }),
    ),
  }),
})

export function toSubscription(subscription: unknown): Subscription {
  const { id, customer, status, cancel_at_period_end, ended_at, items } = shaped(StripeSubscription, subscription)
  const [item] = items.data
  const price = item?.price
  return {
    id,
    customer: idOf(customer) ?? '',
    status,
    price: price?.id ?? null,
    product: idOf(price?.product),
    quantity: item?.quantity ?? 1,
    unit: price && price.unit_amount !== null ? money(price.unit_amount, price.currency) : null,
    interval: price?.recurring?.interval ?? null,
    periodEndsAt: item?.current_period_end === undefined ? null : seconds(item.current_period_end),
    endsAtPeriodEnd: cancel_at_period_end,
    endedAt: ended_at ? seconds(ended_at) : null,
  }
}

/** The one item whose price is changed. A subscription of several was not made here, and is left to its owner. */
export function onlyItem(subscription: unknown): string {
  const { items } = shaped(StripeSubscription, subscription)
  const [item, ...others] = items.data
  if (item && others.length === 0) return item.id
  throw failed('unsupported', `This subscription has ${items.data.length} items; change it at Stripe.`, {
    action: { label: 'Open subscriptions at Stripe', href: 'https://dashboard.stripe.com/subscriptions' },
  })
}

const StripeInvoice = z.object({
  id: z.string(),
  number: z.string().nullish(),
  customer: Reference,
  status: z.string().nullish(),
  currency: z.string(),
  total: z.int(),
  amount_due: z.int(),
  created: z.int(),
  hosted_invoice_url: z.string().nullish(),
  invoice_pdf: z.string().nullish(),
})

export function toInvoice(invoice: unknown): Invoice {
  const told = shaped(StripeInvoice, invoice)
  return {
    id: told.id,
    number: told.number ?? null,
    customer: idOf(told.customer),
    status: told.status ?? 'draft',
    total: money(told.total, told.currency),
    due: money(told.amount_due, told.currency),
    createdAt: seconds(told.created),
    page: told.hosted_invoice_url ?? null,
    pdf: told.invoice_pdf ?? null,
  }
}

const Proration = z.object({ proration: z.boolean() }).nullish()
export const PreviewedInvoice = z.object({
  currency: z.string(),
  total: z.int(),
  amount_due: z.int(),
  lines: z.object({
    data: z.array(
      z.object({
        amount: z.int(),
        description: z.string().nullish(),
        parent: z.object({ subscription_item_details: Proration, invoice_item_details: Proration }).nullish(),
      }),
    ),
  }),
})

const StripePaymentMethod = z.object({
  id: z.string(),
  type: z.string(),
  card: z.object({ brand: z.string(), last4: z.string(), exp_month: z.int(), exp_year: z.int() }).nullish(),
})

export function toPaymentMethod(method: unknown): PaymentMethod {
  const { id, type, card } = shaped(StripePaymentMethod, method)
  if (!card) return { id, type, label: type.replaceAll('_', ' '), expires: null }
  const expires = `${String(card.exp_month).padStart(2, '0')}/${card.exp_year}`
  return { id, type, label: `${card.brand} ending in ${card.last4}`, expires }
}

const StripeEvent = z.object({
  id: z.string(),
  type: z.string(),
  created: z.int(),
  data: z.object({ object: z.object({ object: z.string(), id: z.string().optional() }) }),
})

export function toEvent(event: unknown): ServiceEvent {
  const { id, type, created, data } = shaped(StripeEvent, event)
  return { id, type, at: seconds(created), object: { kind: data.object.object, id: data.object.id ?? null } }
}
