import { expect, test } from 'vitest'
import { observeLimits, spanMs } from './chat-limits.ts'

test.each([
  ['6m0s', 360_000],
  ['1h2m3.5s', 3_723_500],
  ['20ms', 20],
  ['11.38', 11_380],
  ['35s', 35_000],
  ['900h', 86_400_000],
])('%s is read', (text, ms) => {
  expect(spanMs(text)).toBe(ms)
})

test.each([null, '', 'soon', '5 minutes', '-3s'])('%s is not', (text) => {
  expect(spanMs(text)).toBeUndefined()
})

test('what is used up is held for the longest wait told, and nothing else is', () => {
  const observe = observeLimits(['requests', 'tokens'])
  const answer = (headers: Record<string, string>) => ({
    url: new URL('https://api.openai.com/v1/models'),
    method: 'GET',
    status: 200,
    headers: new Headers(headers),
    body: undefined,
  })
  const used = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }
  const both = { ...used, 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '7m' }
  expect(observe(answer(used), 1_000)).toMatchObject({ bucket: 'requests', until: 361_000 })
  expect(observe(answer(both), 0)).toMatchObject({ until: 420_000 })
  expect(observe(answer({ ...used, 'x-ratelimit-remaining-requests': '3' }), 0)).toBeUndefined()
})
