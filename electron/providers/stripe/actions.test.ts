/** Exact wire shapes, and orders of several steps that go on where they stopped. */
import { expect, test } from 'vitest'
import { makeCall } from '../../kit/make-call.ts'
import { stripe } from './manifest.ts'

interface Sent {
  line: string
  body: Record<string, string>
  headers: Headers
}

function openWorld(answer: (sent: Sent) => unknown) {
  const sent: Sent[] = []
  const remembered: unknown[] = []
  async function rawFetch(request: Request): Promise<Response> {
    const { pathname, search, host } = new URL(request.url)
    const body = Object.fromEntries(new URLSearchParams(await request.text()))
    const one = { line: `${request.method} ${host}${pathname}${search}`, body, headers: request.headers }
    sent.push(one)
    return Response.json(answer(one))
  }
  async function run(action: string, input: unknown, progress?: unknown) {
    const { call } = makeCall({
      provider: stripe,
      credential: { secretKey: 'rk_test_a' },
      settings: {},
      repeat: 'keyed',
      key: 'job-1',
      progress,
      signal: new AbortController().signal,
      rawFetch,
      now: () => 1_790_000_000_000,
      beforeEffect: async () => undefined,
      remember: async (next) => void remembered.push(next),
      replaceCredential: async () => undefined,
      patchSettings: async () => undefined,
      conversations: async () => [],
    })
    const found = stripe.actions[action]
    return found?.run(found.input.parse(input), call as never)
  }
  return { sent, remembered, run }
}

const made = ({ line }: Sent) => (line.endsWith('/products') ? { id: 'prod_1' } : { id: `price_${line.length}` })

test('a plan is one product and two prices, each under a key of its own', async () => {
  const { sent, remembered, run } = openWorld(made)
  await run('plan.create', { name: 'Studio', monthly: { amount: 4_999, currency: 'EUR' } })
  expect(sent.map(({ line }) => line)).toEqual([
    'POST api.stripe.com/v1/products',
    'POST api.stripe.com/v1/prices',
    'POST api.stripe.com/v1/prices',
  ])
  expect(sent[0]?.body).toEqual({ name: 'Studio', 'metadata[atlas_job]': 'job-1' })
  expect(sent[1]?.body).toMatchObject({
    product: 'prod_1',
    currency: 'eur',
    unit_amount: '4999',
    'recurring[interval]': 'month',
  })
  expect(sent[2]?.body).toMatchObject({ unit_amount: '47990', 'recurring[interval]': 'year' })
  expect(sent.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['job-1-product', 'job-1-month', 'job-1-year'])
  expect(sent[0]?.headers.get('authorization')).toBe('Bearer rk_test_a')
  expect(sent[0]?.headers.get('stripe-version')).toBe('2026-10-28.endive')
  expect(sent[0]?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
  expect(sent[0]?.headers.has('x-stripe-client-telemetry')).toBe(false)
  expect(remembered).toHaveLength(2)
})

test('a plan that stopped half way goes on without making anything twice', async () => {
  const { sent, run } = openWorld(made)
  const input = { name: 'Studio', monthly: { amount: 4_999, currency: 'EUR' } }
  await run('plan.create', input, { product: 'prod_1', monthly: 'price_1' })
  expect(sent.map(({ body }) => body['recurring[interval]'])).toEqual(['year'])
})

test.each([
  [1_234, 'KWD', 'monthly.amount'],
  [1_250, 'ISK', 'monthly.amount'],
  [99_999_999, 'EUR', 'monthly.amount'],
])('%i of %s cannot be charged, and nothing is sent', async (amount, currency, path) => {
  const { sent, run } = openWorld(made)
  await expect(run('plan.create', { name: 'Odd', monthly: { amount, currency } })).rejects.toMatchObject({
    failure: { kind: 'invalid', fields: [{ path }] },
  })
  expect(sent).toEqual([])
})

const price = { id: 'price_1', active: true, currency: 'usd', unit_amount: 2_900, product: 'prod_1' }
const subscription = {
  id: 'sub_1',
  object: 'subscription',
  customer: 'cus_1',
  status: 'active',
  cancel_at_period_end: false,
  items: { data: [{ id: 'si_1', quantity: 1, price: { ...price, recurring: { interval: 'month', interval_count: 1 } } }] },
}

test('what was previewed is charged: the same item, price and date of proration', async () => {
  const { sent, run } = openWorld(({ line }) =>
    line.includes('create_preview') ? { currency: 'usd', total: 5, amount_due: 5, lines: { data: [] } } : subscription,
  )
  const change = { subscription: 'sub_1', price: 'price_2', quantity: 3 }
  const preview = (await run('subscription.preview', change)) as { prorationDate: number }
  await run('subscription.change', { ...change, prorationDate: preview.prorationDate })
  expect(sent[1]).toMatchObject({
    line: 'POST api.stripe.com/v1/invoices/create_preview',
    body: {
      subscription: 'sub_1',
      'subscription_details[items][0][id]': 'si_1',
      'subscription_details[items][0][price]': 'price_2',
      'subscription_details[items][0][quantity]': '3',
      'subscription_details[proration_behavior]': 'create_prorations',
      'subscription_details[proration_date]': '1790000000',
    },
  })
  expect(sent[3]).toMatchObject({
    line: 'POST api.stripe.com/v1/subscriptions/sub_1',
    body: {
      'items[0][id]': 'si_1',
      'items[0][price]': 'price_2',
      'items[0][quantity]': '3',
      proration_behavior: 'create_prorations',
      proration_date: '1790000000',
    },
  })
})

const hour = 3_600_000
const begunHoursAgo = (hours: number) => ({ begunAt: 1_790_000_000_000 - hours * hour })

test('a subscription is ordered again under its key while Stripe knows the key, and not after', async () => {
  const { sent, remembered, run } = openWorld(() => ({ ...subscription, latest_invoice: null }))
  const order = { customer: 'cus_1', price: 'price_1' }
  await run('subscription.create', order)
  expect(remembered).toEqual([begunHoursAgo(0)])
  await run('subscription.create', order, begunHoursAgo(22))
  expect(sent.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['job-1-subscription', 'job-1-subscription'])
  expect(sent[0]?.body).toMatchObject({ 'items[0][price]': 'price_1', payment_behavior: 'default_incomplete' })
  await expect(run('subscription.create', order, begunHoursAgo(24))).rejects.toMatchObject({ failure: { kind: 'conflict' } })
  expect(sent).toHaveLength(2)
})

test('ending at once looks first, so that a repeated order is no failure', async () => {
  const { sent, run } = openWorld(() => ({ ...subscription, status: 'canceled', ended_at: 1_790_000_000 }))
  expect(await run('subscription.cancel', { subscription: 'sub_1', when: 'now' })).toMatchObject({ status: 'canceled' })
  expect(sent.map(({ line }) => line)).toEqual(['GET api.stripe.com/v1/subscriptions/sub_1'])
})

test('a subscription of several items is left alone', async () => {
  const [item] = subscription.items.data
  const { sent, run } = openWorld(() => ({ ...subscription, items: { data: [item, item] } }))
  await expect(run('subscription.change', { subscription: 'sub_1', price: 'price_2' })).rejects.toMatchObject({
    failure: { kind: 'unsupported' },
  })
  expect(sent).toHaveLength(1)
})

test('events are asked for page by page and handed on oldest first', async () => {
  const event = (id: string, created: number) => ({
    id,
    type: 'invoice.paid',
    created,
    data: { object: { object: 'invoice', id: 'in_1' } },
  })
  const { sent } = await pagesOf([[event('evt_3', 3), event('evt_2', 2)], [event('evt_1', 1)]])
  expect(sent[0]?.line).toMatch(/created\[gte\]=1&types\[0\]=/)
  expect(sent[1]?.line).toMatch(/starting_after=evt_2/)
})

async function pagesOf(pages: { id: string }[][]) {
  const world = openWorld(() => ({ object: 'list', data: pages.shift() ?? [], has_more: pages.length > 0, url: '/v1/events' }))
  const { call } = makeCall({
    provider: stripe,
    credential: { secretKey: 'sk_test_a' },
    settings: {},
    repeat: 'safe',
    key: 'k',
    signal: new AbortController().signal,
    rawFetch: async (request) => {
      const { pathname, search } = new URL(request.url)
      const line = `${request.method} ${pathname}${decodeURIComponent(search)}`
      world.sent.push({ line, body: {}, headers: request.headers })
      return Response.json({ object: 'list', data: pages.shift() ?? [], has_more: pages.length > 0, url: '/v1/events' })
    },
    now: () => 0,
    beforeEffect: async () => undefined,
    remember: async () => undefined,
    replaceCredential: async () => undefined,
    patchSettings: async () => undefined,
    conversations: async () => [],
  })
  const events = await stripe.billing?.eventsSince(call as never, 1_000)
  expect(events?.map(({ id }) => id)).toEqual(['evt_1', 'evt_2', 'evt_3'])
  return world
}
