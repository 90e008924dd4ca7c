import { expect, test } from 'vitest'
import { modelOf } from '#shared/ai/models'
import { countFor, countOrder, countText } from './count-tokens.ts'

test('text is counted as its models count it', async () => {
  expect(await countText('')).toBe(0)
  expect(await countText('Hello world')).toBe(2)
  expect(await countText('The quick brown fox jumps over the lazy dog.')).toBe(10)
})

test('text that spells a control token is text', async () => {
  expect(await countText('<|endoftext|>')).toBeGreaterThan(1)
})

test('one run without end takes no time to speak of, and is never counted too low by its cuts', async () => {
  const started = performance.now()
  const tokens = await countText('a'.repeat(200_000))
  expect(performance.now() - started).toBeLessThan(2_000)
  expect(tokens).toBeGreaterThanOrEqual(25_000)
  expect(tokens).toBeLessThan(27_000)
})

test('an order is its words, its tools, and what lies around each message', async () => {
  const one = await countOrder([{ role: 'user', content: 'Hello world' }])
  const two = await countOrder([
    { role: 'user', content: 'Hello world' },
    { role: 'assistant', content: 'Hello world' },
  ])
  expect([one, two]).toEqual([14, 20])
  const tools = [{ name: 'look_up', parameters: { type: 'object' } }]
  expect(await countOrder([{ role: 'user', content: 'Hello world' }], tools)).toBeGreaterThan(one + 5)
})

test('who counts differently is given room', () => {
  const [own, stranger] = [modelOf('openai/gpt-5.4-mini'), modelOf('gemini/gemini-3.5-flash')]
  expect(own && countFor(own, 1_000)).toBe(1_000)
  expect(stranger && countFor(stranger, 1_000)).toBe(1_350)
})
