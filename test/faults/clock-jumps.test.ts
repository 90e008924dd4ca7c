/** Clocks that jump, by a second or by ten years, to 1970 and beyond 2038: nothing runs twice, early or never, and nobody spins. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createQueueWorld, type QueueWorld, tenant } from '../../electron/engine/jobs/queue-world.ts'
import { verifyAtRest } from './chain.ts'
import { createDice, report, scaled, seed } from './scale.ts'

const jumps = scaled(200, 2_000)
const second = 1_000
const year = 365 * 86_400 * second
/** What a clock may say: before 1970 no machine starts. */
const earliest = 0
const sizes = [second, 60 * second, 3_600 * second, 86_400 * second, year, 10 * year]
/** Instants that break clocks: the start of the era, the end of 32 bits, the hour that summer time skips. */
const instants = [0, 2_147_483_647_000, 2_147_483_648_000, Date.UTC(2027, 2, 28, 0, 59, 59), Date.UTC(2027, 9, 31, 0, 59, 59)]

let folder = ''
const clock = { now: 1_800_000_000_000, steady: 0 }
let worlds: QueueWorld[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-clock-'))
  worlds = ['first', 'second'].map((runnerId) => createQueueWorld({ file: join(folder, 'atlas.db'), runnerId, clock }))
  await worlds[0]?.system.runner.start()
})

afterAll(async () => {
  for (const world of worlds) await world.stop()
  rmSync(folder, { recursive: true, force: true })
})

function jump(dice: () => number): void {
  if (dice() < 0.15) clock.now = instants[Math.floor(dice() * instants.length)] ?? 0
  else clock.now = Math.max(earliest, clock.now + (dice() < 0.5 ? -1 : 1) * (sizes[Math.floor(dice() * sizes.length)] ?? second))
}

function pass(ms: number): void {
  clock.now += ms
  clock.steady += ms
}

/** What every process does each third of a lease. */
async function beat(watching: QueueWorld | undefined): Promise<void> {
  await worlds[0]?.system.recovery.heartbeat('first')
  await watching?.system.recovery.sweep()
}

test(`${jumps} jumps while a send is under way: it is never taken back from a living process, and what is ordered next goes out`, async () => {
  const [first, other] = worlds
  if (!first || !other) throw new Error('no worlds')
  const dice = createDice(seed)
  const wrong: string[] = []
  let claims = 0
  for (let at = 0; at < jumps; at += 1) {
    let release: (response: Response) => void = () => undefined
    first.answer(() => new Promise((resolve) => (release = resolve)))
    const asked = first.requests.length
    const job = await first.send({ text: `jump ${at}` })
    await first.until(job.id, () => first.requests.length === asked + 1)
    jump(dice)
    for (let times = 0; times < 3; times += 1) {
      await beat(other)
      pass(10 * second)
    }
    const row = other.system.finder.one(tenant, job.id)
    if (row.state !== 'running' || row.generation !== 1)
      wrong.push(`jump ${at} to ${clock.now}: ${row.state}, attempt ${row.generation}`)
    release(Response.json({ messageId: String(at) }))
    const done = await first.until(job.id, ({ state }) => state === 'succeeded')
    claims += done.generation
    if (first.requests.length !== asked + 1) wrong.push(`jump ${at}: asked ${first.requests.length - asked} times`)
  }
  report(
    `clock: seed ${seed}, ${jumps} jumps of a second to ten years, ${claims} claims of ${jumps} jobs, none taken from a living process`,
  )
  expect(wrong).toEqual([])
  expect(claims).toBe(jumps)
  expect(verifyAtRest(first.database.sqlite, tenant).firstBad).toBeUndefined()
})

test('what is due later is not run before the clock says so, however it jumps, and what is ordered meanwhile goes out', async () => {
  const [first] = worlds
  if (!first) throw new Error('no world')
  first.answer(() => Response.json({ messageId: '1' }))
  const dice = createDice(seed + 1)
  for (let at = 0; at < Math.ceil(jumps / 10); at += 1) {
    const dueAt = clock.now + 3_600 * second
    const job = await first.send({ runAt: new Date(dueAt).toISOString() })
    clock.now = Math.max(earliest, clock.now - (sizes[Math.floor(dice() * sizes.length)] ?? second))
    await first.system.recovery.sweep()
    first.system.runner.nudge()
    const next = await first.send({ text: `after ${at}` })
    pass(2 * second)
    first.system.runner.nudge()
    await first.until(next.id, ({ state }) => state === 'succeeded')
    expect(first.system.finder.one(tenant, job.id).state).toBe('queued')
    clock.now = dueAt
    pass(2 * second)
    first.system.runner.nudge()
    await first.until(job.id, ({ state }) => state === 'succeeded')
  }
  report(`clock: ${Math.ceil(jumps / 10)} jumps back before what is due: none early, none late`)
})

test('control: without looking at both clocks the same jump takes a living process’s job away', async () => {
  const [first, other] = worlds
  if (!first || !other) throw new Error('no worlds')
  let release: (response: Response) => void = () => undefined
  first.answer(() => new Promise((resolve) => (release = resolve)))
  const asked = first.requests.length
  const job = await first.send()
  await first.until(job.id, () => first.requests.length === asked + 1)
  await other.system.recovery.sweep()
  // Both clocks go: to the product this is two hours in which nobody renewed the lease.
  pass(7_200 * second)
  expect(await other.system.recovery.sweep()).toBe(1)
  expect(other.system.finder.one(tenant, job.id).state).toBe('unknown')
  release(Response.json({ messageId: 'late' }))
  await first.until(job.id, ({ state }) => state === 'succeeded')
  report('clock, control: where both clocks agree on two hours, the job is taken back')
})
