/** Fifty jobs a second for a long time, with faults, kills and reloaded screens: nothing is lost, nothing grows, nothing slows down. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobState } from '#shared/job'
import { openRpc, type RunningRpc } from '../running-rpc.ts'
import { type RunningServe, startServe } from '../running-serve.ts'
import { brokenPromises } from './judge-sends.ts'
import { type Bars, growthIn, leaksIn, Sample } from './judge-soak.ts'
import { type Program, startProgram } from './program.ts'
import { createDice, nightly, report, scaled, seed, until } from './scale.ts'
import { type SoakProvider, startSoakProvider } from './soak-provider.ts'

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** `8h`, `30m`, `90s`. */
function toMs(told: string): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(told) ?? []
  const ms = units[unit ?? '']
  if (ms === undefined) throw new Error(`ATLAS_SOAK is how long, such as 8h, 30m or 90s, not "${told}"`)
  return Number(count) * ms
}

const lengthMs = process.env.ATLAS_SOAK ? toMs(process.env.ATLAS_SOAK) : scaled(16_000, 3_600_000)
const isLong = nightly || process.env.ATLAS_SOAK !== undefined
const [sampleMs, reloadMs, killMs] = isLong ? [10_000, 60_000, Math.min(600_000, lengthMs / 3)] : [500, 2_000, 6_000]
const perSecond = 50
/** Who orders, so that no bot's limit makes anybody wait, and how many chats each writes to. */
const tenants = 4
const chats = 600
const mostWalMb = 64

/** In seconds a program has hardly settled, on a machine that does something else: there only a leak by the job shows. */
const shortBars: Bars = { rssMb: 120, heapMb: 40, fds: 25, timers: 60, resources: 80, lagMs: 250 }
const hours = (lengthMs * 2) / 3 / 3_600_000
const longBars: Bars = { rssMb: 8 + hours, heapMb: 4 + hours, fds: 4, timers: 10, resources: 12, lagMs: 50 }
/** In minutes the caches of a program still fill. */
const middleBars: Bars = { rssMb: 40, heapMb: 12, fds: 12, timers: 20, resources: 25, lagMs: 150 }
const longEnough = 3_600_000
const patientBars = lengthMs < longEnough ? middleBars : longBars
const bars = isLong ? patientBars : shortBars

const probe = join(import.meta.dirname, 'soak-probe.mjs')
const samplesEnvironment = (file: string, everyMs: number) => ({
  NODE_OPTIONS: `--import=${probe}`,
  ATLAS_SOAK_SAMPLES: file,
  ATLAS_SOAK_EVERY: String(everyMs),
})

function readSamples(file: string): Sample[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Sample.parse(JSON.parse(line)))
}

const dice = createDice(seed)
let folder = ''
let dataDir = ''
let provider: SoakProvider
let serve: RunningServe
let worker: Program
const clients: RunningRpc[] = []
const promised = new Set<string>()
const refused: string[] = []
const vault = { ATLAS_VAULT: 'file', ATLAS_VAULT_PASSPHRASE: 'a passphrase for a long time' }

function startWorker(): Program {
  const program = resolve(import.meta.dirname, '../../out/main/worker.js')
  return startProgram(program, { arguments: ['--data-dir', dataDir], environment: { ...vault, HOME: folder } })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-soak-'))
  dataDir = join(folder, 'data')
  provider = await startSoakProvider(dice)
  serve = await startServe({ dataDir, environment: { ...vault, ...samplesEnvironment(join(folder, 'samples'), sampleMs) } })
  const { client, close } = await openRpc(serve)
  for (let at = 0; at < tenants; at += 1) {
    const { id } = await client.tenants.create({ name: `Soak ${at}` })
    const own = await openRpc(serve, id)
    clients.push(own)
    const settings = { endpoint: `${provider.url}/telegram` }
    await own.client.connections.put({
      provider: 'telegram',
      credential: { botToken: `${1_000_000 + at}:soak` },
      settings,
      check: false,
    })
  }
  close()
  worker = startWorker()
})

afterAll(async () => {
  for (const { close } of clients) close()
  await worker.kill()
  await serve.kill()
  await provider.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function orderOne(at: number): Promise<void> {
  const key = `soak-${at}`
  const input = { chatId: String(1_000 + (at % chats)), text: key }
  try {
    await clients[at % tenants]?.client.jobs.create({ kind: 'TELEGRAM_SEND', input, key })
    promised.add(key)
  } catch (error) {
    refused.push(String(error))
  }
}

async function orderUntil(endsAt: number): Promise<void> {
  const begunAt = performance.now()
  const under = new Set<Promise<void>>()
  for (let at = 0; performance.now() < endsAt; ) {
    const wanted = Math.floor(((performance.now() - begunAt) / 1_000) * perSecond)
    for (; at < wanted; at += 1) {
      const ordering: Promise<void> = orderOne(at).finally(() => under.delete(ordering))
      under.add(ordering)
    }
    await wait(20)
  }
  await Promise.all(under)
}

/** What a page asks for when it is opened, over a socket of its own. */
async function reloadUntil(endsAt: number): Promise<number> {
  let reloads = 0
  for (; performance.now() < endsAt; reloads += 1) {
    const { client, close } = await openRpc(serve)
    await Promise.all([
      client.system.news(),
      client.jobs.list({ limit: 50 }),
      client.jobs.stats({}),
      client.audit.list({ limit: 50 }),
      client.connections.list({}),
      client.providers.list({}),
      client.system.health({}),
    ])
    close()
    await wait(Math.min(reloadMs, Math.max(0, endsAt - performance.now())))
  }
  return reloads
}

/** The worker beside it dies again and again, with jobs in its hands. */
async function killUntil(endsAt: number): Promise<number> {
  let kills = 0
  while (performance.now() + killMs < endsAt) {
    await wait(killMs * (0.8 + dice() * 0.2))
    await worker.kill()
    worker = startWorker()
    kills += 1
  }
  return kills
}

/** The largest that the log beside the database was, in MB. */
async function watchLogUntil(endsAt: number): Promise<number> {
  let most = 0
  while (performance.now() < endsAt) {
    most = Math.max(most, (statSync(join(dataDir, 'atlas.db-wal'), { throwIfNoEntry: false })?.size ?? 0) / 1e6)
    await wait(Math.min(1_000, sampleMs))
  }
  return most
}

function read<T>(sql: string): T[] {
  const sqlite = new Sqlite(join(dataDir, 'atlas.db'), { readonly: true })
  try {
    return sqlite.prepare(sql).all() as T[]
  } finally {
    sqlite.close()
  }
}

test(
  `${perSecond} jobs a second for ${lengthMs / 1_000} s: none lost, nothing grows`,
  async () => {
    const endsAt = performance.now() + lengthMs
    const [, reloads, kills, walMb] = await Promise.all([
      orderUntil(endsAt),
      reloadUntil(endsAt),
      killUntil(endsAt),
      watchLogUntil(endsAt),
    ])
    const samples = readSamples(join(folder, 'samples'))
    await until(
      'all jobs to end',
      async () =>
        read(`SELECT id FROM jobs WHERE key LIKE 'soak-%' AND state IN ('queued', 'running', 'waiting') LIMIT 1`).length === 0 ||
        undefined,
      scaled(90_000, 600_000),
    )
    const rows = new Map(
      read<{ key: string; state: JobState }>(`SELECT key, state FROM jobs WHERE key LIKE 'soak-%'`).map((row) => [
        row.key,
        row.state,
      ]),
    )
    const orders = [...new Set([...promised, ...rows.keys()])].map((key) => ({
      key,
      repeat: 'unsafe' as const,
      state: rows.get(key),
    }))
    const count = (state: JobState) => orders.filter((order) => order.state === state).length
    const { rssMb, heapMb, fds, timers, resources, lagMs, hours: judged } = growthIn(samples)
    const grew = [
      `memory by ${rssMb.toFixed(1)} MB`,
      `heap by ${heapMb.toFixed(1)} MB`,
      `${fds.toFixed(1)} files`,
      `${timers.toFixed(1)} timers`,
      `${resources.toFixed(1)} resources`,
    ]
    report(
      `soak: seed ${seed}, ${lengthMs / 1_000} s, ${promised.size} jobs promised, ${provider.broken()} requests broken, ${kills} kills, ${reloads} reloads: ${count('succeeded')} succeeded, ${count('failed')} failed, ${count('unknown')} unknown, none lost; in ${(judged * 60).toFixed(1)} minutes grew ${grew.join(', ')}; log at most ${walMb.toFixed(1)} MB, event loop ${Math.round(lagMs)} ms late`,
    )
    expect(brokenPromises(orders, provider.arrivals)).toEqual([])
    expect(refused).toEqual([])
    expect(promised.size).toBeGreaterThan((lengthMs / 1_000) * perSecond * 0.8)
    expect(kills).toBeGreaterThan(0)
    expect(leaksIn(samples, bars)).toEqual([])
    expect(walMb).toBeLessThan(mostWalMb)
  },
  lengthMs + scaled(180_000, 900_000),
)

/** A process that holds on to a bit more with every turn. */
const leaks = {
  nothing: '() => {}',
  fds: `() => { for (let at = 0; at < 4; at += 1) held.push(fs.openSync('/dev/null')) }`,
  heapMb: '() => held.push(new Array(300_000).fill(Math.random()))',
  timers: '() => { for (let at = 0; at < 10; at += 1) held.push(setTimeout(() => {}, 1e8)) }',
} as const

test.concurrent.each(Object.entries(leaks))(
  'control: a process that leaks %s is judged by the same judge',
  async (what, leak) => {
    const file = join(folder, `leak-${what}`)
    const code = `const fs = require('node:fs'); const held = []; setInterval(${leak}, 50); setTimeout(() => process.exit(0), 2_500)`
    const child = spawn(process.execPath, ['-e', code], {
      env: { PATH: process.env.PATH, ...samplesEnvironment(file, 100) },
      stdio: 'ignore',
    })
    await new Promise((done) => child.once('close', done))
    const found = leaksIn(readSamples(file), { ...shortBars, lagMs: Number.POSITIVE_INFINITY })
    report(`soak, control: a process that leaks ${what}: ${found.join(', ') || 'nothing was found'}`)
    if (what === 'nothing') expect(found).toEqual([])
    else expect(found).toContainEqual(expect.stringContaining(`${what} grew`))
  },
)
