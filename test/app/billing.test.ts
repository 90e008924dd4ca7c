/** Billing from outside: deliveries over HTTP with and without a good signature, and orders that become jobs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signDelivery, stripeSandbox } from '../../electron/sandbox/stripe.ts'
import { type RunningApp, runApp, settled } from './running-app.ts'

const secret = String(stripeSandbox.demoCredential.webhookSecret)

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

const eventOf = (id: string, text = '') =>
  JSON.stringify({
    id,
    object: 'event',
    type: 'customer.subscription.updated',
    created: Math.floor(Date.now() / 1_000),
    data: { object: { object: 'subscription', id: 'sub_demo_ada', text } },
  })

async function deliver(body: string, signature: string, query = '') {
  const response = await fetch(`${running.url}/v1/billing/webhook${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body,
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function kept(): Promise<{ id: string; via: string; state: string }[]> {
  const { body } = await running.ask('GET', '/v1/billing/events?limit=200')
  return (body as { items: { id: string; via: string; state: string }[] }).items
}

describe('a delivery', () => {
  test('is taken without a token when it is signed, once, with its object as it stands now', async () => {
    const body = eventOf('evt_signed', 'bytes that matter: ä €')
    const signature = await signDelivery(body, secret, Date.now())
    expect(await deliver(body, signature, '?tenant=demo')).toEqual({ status: 200, body: { received: true, taken: true } })
    expect(await deliver(body, signature)).toEqual({ status: 200, body: { received: true, taken: false } })
    const found = (await kept()).filter(({ id }) => id === 'evt_signed')
    expect(found).toMatchObject([{ via: 'webhook', state: 'active' }])
  })

  test.each([
    ['by another secret', (body: string) => signDelivery(body, 'whsec_another', Date.now())],
    ['an hour ago', (body: string) => signDelivery(body, secret, Date.now() - 3_600_000)],
    ['by nobody', async () => ''],
  ])('that was signed %s is a bad request and leaves nothing', async (_how, sign) => {
    const body = eventOf('evt_refused')
    const answer = await deliver(body, await sign(body))
    expect(answer).toMatchObject({ status: 400, body: { error: { kind: 'unauthorized' } } })
    expect(JSON.stringify(answer)).not.toContain(secret)
    expect((await kept()).map(({ id }) => id)).not.toContain('evt_refused')
  })

  test('is refused when it is larger than any event', async () => {
    const answer = await fetch(`${running.url}/v1/billing/webhook`, { method: 'POST', body: 'x'.repeat(1_000_001) })
    expect(answer.status).toBe(413)
    expect((await fetch(`${running.url}/v1/billing/webhook`)).status).toBe(405)
  })

  test('is asked for again when the object cannot be asked for now', async () => {
    const fault = { provider: 'stripe', fault: 'unavailable' }
    const operator = { kind: 'operator', id: 'test' } as const
    const sandbox = running.app.engine.forTenant('demo').sandbox
    await sandbox.setFault({ ...fault, active: true }, operator)
    const body = eventOf('evt_later')
    expect((await deliver(body, await signDelivery(body, secret, Date.now()))).status).toBe(503)
    await sandbox.setFault({ ...fault, active: false }, operator)
    expect(await deliver(body, await signDelivery(body, secret, Date.now()))).toMatchObject({ body: { taken: true } })
  })
})

test('a plan is ordered once for one key, and is listed with both prices', async () => {
  const order = { name: 'Yen', monthly: { amount: 980, currency: 'JPY' }, key: 'plan-yen' }
  const first = await running.ask('POST', '/v1/billing/plans', { body: order })
  const second = await running.ask('POST', '/v1/billing/plans', { body: order })
  expect(first.status).toBe(201)
  const { id } = first.body as { id: string }
  expect((second.body as { id: string }).id).toBe(id)
  expect(await settled(running, id)).toMatchObject({
    state: 'succeeded',
    result: { annual: { price: { amount: 9_408, currency: 'JPY' }, percent: 20 } },
  })
  const { body } = await running.ask('GET', '/v1/billing/plans')
  const plans = (body as { items: { name: string }[] }).items.filter(({ name }) => name === 'Yen')
  expect(plans).toMatchObject([{ monthly: { price: { amount: 980 } }, annual: { price: { amount: 9_408 } } }])
})

test('what an order changed is in the very next answer, whoever hears first that it is done', async () => {
  const demo = running.app.engine.forTenant('demo')
  const by = { kind: 'operator' as const, id: 'operator' }
  const names = async () => (await demo.billing.plans({}, by)).items.map(({ name }) => name)
  for (const name of ['One', 'Two', 'Three']) {
    expect(await names()).not.toContain(name)
    const { id } = await demo.billing.createPlan({ name, monthly: { amount: 980, currency: 'JPY' } }, by)
    // Asked directly, as a screen does: news of the end may come later than the end.
    while ((await demo.jobs.get({ id }, by)).state !== 'succeeded') await new Promise((resolve) => setImmediate(resolve))
    expect(await names()).toContain(name)
  }
})

test('what is not connected says where to connect it', async () => {
  const made = await running.ask('POST', '/v1/tenants', { body: { name: 'Bare' } })
  const headers = { 'x-tenant-id': (made.body as { id: string }).id }
  expect((await running.ask('GET', '/v1/billing', { headers })).body).toMatchObject({ state: 'not_connected', test: null })
  const plans = await running.ask('GET', '/v1/billing/plans', { headers })
  expect(plans.body).toMatchObject({ error: { kind: 'unauthorized', action: { href: '/integrations/stripe' } } })
})
