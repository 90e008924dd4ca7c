/** Pickup: from the order of one job on an idle queue to the beginning of its handler; and what waiting costs. */
import { type ChildProcess, fork } from 'node:child_process'
import { Worker } from 'bullmq'
import { defineWorker } from 'plainjob'
import { watchForeignCommits } from '../../electron/engine/database/watch.ts'
import { atMost, type Bar, type Figure, median, percentile, type Reading, within } from '../measure.ts'
import { createAtlasSide } from './atlas.ts'
import { createPlainjobSide } from './plainjob.ts'
import { payload } from './queue-side.ts'
import { createBullRedisSide } from './redis-queue.ts'
import { startRedis } from './servers.ts'

const samples = 300
const pauseMs = 5
const idleMs = 10_000
const pause = (ms = pauseMs) => new Promise((resolve) => setTimeout(resolve, ms))

/** Times `samples` orders, one at a time; `began` hands out a promise for the next beginning of the handler. */
async function timeEach(order: () => Promise<unknown>, next: () => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (let at = -20; at < samples; at += 1) {
    await pause()
    const begun = next()
    const from = process.hrtime.bigint()
    const ordered = order()
    const took = (await begun) - Number(from) / 1e6
    await ordered
    if (at >= 0) times.push(took)
  }
  return times
}

function beginnings(): { begun(): void; next(): Promise<number> } {
  let tell: (at: number) => void = () => undefined
  return {
    begun: () => tell(Number(process.hrtime.bigint()) / 1e6),
    next: () =>
      new Promise((resolve) => {
        tell = resolve
      }),
  }
}

interface Pickups {
  here: number[]
  fromAnotherProcess: number[]
  idleCpu: number
  shortestTimer: number
}

/** Processor time of this process a second while nothing is to be done, and the shortest timer that was set meanwhile. */
async function idle(): Promise<{ cpuMsPerSecond: number; shortestTimer: number }> {
  const real = globalThis.setTimeout
  let shortest = Number.POSITIVE_INFINITY
  const counted = ((run: () => void, ms = 0) => {
    shortest = Math.min(shortest, ms)
    return real(run, ms)
  }) as typeof setTimeout
  globalThis.setTimeout = Object.assign(counted, real)
  const cpu = process.cpuUsage()
  await new Promise((resolve) => real(resolve, idleMs))
  const { user, system } = process.cpuUsage(cpu)
  globalThis.setTimeout = real
  return { cpuMsPerSecond: (user + system) / idleMs, shortestTimer: shortest }
}

async function fromChild(file: string, next: () => Promise<number>): Promise<number[]> {
  const child: ChildProcess = fork(new URL('./pickup-child.ts', import.meta.url), [file])
  const answer = () => new Promise<number>((resolve) => child.once('message', (at) => resolve(Number(at))))
  await answer()
  const times: number[] = []
  for (let at = -20; at < samples; at += 1) {
    await pause()
    const begun = next()
    const ordered = answer()
    child.send('order')
    const [began, from] = await Promise.all([begun, ordered])
    if (at >= 0) times.push(began - from)
  }
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.send('end')
  await ended
  return times
}

async function atlas(): Promise<Pickups> {
  const side = createAtlasSide()
  await side.open()
  const { world, onRun } = side.queue()
  const { begun, next } = beginnings()
  onRun(begun)
  await world.system.runner.start()
  const foreign = watchForeignCommits(world.database, () => world.system.runner.nudge())
  try {
    const here = await timeEach(() => side.enqueue(payload), next)
    const fromAnotherProcess = await fromChild(world.database.file, next)
    await pause(500)
    const { cpuMsPerSecond, shortestTimer } = await idle()
    return { here, fromAnotherProcess, idleCpu: cpuMsPerSecond, shortestTimer }
  } finally {
    foreign.stop()
    await side.close()
  }
}

async function bull(): Promise<number[]> {
  const redis = await startRedis()
  const side = createBullRedisSide(redis)
  await side.open()
  const { begun, next } = beginnings()
  const worker = new Worker(side.queue().name, async () => begun(), { connection: side.connection, concurrency: 64 })
  await worker.waitUntilReady()
  try {
    return await timeEach(() => side.enqueue(payload), next)
  } finally {
    await worker.close()
    await side.close()
    await redis.stop()
  }
}

/** plainjob as it comes looks once a second: its own pickup is left to its interval, what is measured is the looking. */
async function plainjobIdle(): Promise<number> {
  const side = createPlainjobSide()
  await side.open()
  const nothing = () => undefined
  const logger = { error: nothing, warn: nothing, info: nothing, debug: nothing }
  const worker = defineWorker('send', async () => undefined, { queue: side.queue(), logger })
  const running = worker.start()
  await pause(500)
  const { cpuMsPerSecond } = await idle()
  await worker.stop()
  await running
  await side.close()
  return cpuMsPerSecond
}

function reading(name: string, value: number, more: Partial<Reading> = {}): Reading {
  return { name, value, unit: 'ms', ...more }
}

function figure(title: string, taken: Pick<Figure, 'ours' | 'beside' | 'bars' | 'note'>): Figure {
  return { area: 'Pickup', title, rounds: samples, ...taken }
}

export async function measurePickup(): Promise<Figure[]> {
  const ours = await atlas()
  const redis = await bull()
  const polled = await plainjobIdle()
  const spread = (times: number[]) => `p50 ${median(times).toFixed(2)} ms`
  const here = reading('Atlas UX, p99', percentile(ours.here, 0.99))
  const peer = reading('BullMQ on Redis, p99', percentile(redis, 0.99), { durability: 'appendfsync always' })
  const there = reading('Atlas UX, p99', percentile(ours.fromAnotherProcess, 0.99))
  const cost = reading('Atlas UX, CPU a second', ours.idleCpu)
  const polling = reading('plainjob at its poll of 1 s', polled)
  const timer = reading('shortest timer set while idle', ours.shortestTimer)
  const noneFaster: Bar = { says: 'none below 1 s', measured: `${ours.shortestTimer} ms`, met: ours.shortestTimer >= 1_000 }
  return [
    figure('In the same process, from the order to its handler, the commit included', {
      ours: here,
      beside: [peer],
      bars: [within(here, { most: 2.5 }), atMost(0.6, here, peer)],
      note: `${spread(ours.here)}; BullMQ ${spread(redis)}`,
    }),
    figure('Ordered by another process', {
      ours: there,
      beside: [],
      bars: [within(there, { most: 5 })],
      note: spread(ours.fromAnotherProcess),
    }),
    figure('Idle', { ours: cost, beside: [polling], bars: [atMost(1.5, cost, polling)], note: '10 s of nothing to do' }),
    figure('Timers while idle', { ours: timer, beside: [], bars: [noneFaster] }),
  ]
}
