/** A full disk under work: nothing promised is lost, the refusal says why, and work goes on by itself once there is room again. */
import { execFileSync } from 'node:child_process'
import { closeSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bundleProgram } from './bundle.ts'
import { drain, judge, type Lane, live, note, readLane, toLane } from './lanes.ts'
import type { Program } from './program.ts'
import { createDice, report, scaled, seed, until } from './scale.ts'

const levels = scaled(4, 100)
const leaseMs = 1_500
/** More than the ballast, the database and the longest its log gets before it is written home. */
const diskMegabytes = 96
const toldWithinMs = 2_000
const resumedWithinMs = 5_000

let folder = ''
let program = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-full-'))
  program = await bundleProgram('kill-program', folder)
})

const begun: Program[] = []

afterEach(async () => {
  for (const each of begun.splice(0)) await each.kill()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function begin(...given: Parameters<typeof live>): Program {
  const running = live(...given)
  begun.push(running)
  return running
}

const count = ({ lines }: Program, word: string) => lines.filter((line) => line.startsWith(word)).length

/** The largest size of a file that this process may write from now on; a write beyond fails as on a full disk. */
function limitFiles({ pid }: Program, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}

async function msUntil(what: string, running: Program, ask: () => boolean): Promise<number> {
  const begunAt = performance.now()
  await until(what, async () => {
    if (await Promise.race([running.ended.then(() => true), wait(0).then(() => false)])) throw new Error('the program ended')
    return ask() || undefined
  })
  return performance.now() - begunAt
}

/** Jobs that were under way at a moment and still are. */
const stillRunning = (lane: Lane, startedBefore: number) =>
  readLane(lane, (sqlite) =>
    sqlite.prepare(`SELECT count(*) FROM jobs WHERE state = 'running' AND started_at < ?`).pluck().get(startedBefore),
  ) as number

async function orderSome(running: Program, more: number): Promise<void> {
  const wanted = count(running, 'promised') + more
  await msUntil(`${more} more promises`, running, () => count(running, 'promised') >= wanted)
}

test(`${levels} times no room for another page: told, alive, nothing lost, on again by itself`, async () => {
  const dice = createDice(seed)
  const lane = toLane(folder, 'limited')
  const running = begin(program, lane, 'only')
  await running.go()
  let [slowestTold, slowestResumed, stuck] = [0, 0, 0]
  for (let level = 0; level < levels; level += 1) {
    await orderSome(running, 5 + Math.floor(dice() * 20))
    const refusedBefore = count(running, 'refused')
    limitFiles(running, Math.max(4_096, Math.floor(statSync(`${lane.file}-wal`).size * dice())))
    slowestTold = Math.max(slowestTold, await msUntil('a refusal', running, () => count(running, 'refused') > refusedBefore))
    await wait(200)
    const [promisedBefore, liftedAt] = [count(running, 'promised'), Date.now()]
    limitFiles(running, 'unlimited')
    slowestResumed = Math.max(
      slowestResumed,
      await msUntil('a promise', running, () => count(running, 'promised') > promisedBefore),
    )
    await until(
      'what was under way to come to its end',
      async () => stillRunning(lane, liftedAt) === 0 || undefined,
      leaseMs * 2 + 5_000,
    )
    stuck = Math.max(stuck, Date.now() - liftedAt)
  }
  await running.kill()
  note(lane, running)
  expect(await drain(program, lane)).toBe(0)
  const { broken, damage, orders } = judge(lane)
  const refusals = lane.complaints.filter((line) => line.startsWith('refused'))
  report(
    `disk full: seed ${seed}, ${levels} fill levels, ${refusals.length} refusals, ${lane.promised.size} of ${orders.length} promised and kept; told after ${Math.round(slowestTold)} ms, on again after ${Math.round(slowestResumed)} ms, the last job in doubt settled after ${stuck} ms at most`,
  )
  expect(broken).toEqual([])
  expect(damage).toBeUndefined()
  expect(refusals.filter((line) => !line.includes('The disk is full'))).toEqual([])
  expect(slowestTold).toBeLessThan(toldWithinMs)
  expect(slowestResumed).toBeLessThan(resumedWithinMs)
})

/** A small disk of its own for the program, reached by others through the program's own view of the files. */
const onSmallDisk = (at: string, megabytes: number): readonly string[] => {
  const namespace = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]
  const mounting = `mount -t tmpfs -o size=${megabytes}m,mode=700 none "$0" && exec "$@"`
  return [...namespace, 'sh', '-c', mounting, at]
}

function writeUntilFull(handle: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(handle, chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

/** Takes up all the room that is left, while the program stands still: what it gives back is not ours. */
function fill(file: string, running: Program): void {
  const handle = openSync(file, 'a')
  running.signal('SIGSTOP')
  try {
    for (const size of [65_536, 4_096, 1]) writeUntilFull(handle, Buffer.alloc(size))
  } finally {
    closeSync(handle)
    running.signal('SIGCONT')
  }
}

/** Undefined where no disk may be mounted. */
async function onFullDisk(ballast: boolean): Promise<{ lane: Lane; running: Program; disk: string } | undefined> {
  const mounted = join(folder, ballast ? 'small' : 'small-without')
  mkdirSync(mounted)
  const lane = toLane(folder, 'atlas', mounted)
  const more = ballast ? ['--ballast'] : []
  const running = begin(program, lane, ballast ? 'small' : 'without', {
    arguments: more,
    through: onSmallDisk(mounted, diskMegabytes),
  })
  const begins = await Promise.race([running.line('loaded').then(() => true), running.ended.then(() => false)]).catch(() => false)
  if (!begins) return undefined
  await running.go()
  await orderSome(running, 20)
  return { lane, running, disk: join('/proc', String(running.pid), 'root', mounted) }
}

test('on a disk that is really full the ballast is given back, and work goes on in it', async () => {
  const small = await onFullDisk(true)
  if (!small) {
    report('disk full: the ballast was not tried, for no disk may be mounted here')
    return
  }
  const { running, disk, lane } = small
  expect(statSync(join(disk, 'atlas.db.ballast')).size).toBe(32 * 1024 * 1024)
  const ballast = join(disk, 'atlas.db.ballast')
  fill(join(disk, 'filler'), running)
  // Whoever writes first meets the full disk: an order, which is refused, or a runner, which tries again.
  await msUntil('the ballast to be given back', running, () => !existsSync(ballast))
  const before = count(running, 'promised')
  const resumedMs = await msUntil('a promise', running, () => count(running, 'promised') > before)
  await orderSome(running, 50)
  // As a crash leaves them: taken over while the program stands still.
  running.signal('SIGSTOP')
  const saved = { ...lane, file: join(folder, 'saved.db') }
  for (const end of ['', '-wal']) copyFileSync(join(disk, `atlas.db${end}`), `${saved.file}${end}`)
  await running.kill()
  note(saved, running)
  expect(await drain(program, saved)).toBe(0)
  const { broken, damage } = judge(saved)
  report(
    `disk full: the ballast was given back and work went on after ${Math.round(resumedMs)} ms; ${saved.promised.size} promises kept`,
  )
  expect(broken).toEqual([])
  expect(damage).toBeUndefined()
  expect(resumedMs).toBeLessThan(resumedWithinMs)
})

test('control: without the ballast nothing goes on until somebody makes room', async () => {
  const small = await onFullDisk(false)
  if (!small) {
    report('disk full, control: not tried, for no disk may be mounted here')
    return
  }
  const { running, disk } = small
  fill(join(disk, 'filler'), running)
  await msUntil('a refusal', running, () => count(running, 'refused') > 0)
  await wait(500)
  const before = count(running, 'promised')
  await wait(1_000)
  report(`disk full, control: without the ballast ${count(running, 'promised') - before} promises in a second on a full disk`)
  expect(count(running, 'promised')).toBe(before)
  await running.kill()
})
