import { afterEach, expect, test } from 'vitest'
import { createAnnouncements } from '../announcements.ts'
import { createQueueWorld, type QueueWorld, tenant } from '../jobs/queue-world.ts'
import { createNotices } from './notices.ts'
import { createLateWatch } from './watch.ts'

let world: QueueWorld
afterEach(() => world.stop())

function watch() {
  const { database, clock } = world
  const now = () => clock.now
  const notices = createNotices(database, createAnnouncements({ intervalMs: 1 }), now)
  const { look } = createLateWatch({ database, notices, tenantIds: () => [tenant], now })
  return { look, list: () => notices.list(tenant) }
}

test('a job that is due and has not begun within a minute is told once, and settled when it runs', async () => {
  world = createQueueWorld()
  const { look, list } = watch()
  const job = await world.send()
  world.clock.now += 60_000
  await look()
  expect(list()).toEqual([])
  world.clock.now += 1_000
  await look()
  await look()
  expect(list()).toMatchObject([{ kind: 'job_late', title: 'A job is late', count: 1, href: `/jobs?id=${job.id}` }])
  await world.system.runner.start()
  await world.until(job.id, ({ state }) => state === 'succeeded')
  await look()
  expect(list()).toEqual([])
})

test('what was late when the program ended is settled by the one that comes after it', async () => {
  world = createQueueWorld()
  const job = await world.send()
  world.clock.now += 61_000
  await watch().look()
  const next = watch()
  await next.look()
  expect(next.list()).toMatchObject([{ kind: 'job_late', count: 1 }])
  await world.system.steering.cancel(tenant, job.id, { kind: 'operator', id: 'test' })
  await next.look()
  expect(next.list()).toEqual([])
})

test('of very many late jobs it is told that there are many', async () => {
  world = createQueueWorld()
  await Promise.all(Array.from({ length: 1_001 }, () => world.send()))
  world.clock.now += 61_000
  const { look, list } = watch()
  await look()
  expect(list()).toMatchObject([{ title: 'More than 1,000 jobs are late', href: '/jobs?state=queued' }])
})
