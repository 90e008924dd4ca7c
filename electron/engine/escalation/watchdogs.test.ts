import { afterEach, expect, test } from 'vitest'
import { createAnnouncements } from '../announcements.ts'
import { createQueueWorld, type QueueWorld, tenant } from '../jobs/queue-world.ts'
import { createNotices } from './notices.ts'
import { createWatchdogs } from './watchdogs.ts'

let world: QueueWorld | undefined
afterEach(() => world?.stop())

test('a disk that fills is told once, and is settled only with room to spare', async () => {
  world = createQueueWorld({})
  const { database, clock } = world
  const notices = createNotices(database, createAnnouncements({ intervalMs: 1 }), () => clock.now)
  let free = 900_000_000
  const watchdogs = createWatchdogs({
    database,
    notices,
    dataDir: '/',
    tenantIds: () => [tenant],
    now: () => clock.now,
    agentDay: () => '2027-01-01',
    freeBytes: async () => free,
  })
  await watchdogs.look()
  await watchdogs.look()
  expect(notices.list(tenant)).toMatchObject([
    { kind: 'disk_low', count: 1, message: expect.stringContaining('858 MiB are free') },
  ])
  free = 1_150_000_000
  await watchdogs.look()
  expect(notices.list(tenant)).toHaveLength(1)
  free = 2_000_000_000
  await watchdogs.look()
  expect(notices.list(tenant)).toEqual([])
})
