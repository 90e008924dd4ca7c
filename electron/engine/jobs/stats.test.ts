import { afterEach, expect, test } from 'vitest'
import { spans } from '#shared/time'
import { createQueueWorld, type QueueWorld, tenant } from './queue-world.ts'
import { createJobStats } from './stats.ts'

let world: QueueWorld
afterEach(() => world.stop())

const statsOf = () => createJobStats({ database: world.database, now: () => world.clock.now, runners: () => [] })
const all = (name: 'succeeded' | 'failed' | 'retried', windowMs: number) =>
  statsOf()(tenant, windowMs).buckets.reduce((sum, bucket) => sum + bucket[name], 0)

async function send(count: number): Promise<void> {
  const sent = await Promise.all(Array.from({ length: count }, () => world.send()))
  for (const { id } of sent) await world.until(id, ({ finished_at }) => finished_at !== null)
}

test('an hour of very many attempts is counted whole', async () => {
  world = createQueueWorld({ concurrency: 256 })
  world.answer(() => Response.json({ messageId: '1' }))
  await world.system.runner.start()
  await send(5_100)
  expect(all('succeeded', spans.hour)).toBe(5_100)
  expect(all('succeeded', spans.day)).toBe(5_100)
})

test('attempts are told in the minute in which they ended, and no longer than they were asked about', async () => {
  world = createQueueWorld()
  world.clock.now = Math.ceil(world.clock.now / spans.hour) * spans.hour
  world.answer(() => Response.json({ messageId: '1' }))
  await world.system.runner.start()
  await send(2)
  world.clock.now += 30 * spans.minute
  world.answer(() => new Response('no', { status: 400 }))
  await send(1)
  const { buckets, bucketMs } = statsOf()(tenant, spans.hour)
  expect([buckets.length, bucketMs]).toEqual([60, spans.minute])
  expect([buckets[29]?.succeeded, buckets[59]?.failed]).toEqual([2, 1])
  world.clock.now += 45 * spans.minute
  expect([all('succeeded', spans.hour), all('failed', spans.hour), all('succeeded', spans.day)]).toEqual([0, 1, 2])
})

test('times are those of the attempts, and none where nothing ended', async () => {
  world = createQueueWorld()
  expect(statsOf()(tenant).waitMs).toEqual({ p50: null, p95: null, p99: null })
  const { id } = await world.send({ runAt: new Date(world.clock.now).toISOString() })
  world.clock.now += 5_000
  world.answer(() => {
    world.clock.now += 700
    return Response.json({ messageId: '1' })
  })
  await world.system.runner.start()
  await world.until(id, ({ state }) => state === 'succeeded')
  expect(statsOf()(tenant)).toMatchObject({ waitMs: { p50: 5_000 }, runMs: { p50: 700 } })
})

test('what is older than a week is dropped', async () => {
  world = createQueueWorld()
  world.answer(() => Response.json({ messageId: '1' }))
  await world.system.runner.start()
  await send(1)
  world.clock.now += 9 * spans.day
  await send(1)
  const kept = world.database.sqlite.prepare('SELECT sum(count) FROM attempt_minutes').pluck().get()
  expect(kept).toBe(1)
})
