import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Schedule } from '#shared/contract/jobs'
import { createAnnouncements } from '../announcements.ts'
import { createAuditAppender } from '../audit/append.ts'
import { createQueueWorld, operator, type QueueWorld, tenant } from '../jobs/queue-world.ts'
import { nextRunAt } from './next-run.ts'
import { createSchedules, type Schedules } from './schedules.ts'

let world: QueueWorld
let schedules: Schedules
beforeEach(() => {
  world = createQueueWorld()
  world.clock.now = Date.parse('2027-03-10T08:00:00Z')
  const now = () => world.clock.now
  const { database, system } = world
  schedules = createSchedules({
    database,
    audit: createAuditAppender(database, now),
    announcements: createAnnouncements(),
    enqueuer: system.enqueuer,
    now,
    checkOrder: system.enqueuer.check,
  })
})
afterEach(() => world.stop())

function hourly(misfire: Schedule['misfire']): Promise<Schedule> {
  const input = {
    name: 'Report',
    kind: 'TELEGRAM_SEND' as const,
    input: { chatId: '1', text: 'report' },
    cron: '0 * * * *',
    timeZone: 'Europe/Berlin',
    misfire,
  }
  return schedules.forTenant(tenant).create(input, operator)
}
const jobs = async () => (await world.system.finder.list(tenant, {}, { limit: 50 })).rows
const only = async () => (await schedules.forTenant(tenant).list(undefined, operator)).items[0]

test('what is due is ordered once, even when two processes look', async () => {
  await hourly('coalesce')
  world.clock.now += 3_600_000
  await Promise.all([schedules.look(), schedules.look()])
  expect(await jobs()).toHaveLength(1)
  expect(await only()).toMatchObject({ nextRunAt: '2027-03-10T10:00:00.000Z', missed: null })
})

test('after three hours asleep: coalesce orders one, skip none, ask waits for a word; each says what was missed', async () => {
  await hourly('coalesce')
  world.clock.now += 4 * 3_600_000 + 120_000
  await schedules.look()
  expect(await jobs()).toHaveLength(1)
  expect(await only()).toMatchObject({ missed: { count: 4, decided: 'coalesced' } })

  await schedules.forTenant(tenant).remove({ id: (await only())?.id ?? '' }, operator)
  await hourly('skip')
  world.clock.now += 2 * 3_600_000
  await schedules.look()
  expect(await jobs()).toHaveLength(1)
  expect(await only()).toMatchObject({ missed: { decided: 'skipped' } })

  await schedules.forTenant(tenant).remove({ id: (await only())?.id ?? '' }, operator)
  const asked = await hourly('ask')
  world.clock.now += 2 * 3_600_000
  await schedules.look()
  expect(await jobs()).toHaveLength(1)
  expect(await only()).toMatchObject({ missed: { decided: 'waiting' } })
  await schedules.forTenant(tenant).update({ id: asked.id, missed: 'run' }, operator)
  expect(await jobs()).toHaveLength(2)
})

test('a wrong pattern or zone is refused by name', async () => {
  const bad = { name: 'x', kind: 'TELEGRAM_SEND' as const, input: { text: 'x' }, misfire: 'skip' as const }
  const create = schedules.forTenant(tenant).create
  await expect(async () => create({ ...bad, cron: '61 * * * *', timeZone: 'UTC' }, operator)).rejects.toMatchObject({
    failure: { fields: [{ path: 'cron' }] },
  })
  await expect(async () => create({ ...bad, cron: '0 * * * *', timeZone: 'Mars/Base' }, operator)).rejects.toMatchObject({
    failure: { fields: [{ path: 'timeZone' }] },
  })
})

test('a time that does not exist on the day the clocks go forward runs once that day, and one that exists twice runs once', () => {
  const gap = Date.parse('2027-03-28T00:00:00+01:00')
  const first = nextRunAt('30 2 * * *', 'Europe/Berlin', gap) ?? 0
  expect(new Date(first).toISOString().slice(0, 10)).toBe('2027-03-28')
  expect(nextRunAt('30 2 * * *', 'Europe/Berlin', first)).toBe(Date.parse('2027-03-29T02:30:00+02:00'))

  const twice = Date.parse('2027-10-31T00:00:00+02:00')
  const once = nextRunAt('30 2 * * *', 'Europe/Berlin', twice) ?? 0
  expect(nextRunAt('30 2 * * *', 'Europe/Berlin', once)).toBe(Date.parse('2027-11-01T02:30:00+01:00'))
})
