/** Processes that sleep far beyond their lease while another takes over, and wake up: their late words are refused, nothing is done twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleProgram } from './bundle.ts'
import { drain, judge, type Lane, live, note, readLane, toLane } from './lanes.ts'
import type { Program } from './program.ts'
import { createDice, report, scaled, seed, until } from './scale.ts'

const rounds = scaled(9, 500)
const lanes = 3
const leaseMs = 300
/** So many processes that begin on one new data folder at the same moment. */
const owners = scaled(20, 20)
const crowds = scaled(1, 50)
/** Of one who wakes up while another is at its job. */
const awakenings = scaled(1, 100)
/** A control that found nothing in so many awakenings is no control. */
const mostControlRounds = 5

let folder = ''
let program = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-zombies-'))
  program = await bundleProgram('kill-program', folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const slowly = (more: readonly string[] = []) => ({ arguments: ['--lease', String(leaseMs), '--slow', '60', ...more] })

async function begin(lane: Lane, lives: readonly string[], more?: readonly string[]): Promise<Program[]> {
  const all = lives.map((life) => live(program, lane, life, slowly(more)))
  await Promise.all(all.map((each) => each.go()))
  await Promise.all(all.map((each) => each.line('promised')))
  return all
}

/** One of two sleeps for three leases, or, each third time, both: then the machine slept. */
async function sleepAndWake(pair: readonly Program[], round: number, dice: () => number): Promise<void> {
  const sleeping = round % 3 === 2 ? pair : pair.slice(round % 3, (round % 3) + 1)
  await wait(dice() * 100)
  for (const each of sleeping) each.signal('SIGSTOP')
  await wait(3 * leaseMs)
  for (const each of sleeping) each.signal('SIGCONT')
  await wait(leaseMs / 2)
}

async function sleepAgainAndAgain(lane: Lane, dice: () => number, count: number, more?: readonly string[]): Promise<void> {
  const pair = await begin(lane, ['one', 'two'], more)
  for (let round = 0; round < count; round += 1) await sleepAndWake(pair, round, dice)
  for (const each of pair) await each.kill()
  for (const each of pair) note(lane, each)
}

const takenBack = (lane: Lane) =>
  readLane(
    lane,
    (sqlite) =>
      sqlite
        .prepare(`SELECT count(*) FROM audit_events WHERE action IN ('job.released', 'job.outcome_lost')`)
        .pluck()
        .get() as number,
  )

test(`${rounds} sleeps beyond the lease: what was taken over meanwhile is not done twice, by nobody`, async () => {
  const all = Array.from({ length: lanes }, (_, at) => toLane(folder, `lane-${at}`))
  await Promise.all(all.map((lane, at) => sleepAgainAndAgain(lane, createDice(seed + at), Math.ceil(rounds / lanes))))
  const taken = all.reduce((sum, lane) => sum + takenBack(lane), 0)
  expect(await Promise.all(all.map((lane) => drain(program, lane)))).toEqual(all.map(() => 0))
  const verdicts = all.map(judge)
  const count = (state: string) => verdicts.flatMap(({ orders }) => orders).filter((order) => order.state === state).length
  report(
    `zombies: seed ${seed}, ${rounds} sleeps of three leases, ${taken} jobs taken over; ${count('succeeded')} succeeded, ${count('unknown')} unknown, ${count('failed')} failed, none done or completed twice`,
  )
  expect(verdicts.flatMap(({ broken }) => broken)).toEqual([])
  expect(verdicts.flatMap(({ damage }) => damage ?? [])).toEqual([])
  expect(all.flatMap(({ complaints }) => complaints.filter((line) => line.startsWith('refused')))).toEqual([])
  expect(taken).toBeGreaterThan(rounds / 3)
})

test('control: where nobody notes that a send is under way, the second owner repeats it, and is found', async () => {
  const lane = toLane(folder, 'without-note')
  await sleepAgainAndAgain(lane, createDice(seed), 2, ['--without', 'note'])
  expect(await drain(program, lane, ['--without', 'note'])).toBe(0)
  const twice = judge(lane).broken.filter((line) => /arrived [2-9] times/.test(line))
  report(`zombies, control: without the note ${twice.length} sends were found repeated by the second owner`)
  expect(twice.length).toBeGreaterThan(0)
})

const underWay = `SELECT 1 FROM attempts WHERE outcome = 'running' AND sending_at IS NOT NULL GROUP BY outcome HAVING count(*) >= 6`
const takenOver = `SELECT 1 FROM jobs JOIN attempts ON job_id = id WHERE state = 'running' AND number > 1 AND sending_at IS NOT NULL`

/** Stopped in the middle of a change it would keep everybody else waiting, and nobody could take over. */
async function putToSleep(lane: Lane, sleepy: Program): Promise<void> {
  await until('it to be stopped between two changes', async () => {
    sleepy.signal('SIGSTOP')
    try {
      return readLane(lane, (sqlite) => sqlite.pragma('busy_timeout = 50') && sqlite.exec('BEGIN IMMEDIATE; ROLLBACK').open)
    } catch {
      sleepy.signal('SIGCONT')
      return undefined
    }
  })
}

/** One sleeps with jobs in its hands, another takes over, and the first wakes up and says that it is done while the other is still at it. */
async function wakeUpTooEarly(lane: Lane, round: number, more: readonly string[]): Promise<void> {
  const sleepy = live(program, lane, `sleepy-${round}`, {
    arguments: ['--lease', '300', '--slow', '1500', '--orders', '6', ...more],
  })
  const other = live(program, lane, `other-${round}`, {
    arguments: ['--lease', '300', '--slow', '4000', '--orders', '0', ...more],
  })
  await sleepy.go()
  await sleepy.line('promised')
  await until('its sends to be under way', async () => readLane(lane, (sqlite) => sqlite.prepare(underWay).pluck().get()))
  await putToSleep(lane, sleepy)
  await other.go()
  await until('a job to be taken over', async () => readLane(lane, (sqlite) => sqlite.prepare(takenOver).pluck().get()))
  sleepy.signal('SIGCONT')
  await wait(2_000)
  for (const each of [sleepy, other]) {
    await each.kill()
    note(lane, each)
  }
}

const lateWords = /was completed by one who had lost it$/

test('a sleeper that wakes up while another is at its job completes nothing', async () => {
  const lane = toLane(folder, 'with-the-fence')
  for (let round = 0; round < awakenings; round += 1) await wakeUpTooEarly(lane, round, [])
  expect(await drain(program, lane)).toBe(0)
  report(`zombies: ${awakenings} woke up while another was at their job, none completed it`)
  expect(judge(lane).broken).toEqual([])
})

test('control: where the generation is not compared, it completes what another is at, and is found', async () => {
  const lane = toLane(folder, 'without-the-fence')
  const late = () => judge(lane).broken.filter((line) => lateWords.test(line)).length
  let rounds = 0
  do {
    await wakeUpTooEarly(lane, rounds, ['--without', 'fence'])
    rounds += 1
  } while (late() === 0 && rounds < mostControlRounds)
  report(
    `zombies, control: without the comparison of generations ${late()} jobs were found completed by one who had lost them, after ${rounds} awakenings`,
  )
  expect(late()).toBeGreaterThan(0)
})

test('control: a job that was completed twice is found', async () => {
  const lane = toLane(folder, 'lane-0')
  readLane(lane, (sqlite) =>
    sqlite.exec(`INSERT INTO attempts (job_id, number, tenant_id, runner, due_at, started_at, outcome)
      SELECT job_id, number + 1000, tenant_id, runner, due_at, started_at, outcome FROM attempts WHERE outcome = 'succeeded' LIMIT 1`),
  )
  expect(judge(lane).broken).toContainEqual(expect.stringContaining('was completed twice'))
})

test(`${owners} processes that begin on a new folder at once share it: all begin, none waits in vain, nothing is done twice`, async () => {
  const verdicts = []
  for (let crowd = 0; crowd < crowds; crowd += 1) {
    const lane = toLane(folder, `crowd-${crowd}`)
    const all = Array.from({ length: owners }, (_, at) =>
      live(program, lane, String(at), { arguments: ['--lease', '20000', '--slow', '1'] }),
    )
    await Promise.all(all.map((each) => each.line('loaded')))
    await Promise.all(all.map((each) => each.go()))
    await Promise.all(all.map((each) => each.line('promised')))
    for (const each of all) await each.kill()
    for (const each of all) note(lane, each)
    expect(await drain(program, lane)).toBe(0)
    const refused = lane.complaints.filter((line) => line.startsWith('refused'))
    verdicts.push({ ...judge(lane), refused, promised: lane.promised.size })
  }
  const promised = verdicts.reduce((sum, verdict) => sum + verdict.promised, 0)
  report(`zombies: ${crowds} times ${owners} owners of one new folder at once, all began, ${promised} promises kept`)
  expect(verdicts.flatMap(({ broken, refused, damage }) => [...broken, ...refused, ...(damage ? [damage] : [])])).toEqual([])
})
