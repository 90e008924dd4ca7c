/** Who is told of what went wrong: once per change, in order, never in a loop, and not at night. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Notice, NoticeKind } from '#shared/contract/system'
import { toInstant } from '#shared/time'
import { nextNews, type RunningApp, runApp } from './running-app.ts'

const minute = 60_000
const noon = Date.parse('2027-03-01T12:00:00Z')

let running: RunningApp
/** The product's clock; the real one goes on under it. */
let ahead = 0
beforeEach(async () => {
  ahead = noon - Date.now()
  running = await runApp({}, { now: () => Date.now() + ahead })
})
afterEach(() => running.stop())

const operator = { kind: 'operator' as const, id: 'operator' }
const demo = () => running.app.engine.forTenant('demo')
const later = (minutes: number) => {
  ahead += minutes * minute
}
const first = { name: 'Ada', channel: 'telegram' as const, address: '700100', afterMinutes: 0 }
const second = { name: 'Grace', channel: 'email' as const, address: 'grace@example.com', afterMinutes: 30 }

async function raise(cause: string, kind: NoticeKind = 'job_failed', times = 1): Promise<void> {
  const { database } = running.app.foundation
  const { notices } = running.app.reach
  await database.write((tx) => {
    for (let at = 0; at < times; at += 1)
      notices.raise(tx, 'demo', { kind, cause, title: `${cause} failed`, message: `Why ${cause} failed.`, href: '/jobs' })
  })
}
const close = (cause: string, kind: NoticeKind = 'job_failed') =>
  running.app.foundation.database.write((tx) => running.app.reach.notices.close(tx, 'demo', kind, cause))
const look = () => running.app.work.escalator.look()
const open = async (): Promise<Notice[]> => (await demo().system.notices({}, operator)).items

/** Orders of tellings by key, as texts: what would go out, whether or not the service takes it. */
async function told(): Promise<string[]> {
  const { items } = await demo().jobs.list({ limit: 200 }, operator)
  const ours = items.filter(({ key }) => key?.startsWith('notice/'))
  const details = await Promise.all(ours.map(({ id }) => demo().jobs.get({ id }, operator)))
  return details.reverse().map(({ kind, input }) => {
    const { text, to, chatId, subject } = input as Record<string, string>
    return `${kind === 'EMAIL_SEND' ? `${to}: ${subject}` : `${chatId}: ${text}`}`
  })
}

/** What the first day of the demo left open is not what is looked at here. */
async function calm(people = [first, second]): Promise<void> {
  const { sqlite } = running.app.foundation.database
  sqlite.prepare('UPDATE notices SET closed_at = 0 WHERE closed_at IS NULL').run()
  await demo().system.updateSettings({ people }, operator)
}

test('a thousand failures of one cause are one message with their number', async () => {
  await calm()
  await raise('slack', 'job_failed', 1_000)
  await look()
  expect(await told()).toEqual([])
  later(1.5)
  await look()
  await look()
  await raise('slack')
  await look()
  expect(await told()).toEqual([expect.stringContaining('700100: slack failed')])
  expect((await told())[0]).toContain('(1000 times)')
  expect((await told())[0]).toContain('atlas-ux://open/jobs')
})

test('the next of the chain is told after their time, unless somebody has seen it', async () => {
  await calm()
  await raise('seen')
  await raise('unseen')
  later(2)
  await look()
  const seen = (await open()).find(({ title }) => title === 'seen failed')
  await demo().system.acknowledge({ id: seen?.id ?? '' }, operator)
  later(20)
  await look()
  expect(await told()).toHaveLength(1)
  later(10)
  await look()
  expect(await told()).toEqual([expect.stringContaining('2 things need you'), 'grace@example.com: unseen failed'])
  expect((await open()).find(({ title }) => title === 'unseen failed')?.told.map(({ name }) => name)).toEqual(['Ada', 'Grace'])
})

test('who was told is told once more when it is settled', async () => {
  await calm()
  await raise('x')
  later(2)
  await look()
  await close('x')
  await look()
  await look()
  expect(await told()).toEqual([expect.stringContaining('x failed'), expect.stringContaining('700100: Settled: x failed')])
})

test('a budget is told again when more of it is used, and is settled with its day', async () => {
  await calm([first])
  const { database } = running.app.foundation
  const { budgets } = running.app.reach
  await demo().agents.update({ id: 'petra', dailyBudgetMicroDollars: 1_000_000, timeZone: 'UTC' }, operator)
  const spend = (nano: number) => database.write((tx) => budgets.settle(tx, 'demo', budgets.hold('demo', 'petra', nano), nano))
  await spend(800_000_000)
  later(2)
  await look()
  await spend(150_000_000)
  later(2)
  await look()
  await look()
  expect(await told()).toEqual([expect.stringContaining('75 %'), expect.stringContaining('90 %')])
  later(24 * 60)
  await running.app.work.watchdogs.look()
  expect((await open()).filter(({ kind }) => kind === 'agent_budget')).toEqual([])
})

test('a failure that was the service’s is settled once the service has answered again', async () => {
  await calm()
  await raise('slack unavailable')
  await raise('slack not_found')
  later(1)
  await running.app.work.watchdogs.look()
  expect(await open()).toHaveLength(2)
  await demo().connections.check({ provider: 'slack' }, operator)
  await running.app.work.watchdogs.look()
  expect((await open()).map(({ title }) => title)).toEqual(['slack not_found failed'])
})

test('what closes before anybody was told calls nobody', async () => {
  await calm()
  await raise('brief')
  await close('brief')
  later(5)
  await look()
  expect(await told()).toEqual([])
})

test('at night only what breaks through is told; the rest comes as one message in the morning', async () => {
  await calm([first])
  await demo().system.updateSettings(
    { quietHours: { from: '11:00', to: '14:00', timeZone: 'UTC' }, breakThrough: ['connection_broken'] },
    operator,
  )
  await raise('one')
  await raise('two')
  await raise('dead', 'connection_broken')
  later(2)
  await look()
  expect(await told()).toEqual([expect.stringContaining('dead failed')])
  later(125)
  await look()
  expect(await told()).toEqual([expect.stringContaining('dead failed'), expect.stringContaining('2 things need you')])
})

test('when the first cannot be reached the next is told at once, and failing to tell is no loop', async () => {
  await calm([{ ...first, address: '404404' }, second])
  await raise('slack')
  later(2)
  await look()
  for (let round = 0; round < 6; round += 1) {
    await nextNews(running, undefined, 200)
    later(0.5)
    await look()
  }
  const all = await told()
  expect(all.filter((text) => text === 'grace@example.com: slack failed')).toHaveLength(1)
  later(120)
  await look()
  const after = (await told()).length
  for (let round = 0; round < 5; round += 1) {
    later(60)
    await look()
  }
  expect((await told()).length - after).toBeLessThanOrEqual(2)
})

test('two that look at once tell once', async () => {
  await calm([first])
  await raise('twice')
  later(2)
  await Promise.all([look(), look(), look()])
  expect(await told()).toHaveLength(1)
})

test('what does not close by itself is closed by a person; what does is not', async () => {
  await calm()
  await raise('gone')
  await raise('dead', 'connection_broken')
  const [dead, gone] = (await open()).toSorted((a, b) => a.title.localeCompare(b.title))
  expect(await demo().system.dismiss({ id: gone?.id ?? '' }, operator)).toEqual({ dismissed: true })
  await expect(demo().system.dismiss({ id: dead?.id ?? '' }, operator)).rejects.toThrow(/closes by itself/)
  expect((await open()).map(({ title }) => title)).toEqual(['dead failed'])
})

test('a run that stands still and a clock that went back are told, and are settled by themselves', async () => {
  await calm([])
  const { database } = running.app.foundation
  await demo().agents.update({ id: 'petra', mostSteps: 3 }, operator)
  const { id } = await demo().agents.run(
    { id: 'petra', instruction: 'Look.\nscript:\nsay Done.', runAt: toInstant(noon + 3_600_000) },
    operator,
  )
  database.sqlite
    .prepare(`UPDATE jobs SET state = 'running', started_at = ?, locked_until = ? WHERE id = ?`)
    .run(noon, noon * 2, id)
  later(20)
  await running.app.work.watchdogs.look()
  expect((await open()).map(({ kind }) => kind)).toEqual(['run_stuck'])
  database.sqlite.prepare(`UPDATE jobs SET state = 'cancelled' WHERE id = ?`).run(id)
  await running.app.work.watchdogs.look()
  expect(await open()).toEqual([])
  await demo().system.updateSettings({ people: [] }, operator)
  later(-60)
  await running.app.work.watchdogs.look()
  expect((await open()).map(({ kind }) => kind)).toEqual(['clock_behind'])
  later(61)
  await running.app.work.watchdogs.look()
  expect(await open()).toEqual([])
})
