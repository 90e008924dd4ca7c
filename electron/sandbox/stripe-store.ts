/** What Stripe's stand-in remembers: its objects in one document of the ledger, and the words to make them. */
import type { SandboxContext, SandboxResponse } from './define.ts'

export type Fields = Record<string, unknown>

export interface StripeObject extends Fields {
  id: string
  object: string
  created: number
}

const collections = ['product', 'price', 'customer', 'session', 'subscription', 'invoice', 'method', 'event'] as const
export type Collection = (typeof collections)[number]

interface Books {
  seq: number
  objects: Record<Collection, StripeObject[]>
}

export interface Store {
  /** Newest first. */
  all(collection: Collection): StripeObject[]
  find(collection: Collection, id: unknown): StripeObject | undefined
  /** Makes an object under a new id, or the one given. */
  make(collection: Collection, kind: { object: string; prefix: string }, fields: Fields & { id?: string }): StripeObject
  /** Notes that something happened, with the object as it is now. */
  happened(type: string, object: StripeObject): void
  now(): number
  save(): void
}

const place = 'books'

export function openStore(context: SandboxContext): Store {
  const kept = context.recall(place)?.body as Books | undefined
  const books: Books = kept ?? {
    seq: 0,
    objects: Object.fromEntries(collections.map((name) => [name, []])) as unknown as Books['objects'],
  }
  const now = () => Math.floor(context.now() / 1_000)

  function make(collection: Collection, { object, prefix }: { object: string; prefix: string }, fields: Fields): StripeObject {
    books.seq += 1
    const id = `${prefix}_demo${String(books.seq).padStart(6, '0')}`
    const made: StripeObject = { id, object, created: now(), livemode: false, metadata: {}, ...fields }
    books.objects[collection].unshift(made)
    return made
  }

  const store: Store = {
    all: (collection) => books.objects[collection],
    find: (collection, id) => books.objects[collection].find((one) => one.id === id),
    make,
    happened(type, object) {
      make(
        'event',
        { object: 'event', prefix: 'evt' },
        { type, api_version: '2026-10-28.endive', data: { object: { ...object } } },
      )
    },
    now,
    save: () => context.keep(place, { status: 200, body: books }),
  }
  if (!kept) seed(store)
  return store
}

const month = 30 * 86_400
export const seconds = { month, year: 365 * 86_400 }

export function makePrice(store: Store, fields: Fields & { id?: string }): StripeObject {
  return store.make(
    'price',
    { object: 'price', prefix: 'price' },
    { active: true, type: 'recurring', billing_scheme: 'per_unit', nickname: null, lookup_key: null, ...fields },
  )
}

export function recurring(interval: string) {
  return { interval, interval_count: 1, usage_type: 'licensed', meter: null, trial_period_days: null }
}

export function makeMethod(store: Store, customer: string): StripeObject {
  const card = { brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2031, country: 'US', funding: 'credit' }
  return store.make('method', { object: 'payment_method', prefix: 'pm' }, { type: 'card', customer, card })
}

/** A subscription with one item, paid until the end of its first period. */
export function makeSubscription(
  store: Store,
  order: { customer: string; price: StripeObject; quantity: number; status: string },
  more: Fields = {},
): StripeObject {
  const { price, quantity } = order
  const start = store.now()
  const interval = (price.recurring as { interval: string }).interval
  const end = start + (interval === 'year' ? seconds.year : seconds.month)
  const made = store.make(
    'subscription',
    { object: 'subscription', prefix: 'sub' },
    {
      customer: order.customer,
      status: order.status,
      cancel_at_period_end: false,
      cancel_at: null,
      canceled_at: null,
      ended_at: null,
      start_date: start,
      currency: price.currency,
      latest_invoice: null,
      ...more,
    },
  )
  const item = { id: `si_${made.id.slice(4)}`, object: 'subscription_item', price, quantity, subscription: made.id }
  made.items = {
    object: 'list',
    has_more: false,
    data: [{ ...item, current_period_start: start, current_period_end: end }],
    url: `/v1/subscription_items?subscription=${made.id}`,
  }
  return made
}

export function makeInvoice(
  store: Store,
  url: string,
  bill: { subscription: StripeObject; amount: number; status: 'paid' | 'open'; text: string },
): StripeObject {
  const { subscription, amount, status, text } = bill
  const paid = status === 'paid'
  const made = store.make(
    'invoice',
    { object: 'invoice', prefix: 'in' },
    {
      customer: subscription.customer,
      status,
      currency: subscription.currency,
      total: amount,
      subtotal: amount,
      amount_due: amount,
      amount_paid: paid ? amount : 0,
      amount_remaining: paid ? 0 : amount,
      attempted: true,
      billing_reason: 'subscription_create',
      parent: { type: 'subscription_details', subscription_details: { subscription: subscription.id } },
      lines: { object: 'list', has_more: false, data: [{ amount, currency: subscription.currency, description: text }] },
    },
  )
  made.number = `DEMO-${made.id.slice(-4)}`
  made.hosted_invoice_url = `${url}/i/${made.id}`
  made.invoice_pdf = `${url}/i/${made.id}/pdf`
  subscription.latest_invoice = made.id
  return made
}

/** A small business: a plan, one that is going, and a customer who pays. It happened before anybody looked, so no event tells of it. */
function seed(store: Store): void {
  const made = (id: string, name: string) =>
    store.make(
      'product',
      { object: 'product', prefix: 'prod' },
      { id, name, description: null, active: true, default_price: null },
    )
  const starter = made('prod_demo_starter', 'Starter')
  made('prod_demo_retired', 'Early bird')
  const priced = (id: string, interval: string, amount: number) =>
    makePrice(store, { id, product: starter.id, currency: 'usd', unit_amount: amount, recurring: recurring(interval) })
  const monthly = priced('price_demo_starter_month', 'month', 2_900)
  priced('price_demo_starter_year', 'year', 27_840)
  const ada = store.make(
    'customer',
    { object: 'customer', prefix: 'cus' },
    { id: 'cus_demo_ada', name: 'Ada Lovelace', email: 'ada@example.com', description: null },
  )
  makeMethod(store, ada.id)
  const order = { customer: ada.id, price: monthly, quantity: 1, status: 'active' }
  makeSubscription(store, order, { id: 'sub_demo_ada' })
}

export function refused(status: number, error: Fields): SandboxResponse {
  return { status, body: { error: { type: 'invalid_request_error', ...error } } }
}

export function missing(kind: string, id: unknown, param = 'id'): SandboxResponse {
  return refused(404, { code: 'resource_missing', message: `No such ${kind}: '${String(id)}'`, param })
}
