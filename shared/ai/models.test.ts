import { expect, test } from 'vitest'
import { costNano, findModel, modelOf, models, type Price, refOf, toDollars } from './models.ts'

const tokens = (inputTokens: number, outputTokens = 0, cachedTokens = 0) => ({ inputTokens, outputTokens, cachedTokens })
function priceOf(ref: string): Price {
  const price = modelOf(ref)?.price
  if (!price) throw new Error(`${ref} has no price`)
  return price
}

test('a million tokens cost what the table says', () => {
  expect(toDollars(costNano(priceOf('openai/gpt-5.4-mini'), tokens(1_000_000)))).toBe(0.75)
  expect(toDollars(costNano(priceOf('openai/gpt-5.4-mini'), tokens(0, 1_000_000)))).toBe(4.5)
  expect(toDollars(costNano(priceOf('deepseek/deepseek-v4-pro'), tokens(1_000_000, 0, 1_000_000)))).toBe(0.003625)
})

test('single tokens add up without drift, and never to less than they cost', () => {
  const price = priceOf('deepseek/deepseek-v4-flash')
  // 0.0028 dollars for a million: 2.8 nano-dollars each, rounded up.
  expect(costNano(price, tokens(1, 0, 1))).toBe(3)
  let sum = 0
  for (let call = 0; call < 10_000; call += 1) sum += costNano(price, tokens(7, 3))
  expect(sum).toBe(10_000 * (7 * 140 + 3 * 280))
})

test('above its length the whole request costs more, from the first token over it', () => {
  const price = priceOf('gemini/gemini-3.1-pro-preview')
  expect(toDollars(costNano(price, tokens(200_000, 1_000)))).toBe(0.412)
  expect(toDollars(costNano(price, tokens(200_001, 1_000)))).toBe((200_001 * 4 + 1_000 * 18) / 1e6)
})

test('cached input costs less where that is known, and like any input where it is not', () => {
  expect(costNano(priceOf('openai/gpt-5.4-mini'), tokens(1_000, 0, 400))).toBe(600 * 750 + 400 * 75)
  expect(costNano(priceOf('gemini/gemini-3.5-flash'), tokens(1_000, 0, 400))).toBe(1_000 * 1_500)
})

test('unknown stays unknown', () => {
  expect(toDollars(null)).toBeNull()
  expect(modelOf('openrouter/openrouter/auto')?.price).toBeNull()
})

test('a model is found by either of its names', () => {
  expect(findModel('openai/gpt-5.4-mini')).toBe(findModel('gpt-5.4-mini'))
  expect(findModel('openrouter/auto')?.provider).toBe('openrouter')
  expect(findModel('openrouter/mistralai/mistral-large')).toMatchObject({ provider: 'openrouter', id: 'mistralai/mistral-large' })
  expect(findModel('mistralai/mistral-large')).toMatchObject({
    provider: 'openrouter',
    id: 'mistralai/mistral-large',
    price: null,
  })
  expect(findModel('openai/gpt-7')).toMatchObject({ provider: 'openai', id: 'gpt-7', price: null })
  expect(findModel('gpt-7')).toBeUndefined()
})

test('no model stands twice in the table, and each price says when and where it was read', () => {
  expect(new Set(models.map(refOf)).size).toBe(models.length)
  for (const { price } of models) if (price) expect(price).toMatchObject({ asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
})
