/** How Stripe's stand-in counts a change within a period: what is left of the old price back, what is left of the new one due. */
import type { SandboxResponse } from './define.ts'
import { type Fields, makeInvoice, missing, refused, type Store, type StripeObject, seconds } from './stripe-store.ts'

interface Item extends Fields {
  id: string
  price: StripeObject
  quantity: number
  current_period_start: number
  current_period_end: number
}

interface Line {
  amount: number
  description: string
  proration: boolean
}

export function firstItem(subscription: StripeObject): Item {
  return (subscription.items as { data: Item[] }).data[0] as Item
}

const intervalOf = (price: StripeObject) => (price.recurring as { interval: string }).interval
const nameOf = (store: Store, price: StripeObject) => String(store.find('product', price.product)?.name)

/** Lines of the next invoice after a change at `at` (seconds). */
function linesOf(
  store: Store,
  item: Item,
  next: { price: StripeObject; quantity: number; at: number; behavior: string },
): Line[] {
  const { price, quantity, at, behavior } = next
  const left = Math.max(0, item.current_period_end - at) / (item.current_period_end - item.current_period_start)
  const before = Number(item.price.unit_amount) * item.quantity
  const after = Number(price.unit_amount) * quantity
  const full = { amount: after, description: `${quantity} × ${nameOf(store, price)}`, proration: false }
  if (behavior === 'none') return [full]
  const unused = {
    amount: -Math.round(before * left),
    description: `Unused time on ${nameOf(store, item.price)}`,
    proration: true,
  }
  if (intervalOf(price) !== intervalOf(item.price)) return [unused, full]
  const remaining = {
    amount: Math.round(after * left),
    description: `Remaining time on ${nameOf(store, price)}`,
    proration: true,
  }
  return behavior === 'always_invoice' ? [unused, remaining] : [unused, remaining, full]
}

function faultOfItem(store: Store, subscription: StripeObject, item: Fields): SandboxResponse | undefined {
  if (firstItem(subscription).id !== item.id) return missing('subscription item', item.id, 'items[0][id]')
  const price = store.find('price', item.price)
  if (!price) return missing('price', item.price, 'items[0][price]')
  if (price.currency !== subscription.currency) {
    return refused(400, { message: 'The price specified has another currency than the subscription.', param: 'items[0][price]' })
  }
  return undefined
}

export function previewOf(store: Store, fields: Fields, itemOf: (items: unknown) => Fields): SandboxResponse {
  const subscription = store.find('subscription', fields.subscription)
  if (!subscription) return missing('subscription', fields.subscription, 'subscription')
  const details = (fields.subscription_details ?? {}) as Fields
  const changed = itemOf(details.items)
  const fault = faultOfItem(store, subscription, changed)
  if (fault) return fault
  const item = firstItem(subscription)
  const lines = linesOf(store, item, {
    price: store.find('price', changed.price) as StripeObject,
    quantity: Number(changed.quantity ?? item.quantity),
    at: Number(details.proration_date ?? store.now()),
    behavior: String(details.proration_behavior ?? 'create_prorations'),
  })
  const total = lines.reduce((sum, { amount }) => sum + amount, 0)
  const { currency } = subscription
  const data = lines.map(({ amount, description, proration }, at) => ({
    id: `il_tmp_${at}`,
    object: 'line_item',
    amount,
    currency,
    description,
    parent: { type: 'subscription_item_details', subscription_item_details: { proration }, invoice_item_details: null },
  }))
  return {
    status: 200,
    body: {
      id: 'upcoming_in_demo',
      object: 'invoice',
      status: 'draft',
      currency,
      total,
      amount_due: Math.max(0, total),
      created: store.now(),
      lines: { object: 'list', has_more: false, data },
    },
  }
}

/** Puts the subscription on another price; what is due at once becomes an invoice. */
export function change(order: {
  store: Store
  url: string
  subscription: StripeObject
  item: Fields
  fields: Fields
}): SandboxResponse | undefined {
  const { store, url, subscription, item: wanted, fields } = order
  const fault = faultOfItem(store, subscription, wanted)
  if (fault) return fault
  const item = firstItem(subscription)
  const price = store.find('price', wanted.price) as StripeObject
  const quantity = Number(wanted.quantity ?? item.quantity)
  const behavior = String(fields.proration_behavior ?? 'create_prorations')
  const turns = intervalOf(price) !== intervalOf(item.price)
  const at = Number(fields.proration_date ?? store.now())
  const lines = linesOf(store, item, { price, quantity, at, behavior })
  Object.assign(item, { price, quantity })
  if (turns) {
    item.current_period_start = store.now()
    item.current_period_end = store.now() + (intervalOf(price) === 'year' ? seconds.year : seconds.month)
  }
  const amount = lines.reduce((sum, line) => sum + line.amount, 0)
  if ((turns || behavior === 'always_invoice') && amount > 0) {
    const invoice = makeInvoice(store, url, { subscription, amount, status: 'paid', text: 'Change of subscription' })
    store.happened('invoice.paid', invoice)
  }
  return undefined
}
