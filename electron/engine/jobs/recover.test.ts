import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createQueueWorld, type QueueWorld, type QueueWorldOptions, tenant } from './queue-world.ts'

let folder = ''
const worlds: QueueWorld[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-recover-'))
})
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop()
  rmSync(folder, { recursive: true, force: true })
})

function open(runnerId: string, options: QueueWorldOptions = {}): QueueWorld {
  const world = createQueueWorld({ file: join(folder, 'atlas.db'), runnerId, ...options })
  worlds.push(world)
  return world
}

/** As if the runner's process had been killed: its row names a life that is over. */
function bury(world: QueueWorld, runnerId: string): void {
  world.database.sqlite.prepare(`UPDATE runners SET process_mark = 'another life' WHERE id = ?`).run(runnerId)
}

async function sendingForever(world: QueueWorld) {
  let release: (response: Response) => void = () => undefined
  world.answer(() => new Promise((resolve) => (release = resolve)))
  await world.system.runner.start()
  const job = await world.send()
  await world.until(job.id, () => world.requests.length === 1)
  return { job, release: (response: Response) => release(response) }
}

test('an unsafe send that was under way when its process died is unknown, and nobody repeats it', async () => {
  const first = open('first')
  const { job } = await sendingForever(first)
  bury(first, 'first')
  const second = open('second')
  await second.system.runner.start()
  const row = await second.until(job.id, (latest) => latest.state === 'unknown')
  expect(row.failure).toContain('may have gone out')
  expect(second.requests).toHaveLength(0)
})

test('the late answer of a job that was given up as unknown is taken as its answer', async () => {
  const first = open('first')
  const { job, release } = await sendingForever(first)
  bury(first, 'first')
  const second = open('second')
  await second.system.runner.start()
  await second.until(job.id, (latest) => latest.state === 'unknown')
  release(Response.json({ messageId: '77' }))
  await first.until(job.id, (latest) => latest.state === 'succeeded')
  expect(second.system.finder.one(tenant, job.id).result).toBe('{"messageId":"77"}')
})

test('a safe or keyed send that was under way goes again, and costs no attempt', async () => {
  const first = open('first', { repeat: 'keyed' })
  const { job } = await sendingForever(first)
  bury(first, 'first')
  const second = open('second', { repeat: 'keyed' })
  await second.system.runner.start()
  const row = await second.until(job.id, (latest) => latest.state === 'succeeded')
  expect(row.attempts).toBe(1)
  expect(second.requests).toHaveLength(1)
})

test('a lease that ran out is taken back, but not right after the clock jumped', async () => {
  const clock = { now: 1_800_000_000_000, steady: 0 }
  const first = open('first', { clock })
  const { job } = await sendingForever(first)
  clock.now += 7_200_000
  expect(await first.system.recovery.sweep()).toBe(0)
  expect(first.system.finder.one(tenant, job.id).state).toBe('running')
  clock.now += 1_000
  clock.steady += 1_000
  expect(await first.system.recovery.sweep()).toBe(1)
  expect(first.system.finder.one(tenant, job.id).state).toBe('unknown')
})

test('a job whose process dies each time it runs alone is set aside', async () => {
  const world = open('first')
  const job = await world.send()
  const { sqlite } = world.database
  const die = async () => {
    sqlite
      .prepare(
        `UPDATE jobs SET state = 'running', locked_by = 'gone', generation = generation + 1, attempts = attempts + 1 WHERE id = ?`,
      )
      .run(job.id)
    await world.system.recovery.sweep()
    return world.system.finder.one(tenant, job.id)
  }
  expect(await die()).toMatchObject({ state: 'queued', crashes: 1, attempts: 0 })
  expect(await die()).toMatchObject({ state: 'queued', crashes: 2 })
  expect(await die()).toMatchObject({ state: 'failed', failure_kind: 'unexpected' })
})

test('a keyed send that was under way each time its process died is unknown, not failed: it may have gone out', async () => {
  const first = open('first', { repeat: 'keyed' })
  const { job } = await sendingForever(first)
  first.database.sqlite.prepare('UPDATE jobs SET crashes = 2 WHERE id = ?').run(job.id)
  bury(first, 'first')
  const second = open('second', { repeat: 'keyed' })
  await second.system.recovery.sweep()
  const row = second.system.finder.one(tenant, job.id)
  expect(row).toMatchObject({ state: 'unknown', failure_kind: 'unknown' })
  expect(row.failure).toContain('may have gone out')
})

test('a job that has to run alone is not kept waiting for ever by others', async () => {
  const world = open('first')
  const waiting: ((answer: Response) => void)[] = []
  world.answer(() => new Promise((resolve) => void waiting.push(resolve)))
  await world.system.runner.start()
  const steady = await world.send({ text: 'steady' })
  await world.until(steady.id, ({ state }) => state === 'running')
  const suspect = await world.send({ text: 'suspect', runAt: new Date(world.clock.now + 1_000).toISOString() })
  world.database.sqlite.prepare('UPDATE jobs SET crashes = 1 WHERE id = ?').run(suspect.id)
  world.clock.now += 2_000
  const soon = await world.send({ text: 'soon' })
  await world.until(soon.id, ({ state }) => state === 'running')
  world.clock.now += 30_000
  const later = await world.send({ text: 'later' })
  waiting[0]?.(Response.json({ messageId: '1' }))
  await world.until(steady.id, ({ state }) => state === 'succeeded')
  expect(world.system.finder.one(tenant, later.id).state).toBe('queued')
  waiting[1]?.(Response.json({ messageId: '2' }))
  await world.until(suspect.id, ({ state }) => state === 'running')
  expect(world.system.finder.one(tenant, later.id).state).toBe('queued')
})
