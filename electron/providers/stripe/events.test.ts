import { describe, expect, test } from 'vitest'
import { signDelivery } from '../../sandbox/stripe.ts'
import { billing } from './events.ts'

const secret = 'whsec_of_this_test'
const credential = { secretKey: 'sk_test_a', webhookSecret: secret }
const now = 1_790_000_000_000
const minute = 60_000
const body = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'invoice.paid',
  created: 1_789_999_990,
  data: { object: { object: 'invoice', id: 'in_1', title: 'ä' } },
})

const prove = (signature: string, text = body, with_ = credential as { secretKey: string; webhookSecret?: string }) =>
  billing.prove({ body: text, signature, receivedAt: now }, with_)

describe('a delivery', () => {
  test('is proven by a signature of the secret over its very bytes', async () => {
    expect(await prove(await signDelivery(body, secret, now))).toEqual({
      id: 'evt_1',
      type: 'invoice.paid',
      at: new Date(1_789_999_990_000).toISOString(),
      object: { kind: 'invoice', id: 'in_1' },
    })
  })

  test('is proven where one of two signatures fits, as while a secret is rolled', async () => {
    const other = (await signDelivery(body, 'whsec_other', now)).split(',')[1]
    const [at, own] = (await signDelivery(body, secret, now)).split(',')
    expect((await prove(`${at},${other},${own}`)).id).toBe('evt_1')
    await expect(prove(`${at},${other},${other}`)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } })
  })

  test.each([
    ['another secret', () => signDelivery(body, 'whsec_other', now)],
    ['another body', () => signDelivery(body.replace('in_1', 'in_2'), secret, now)],
    ['five minutes and a second ago', () => signDelivery(body, secret, now - 5 * minute - 1_000)],
    ['nothing', async () => ''],
    ['no time', async () => `v1=${'0'.repeat(64)}`],
    ['an older scheme', async () => (await signDelivery(body, secret, now)).replace('v1=', 'v0=')],
  ])('signed with %s is refused', async (_what, sign) => {
    await expect(prove(await sign())).rejects.toMatchObject({ failure: { kind: 'unauthorized' } })
  })

  test('a moved time is refused, for it is signed too', async () => {
    const old = await signDelivery(body, secret, now - 60 * minute)
    await expect(prove(old.replace(/^t=\d+/, `t=${now / 1_000}`))).rejects.toMatchObject({ failure: { kind: 'unauthorized' } })
  })

  test('just within five minutes is taken', async () => {
    expect((await prove(await signDelivery(body, secret, now - 5 * minute))).id).toBe('evt_1')
  })

  test('without a secret here nothing is proven', async () => {
    const signature = await signDelivery(body, '', now).catch(() => 't=1,v1=00')
    await expect(prove(signature, body, { secretKey: 'sk_test_a' })).rejects.toMatchObject({ failure: { kind: 'unauthorized' } })
  })
})
