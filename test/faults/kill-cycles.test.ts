/** kill -9 at random instants, hundreds of times on the same data: nothing promised is lost, done twice, or left hanging. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobState } from '#shared/job'
import type { EventRow } from '../../electron/engine/audit/rows.ts'
import { type KeptHead, verifyChain } from '../../electron/engine/audit/verifier.ts'
import { tenant } from '../../electron/engine/jobs/queue-world.ts'
import { bundleProgram } from './bundle.ts'
import { readEffects } from './effect-providers.ts'
import { brokenPromises, type Ordered } from './judge-sends.ts'
import { type Program, startProgram } from './program.ts'
import { createDice, report, scaled, seed } from './scale.ts'

const cycles = scaled(300, 5_000)
/** Killed after 0 to this long. */
const longestLifeMs = scaled(120, 200)
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

interface Lane {
  name: string
  file: string
  ledger: string
  promised: Set<string>
  /** Lives whose start found jobs held by a dead one and left them so. */
  leftHeld: string[]
}

const toLane = (name: string): Lane => ({
  name,
  file: join(folder, `${name}.db`),
  ledger: join(folder, `${name}.effects`),
  promised: new Set(),
  leftHeld: [],
})

function live(lane: Lane, life: string, more: readonly string[] = []): Program {
  const { file, ledger, name } = lane
  const options = ['--file', file, '--ledger', ledger, '--life', `${name}-${life}`, '--seed', String(seed)]
  return startProgram(program, { arguments: [...options, ...more] })
}

function note(lane: Lane, { lines }: Program): void {
  for (const line of lines) {
    const [what, value = ''] = line.split(' ')
    if (what === 'promised') lane.promised.add(value)
    if (what === 'ready' && value !== '0') lane.leftHeld.push(line)
  }
}

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
  let next = live(lane, '0', more)
  for (let at = 1; at <= count; at += 1) {
    const current = next
    await current.go()
    next = live(lane, String(at), more)
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

interface Row {
  key: string
  state: JobState
  crashes: number
}

function readRows({ file }: Lane): Row[] {
  const sqlite = new Sqlite(file)
  try {
    return sqlite.prepare('SELECT key, state, crashes FROM jobs').all() as Row[]
  } finally {
    sqlite.close()
  }
}

/** What a promise repeats like. One that the process died on three times is set aside, and then a keyed one may be doubtful too. */
function toOrdered(key: string, row: Row | undefined): Ordered {
  const isSetAside = (row?.crashes ?? 0) >= 2 && row?.state === 'unknown'
  return { key, repeat: key.startsWith('keyed') && !isSetAside ? 'keyed' : 'unsafe', state: row?.state }
}

function judge(lane: Lane): { broken: string[]; orders: Ordered[]; arrived: number } {
  const rows = new Map(readRows(lane).map((row) => [row.key, row]))
  const arrivals = new Map<string, number>()
  for (const { text } of readEffects(lane.ledger)) arrivals.set(text, (arrivals.get(text) ?? 0) + 1)
  // What was written and never promised is an order too: it may be there or not, and must be whole.
  const orders = [...new Set([...lane.promised, ...rows.keys()])].map((key) => toOrdered(key, rows.get(key)))
  return { broken: brokenPromises(orders, arrivals), orders, arrived: arrivals.size }
}

function verify({ file }: Lane): { events: number; fault: string | undefined; integrity: unknown } {
  const sqlite = new Sqlite(file)
  try {
    const rows = sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? ORDER BY seq').iterate(tenant) as Iterable<EventRow>
    const head = sqlite.prepare('SELECT seq, hash FROM audit_heads WHERE chain = ?').get(tenant) as KeptHead | undefined
    const { events, firstBad } = verifyChain(rows, head, { checkpoints: [], anchor: undefined, keyId: undefined })
    return { events, fault: firstBad?.why, integrity: sqlite.pragma('integrity_check', { simple: true }) }
  } finally {
    sqlite.close()
  }
}

/** The last life works off what is left; how long that took. */
async function drain(lane: Lane): Promise<number> {
  const last = live(lane, 'last', ['--drain'])
  await last.go()
  const begunAt = performance.now()
  expect(await last.ended).toBe(0)
  note(lane, last)
  return performance.now() - begunAt
}

test(`${cycles} kills at random instants: nothing promised is lost, nothing is done twice, nothing hangs`, async () => {
  const all = Array.from({ length: lanes }, (_, at) => toLane(`lane-${at}`))
  const begunAt = performance.now()
  await Promise.all(all.map((lane, at) => killAgainAndAgain(lane, createDice(seed + at), { count: Math.ceil(cycles / lanes) })))
  const drained = await Promise.all(all.map(drain))
  const verdicts = all.map(judge)
  const chains = all.map(verify)
  const orders = verdicts.flatMap((verdict) => verdict.orders)
  const states = Object.groupBy(orders, ({ state }) => state ?? 'lost')
  const promised = all.reduce((sum, lane) => sum + lane.promised.size, 0)
  const arrived = verdicts.reduce((sum, verdict) => sum + verdict.arrived, 0)
  const told = Object.entries(states).map(([state, list]) => `${list?.length} ${state}`)
  const events = chains.reduce((sum, chain) => sum + chain.events, 0)
  report(
    `kill cycles: seed ${seed}, ${lanes * Math.ceil(cycles / lanes)} kills, ${promised} promised (${told.join(', ')}), ${arrived} arrived, ${events} audit events, ${Math.round((performance.now() - begunAt) / 1_000)} s`,
  )
  expect(verdicts.flatMap(({ broken }) => broken)).toEqual([])
  expect(all.flatMap(({ leftHeld }) => leftHeld)).toEqual([])
  expect(chains).toEqual(chains.map(({ events: count }) => ({ events: count, fault: undefined, integrity: 'ok' })))
  expect(Math.max(...drained)).toBeLessThan(patienceMs + scaled(10_000, 60_000))
  // Kills that hit nothing in the middle would prove nothing.
  expect((states.unknown ?? []).length).toBeGreaterThan(cycles / 30)
  expect(promised).toBeGreaterThan(cycles * 2)
})

test.each([
  ['commit', 'a promise given before the commit', /is lost$/],
  ['note', 'a send without its note beforehand', /arrived 2 times$/],
])('control: without the %s, %s breaks it, and is found', async (without, _what, words) => {
  const lane = toLane(`without-${without}`)
  const isBroken = () => judge(lane).broken.some((line) => words.test(line))
  const more = ['--without', without]
  const count = await killAgainAndAgain(lane, createDice(seed), { count: mostControlCycles, more, enough: isBroken })
  report(`kill cycles, control: without the ${without} found broken after ${count} kills`)
  expect(isBroken()).toBe(true)
})
