import { expect, test } from 'vitest'
import type { News } from '#shared/contract/system'
import { createFakeEngine } from './fake-engine.ts'
import { newsFor } from './news.ts'

function news(tenantId: string | null, id = 'a'): News {
  return { topic: 'job.changed', tenantId, ids: [id] }
}

function listening(tenantId: string | null) {
  const fake = createFakeEngine()
  const stop = new AbortController()
  const stream = newsFor(fake.engine.listen, tenantId, stop.signal)
  return { ...fake, stop, stream }
}

test('a tenant hears of itself and of everybody, never of another', async () => {
  const { announce, stream } = listening('acme')
  const first = stream.next()
  announce(news('other'))
  announce(news('acme'))
  announce(news(null))
  expect([(await first).value, (await stream.next()).value]).toEqual([news('acme'), news(null)])
})

test('the operator hears of all, in order', async () => {
  const { announce, stream } = listening(null)
  const first = stream.next()
  announce(news('other', '1'))
  announce(news('acme', '2'))
  expect([(await first).value, (await stream.next()).value]).toEqual([news('other', '1'), news('acme', '2')])
})

test('whoever does not read is told that some were missed, instead of filling the memory', async () => {
  const { announce, stream } = listening(null)
  const first = stream.next()
  announce(news('acme', 'first'))
  await first
  for (let count = 0; count < 5_100; count += 1) announce(news('acme', String(count)))
  announce(news('acme', 'last'))
  const told: News[] = []
  while (told.at(-1)?.ids[0] !== 'last') told.push((await stream.next()).value)
  expect(told.length).toBeLessThanOrEqual(1_001)
  expect(told[0]?.topic).toBe('missed')
})

test('the signal ends it while it waits, and nobody listens any more', async () => {
  const { stop, stream, listeners } = listening(null)
  const waiting = stream.next()
  expect(listeners()).toBe(1)
  stop.abort()
  expect((await waiting).done).toBe(true)
  expect(listeners()).toBe(0)
})

test('one that was ended before it began tells nothing', async () => {
  const { stop, stream, listeners } = listening(null)
  stop.abort()
  expect((await stream.next()).done).toBe(true)
  expect(listeners()).toBe(0)
})
