import { expect, test } from 'vitest'
import { rejects } from './refusals.ts'

const url = new URL('https://api.stripe.com/v1/subscriptions')
const judge = (status: number, error: Record<string, unknown>) =>
  rejects({ url, method: 'POST', status, headers: new Headers(), body: { error: { type: 'invalid_request_error', ...error } } })

test.each([
  [402, { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' }, 'rejected', /not enough money/],
  [402, { type: 'card_error', code: 'expired_card' }, 'rejected', /has expired/],
  [402, { type: 'card_error', code: 'card_declined', decline_code: 'brand_new', message: 'No.' }, 'rejected', /No\./],
  [401, { message: 'Invalid API Key' }, 'unauthorized', /Connect a new one/],
  [400, { type: 'idempotency_error', message: 'Keys' }, 'conflict', /already took/],
  [409, { type: 'idempotency_error', code: 'idempotency_key_in_use' }, 'unavailable', /asked again/],
  [429, { code: 'lock_timeout' }, 'unavailable', /tried again/],
  [404, { code: 'resource_missing', message: "No such price: 'x'" }, 'not_found', /No such price/],
  [400, { code: 'resource_missing', message: "No such customer: 'x'" }, 'not_found', /No such customer/],
  [400, { message: 'Invalid integer', param: 'quantity' }, 'rejected', /Invalid integer/],
])('%i %j is %s', (status, error, kind, told) => {
  expect(judge(status, error)).toMatchObject({ kind, message: expect.stringMatching(told) })
})

test('a stolen card is not called stolen', () => {
  const failure = judge(402, { type: 'card_error', code: 'card_declined', decline_code: 'stolen_card' })
  expect(failure?.message).not.toMatch(/stolen/)
})

test('a restricted key is told which permission it lacks, and where to grant it', () => {
  const message = "The provided key does not have the required permissions. Having the 'rak_product_write' permission would do."
  expect(judge(403, { message })).toMatchObject({
    kind: 'forbidden',
    message: expect.stringContaining('It lacks rak_product_write'),
    action: { href: 'https://dashboard.stripe.com/apikeys', steps: expect.arrayContaining(['Grant it rak_product_write']) },
  })
})

test.each([
  [429, { code: 'rate_limit' }],
  [500, { type: 'api_error' }],
  [503, { type: 'api_error' }],
])('%i is judged by its status, with the time to come back', (status, error) => {
  expect(judge(status, error)).toBeUndefined()
})
