/** kill -9 at random instants, hundreds of times on the same data: nothing promised is lost, done twice, or left hanging. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleProgram } from './bundle.ts'
import { drain, judge, type Lane, live, note, toLane } from './lanes.ts'
import { createDice, report, scaled, seed } from './scale.ts'

const cycles = scaled(300, 5_000)
/** Killed after 0 to this long. */
const longestLifeMs = scaled(80, 200)
/** Data folders that are worked on beside each other: one is killed while another is loaded. */
const lanes = 3
/** A control that found nothing in so many cycles is no control. */
const mostControlCycles = 60
/** A job may be left for as long as its lease, and these. */
const patienceMs = 1_500 + 5_000

let folder = ''
let program = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-kill-cycles-'))
  program = await bundleProgram('kill-program', folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** From where chance counts: some die while they start and take back what the last one left, most die at work. */
function momentOf(thrown: number): 'loaded' | 'ready' | 'promised' {
  if (thrown < 0.3) return 'loaded'
  return thrown < 0.5 ? 'ready' : 'promised'
}

interface Campaign {
  count: number
  more?: readonly string[]
  /** Looked at after each kill; ends the campaign early. */
  enough?(lane: Lane): boolean
}

/** One life after another on the same data; the next is loaded while the last one works. */
async function killAgainAndAgain(lane: Lane, dice: () => number, { count, more = [], enough }: Campaign): Promise<number> {
  let next = live(program, lane, '0', { arguments: more })
  for (let at = 1; at <= count; at += 1) {
    const current = next
    await current.go()
    next = live(program, lane, String(at), { arguments: more })
    await current.line(momentOf(dice()))
    await wait(dice() * longestLifeMs)
    await current.kill()
    note(lane, current)
    if (enough?.(lane) || at === count) {
      await next.kill()
      return at
    }
  }
  return count
}

test(`${cycles} kills at random instants: nothing promised is lost, nothing is done twice, nothing hangs`, async () => {
  const all = Array.from({ length: lanes }, (_, at) => toLane(folder, `lane-${at}`))
  const begunAt = performance.now()
  await Promise.all(all.map((lane, at) => killAgainAndAgain(lane, createDice(seed + at), { count: Math.ceil(cycles / lanes) })))
  const drainedAt = performance.now()
  expect(await Promise.all(all.map((lane) => drain(program, lane)))).toEqual(all.map(() => 0))
  const drainedMs = performance.now() - drainedAt
  const verdicts = all.map(judge)
  const orders = verdicts.flatMap((verdict) => verdict.orders)
  const states = Object.groupBy(orders, ({ state }) => state ?? 'lost')
  const promised = all.reduce((sum, lane) => sum + lane.promised.size, 0)
  const arrived = verdicts.reduce((sum, verdict) => sum + verdict.arrived, 0)
  const told = Object.entries(states).map(([state, list]) => `${list?.length} ${state}`)
  const events = verdicts.reduce((sum, verdict) => sum + verdict.events, 0)
  report(
    `kill cycles: seed ${seed}, ${lanes * Math.ceil(cycles / lanes)} kills, ${promised} promised (${told.join(', ')}), ${arrived} arrived, ${events} audit events, ${Math.round((performance.now() - begunAt) / 1_000)} s`,
  )
  expect(verdicts.flatMap(({ broken }) => broken)).toEqual([])
  expect(all.flatMap(({ complaints }) => complaints)).toEqual([])
  expect(verdicts.flatMap(({ damage }) => damage ?? [])).toEqual([])
  expect(drainedMs).toBeLessThan(patienceMs + scaled(10_000, 60_000))
  // Kills that hit nothing in the middle would prove nothing.
  expect((states.unknown ?? []).length).toBeGreaterThan(cycles / 30)
  expect(promised).toBeGreaterThan(cycles * 2)
})

test.each([
  ['commit', 'a promise given before the commit', /is lost$/],
  ['note', 'a send without its note beforehand', /arrived 2 times$/],
])('control: without the %s, %s breaks it, and is found', async (without, _what, words) => {
  const lane = toLane(folder, `without-${without}`)
  // A life that was killed before it had made the tables promised nothing, and there is nothing to judge.
  const isBroken = () => lane.promised.size > 0 && judge(lane).broken.some((line) => words.test(line))
  const more = ['--without', without]
  const count = await killAgainAndAgain(lane, createDice(seed), { count: mostControlCycles, more, enough: isBroken })
  report(`kill cycles, control: without the ${without} found broken after ${count} kills`)
  expect(isBroken()).toBe(true)
})
