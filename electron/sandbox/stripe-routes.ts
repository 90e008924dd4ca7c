/** Routes of Stripe's stand-in: what each takes, checks and changes. Bodies are forms with names such as `items[0][price]`. */
import type { SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { change, previewOf } from './stripe-proration.ts'
import {
  type Collection,
  type Fields,
  makeInvoice,
  makePrice,
  makeSubscription,
  missing,
  recurring,
  refused,
  type Store,
  type StripeObject,
} from './stripe-store.ts'

/** One call of the API as a route sees it. `id` is the second part of the path. */
export interface ApiCall {
  store: Store
  context: SandboxContext
  request: SandboxRequest
  fields: Fields
  id: string
}

type Route = (call: ApiCall) => SandboxResponse

const ok = (body: unknown): SandboxResponse => ({ status: 200, body })

function lacking(name: string): SandboxResponse {
  return refused(400, { code: 'parameter_missing', message: `Missing required param: ${name}.`, param: name })
}

function unknownField(fields: Fields, known: readonly string[]): SandboxResponse | undefined {
  const strange = Object.keys(fields).find((name) => !known.includes(name))
  if (strange === undefined) return undefined
  return refused(400, { code: 'parameter_unknown', message: `Received unknown parameter: ${strange}`, param: strange })
}

/** The item of `items[0]`. */
function itemOf(items: unknown): Fields {
  const list = Array.isArray(items) ? items : []
  return (list[0] ?? {}) as Fields
}

function listOf(collection: Collection, filters: readonly string[] = []): Route {
  return ({ store, request }) => {
    const { query, path } = request
    const limit = Number(query.get('limit') ?? 10)
    const narrowed = store
      .all(collection)
      .filter((one) => filters.every((name) => query.get(name) === null || String(one[name]) === query.get(name)))
      .filter((one) => one.created >= Number(query.get('created[gte]') ?? 0))
      .filter((one) => fitsTypes(one, query))
    const after = query.get('starting_after')
    const from = after === null ? 0 : narrowed.findIndex(({ id }) => id === after) + 1
    const data = narrowed.slice(from, from + limit)
    return ok({ object: 'list', url: path, has_more: narrowed.length > from + limit, data })
  }
}

function fitsTypes({ type }: StripeObject, query: URLSearchParams): boolean {
  const types = [...query.entries()].filter(([name]) => name.startsWith('types[')).map(([, value]) => value)
  return types.length === 0 || types.includes(String(type))
}

function one(collection: Collection, kind: string): Route {
  return ({ store, id }) => {
    const found = store.find(collection, id)
    return found ? ok(found) : missing(kind, id)
  }
}

function deliver({ context, request }: ApiCall, title: string, to: string): void {
  context.deliver({ title, to, text: new URLSearchParams(request.rawBody).toString().slice(0, 500) }, request)
}

const createProduct: Route = (call) => {
  const { store, fields } = call
  if (typeof fields.name !== 'string') return lacking('name')
  const strange = unknownField(fields, ['name', 'description', 'metadata', 'active'])
  if (strange) return strange
  const made = store.make(
    'product',
    { object: 'product', prefix: 'prod' },
    { description: null, active: true, default_price: null, ...fields },
  )
  store.happened('product.created', made)
  deliver(call, `Product ${fields.name}`, made.id)
  return ok(made)
}

const updateProduct: Route = (call) => {
  const product = call.store.find('product', call.id)
  if (!product) return missing('product', call.id)
  if (call.fields.active !== undefined) product.active = call.fields.active === 'true'
  call.store.happened('product.updated', product)
  deliver(call, `Product ${String(product.name)} ${product.active ? 'active' : 'archived'}`, product.id)
  return ok(product)
}

const createPrice: Route = (call) => {
  const { store, fields } = call
  const { product, currency, unit_amount, recurring: every } = fields
  const strange = unknownField(fields, ['product', 'currency', 'unit_amount', 'recurring', 'nickname', 'metadata'])
  if (strange) return strange
  if (!store.find('product', product)) return missing('product', product, 'product')
  if (!/^[a-z]{3}$/.test(String(currency))) return lacking('currency')
  if (!/^\d+$/.test(String(unit_amount)))
    return refused(400, { code: 'parameter_invalid_integer', message: 'Invalid integer', param: 'unit_amount' })
  const { interval } = (every ?? {}) as { interval?: string }
  if (interval !== 'month' && interval !== 'year') return lacking('recurring[interval]')
  const made = makePrice(store, { ...fields, unit_amount: Number(unit_amount), recurring: recurring(interval) })
  store.happened('price.created', made)
  deliver(call, `Price ${String(unit_amount)} ${String(currency)} a ${interval}`, made.id)
  return ok(made)
}

const createCustomer: Route = (call) => {
  const strange = unknownField(call.fields, ['email', 'name', 'metadata'])
  if (strange) return strange
  const made = call.store.make('customer', { object: 'customer', prefix: 'cus' }, { name: null, email: null, ...call.fields })
  call.store.happened('customer.created', made)
  deliver(call, 'Customer', String(made.email))
  return ok(made)
}

/** What Stripe would refuse of a checkout. */
function faultOfSession({ store, fields }: ApiCall): SandboxResponse | undefined {
  if (fields.mode !== 'subscription' && fields.mode !== 'setup') return lacking('mode')
  if (typeof fields.success_url !== 'string') return lacking('success_url')
  if (fields.customer !== undefined && !store.find('customer', fields.customer)) {
    return missing('customer', fields.customer, 'customer')
  }
  if (fields.mode === 'setup') return typeof fields.currency === 'string' ? undefined : lacking('currency')
  const price = store.find('price', itemOf(fields.line_items).price)
  if (!price) return missing('price', itemOf(fields.line_items).price, 'line_items[0][price]')
  if (store.find('product', price.product)?.active !== true) {
    return refused(400, { message: `The price ${price.id} belongs to a product that is not active.`, param: 'line_items' })
  }
  return undefined
}

const createSession: Route = (call) => {
  const { store, fields, context } = call
  const known = ['mode', 'line_items', 'success_url', 'client_reference_id', 'customer', 'customer_email', 'currency']
  const fault = unknownField(fields, known) ?? faultOfSession(call)
  if (fault) return fault
  const item = itemOf(fields.line_items)
  const { line_items: _items, ...kept } = fields
  const made = store.make(
    'session',
    { object: 'checkout.session', prefix: 'cs_test' },
    { status: 'open', customer: null, ...kept, price: item.price, quantity: item.quantity, expires_at: store.now() + 86_400 },
  )
  made.url = `${context.url}/c/pay/${made.id}`
  deliver(call, `Checkout (${String(fields.mode)})`, String(fields.customer ?? fields.customer_email ?? 'anybody'))
  return ok(made)
}

const createPortal: Route = (call) => {
  const { store, fields, context } = call
  const customer = store.find('customer', fields.customer)
  if (!customer) return missing('customer', fields.customer, 'customer')
  const id = `bps_demo${store.now()}`
  deliver(call, 'Portal', String(customer.email))
  return ok({
    id,
    object: 'billing_portal.session',
    created: store.now(),
    livemode: false,
    customer: customer.id,
    return_url: fields.return_url ?? null,
    url: `${context.url}/p/session/${customer.id}`,
  })
}

const createSubscription: Route = (call) => {
  const { store, fields, context } = call
  const item = itemOf(fields.items)
  const price = store.find('price', item.price)
  const strange = unknownField(fields, ['customer', 'items', 'payment_behavior', 'metadata', 'expand'])
  if (strange) return strange
  if (!store.find('customer', fields.customer)) return missing('customer', fields.customer, 'customer')
  if (!price) return missing('price', item.price, 'items[0][price]')
  const quantity = Number(item.quantity ?? 1)
  const order = { customer: String(fields.customer), price, quantity, status: 'incomplete' }
  const made = makeSubscription(store, order)
  const amount = Number(price.unit_amount) * quantity
  const invoice = makeInvoice(store, context.url, { subscription: made, amount, status: 'open', text: 'Subscription' })
  store.happened('customer.subscription.created', made)
  deliver(call, 'Subscription', order.customer)
  return ok({ ...made, latest_invoice: invoice })
}

const updateSubscription: Route = (call) => {
  const { store, fields, id, context } = call
  const subscription = store.find('subscription', id)
  if (!subscription) return missing('subscription', id)
  if (subscription.status === 'canceled') {
    return refused(400, { message: 'A canceled subscription can only update its cancellation_details and metadata.' })
  }
  if (fields.cancel_at_period_end !== undefined) subscription.cancel_at_period_end = fields.cancel_at_period_end === 'true'
  if (fields.items !== undefined) {
    const fault = change({ store, url: context.url, subscription, item: itemOf(fields.items), fields })
    if (fault) return fault
  }
  store.happened('customer.subscription.updated', subscription)
  deliver(call, `Subscription ${id} changed`, String(subscription.customer))
  return ok(subscription)
}

const cancelSubscription: Route = (call) => {
  const { store, id } = call
  const subscription = store.find('subscription', id)
  if (!subscription || subscription.status === 'canceled') return missing('subscription', id)
  Object.assign(subscription, { status: 'canceled', canceled_at: store.now(), ended_at: store.now() })
  store.happened('customer.subscription.deleted', subscription)
  deliver(call, `Subscription ${id} cancelled`, String(subscription.customer))
  return ok(subscription)
}

const methodsOf: Route = ({ store, id }) => {
  if (!store.find('customer', id)) return missing('customer', id)
  const data = store.all('method').filter(({ customer }) => customer === id)
  return ok({ object: 'list', url: `/v1/customers/${id}/payment_methods`, has_more: false, data })
}

const account: Route = () =>
  ok({
    id: 'acct_demo0000000001',
    object: 'account',
    email: 'owner@example.com',
    country: 'US',
    business_profile: { name: 'Demo Company' },
    settings: { dashboard: { display_name: 'Demo Company', timezone: 'Etc/UTC' } },
  })

const balance: Route = () => ok({ object: 'balance', livemode: false, available: [], pending: [] })

/** By method and path; `:id` stands for one part of it. */
export const routes: Readonly<Record<string, Route>> = {
  'GET /v1/account': account,
  'GET /v1/balance': balance,
  'GET /v1/products': listOf('product', ['active']),
  'POST /v1/products': createProduct,
  'GET /v1/products/:id': one('product', 'product'),
  'POST /v1/products/:id': updateProduct,
  'GET /v1/prices': listOf('price', ['active', 'type', 'product']),
  'POST /v1/prices': createPrice,
  'GET /v1/customers': listOf('customer', ['email']),
  'POST /v1/customers': createCustomer,
  'GET /v1/customers/:id/payment_methods': methodsOf,
  'GET /v1/payment_methods/:id': one('method', 'payment_method'),
  'GET /v1/subscriptions': listOf('subscription', ['customer']),
  'POST /v1/subscriptions': createSubscription,
  'GET /v1/subscriptions/:id': one('subscription', 'subscription'),
  'POST /v1/subscriptions/:id': updateSubscription,
  'DELETE /v1/subscriptions/:id': cancelSubscription,
  'GET /v1/invoices': listOf('invoice', ['customer']),
  'GET /v1/invoices/:id': one('invoice', 'invoice'),
  'POST /v1/invoices/create_preview': ({ store, fields }) => previewOf(store, fields, itemOf),
  'GET /v1/events': listOf('event'),
  'POST /v1/checkout/sessions': createSession,
  'GET /v1/checkout/sessions/:id': one('session', 'checkout.session'),
  'POST /v1/billing_portal/sessions': createPortal,
}
