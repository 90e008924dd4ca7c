/** Limits: decisions in memory and on disk beside rate-limiter-flexible, and a hold across a restart. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { RateLimiterMemory, RateLimiterSQLite } from 'rate-limiter-flexible'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { createBuckets } from '../../electron/engine/limits/buckets.ts'
import { ask } from '../../electron/engine/limits/gcra.ts'
import { atLeast, type Figure, interleave, type Reading, type Side, timed } from '../measure.ts'
import { idleProvider } from './atlas.ts'
import { producers, temporaryFolder } from './queue-side.ts'

const rounds = 5
const keys = 10_000
const inMemory = 1_000_000
const onDisk = 20_000
const limit = { count: 1_000_000, perMs: 1_000 }
const limits = [{ bucket: 'all', title: 'many', ...limit, source: 'https://example.com' }] as const
const provider = { ...idleProvider(() => undefined), limits: [...limits] }
const area = 'Limits'

function memory(): Side {
  return {
    name: 'GCRA',
    unit: 'per second',
    async round() {
      const buckets = new Map<string, number>()
      const { ms, cpuMs } = await timed(async () => {
        for (let at = 0; at < inMemory; at += 1) {
          const key = `key-${at % keys}`
          buckets.set(key, ask(buckets.get(key) ?? 0, limit, Date.now()).tat)
        }
      })
      return { value: (inMemory / ms) * 1_000, cpuMs }
    },
  }
}

function peerMemory(): Side {
  return {
    name: 'rate-limiter-flexible in memory',
    unit: 'per second',
    async round() {
      const limiter = new RateLimiterMemory({ points: 1_000_000, duration: 1 })
      const count = inMemory / 4
      const { ms, cpuMs } = await timed(async () => {
        for (let at = 0; at < count; at += 1) await limiter.consume(`key-${at % keys}`)
      })
      return { value: (count / ms) * 1_000, cpuMs }
    },
  }
}

/** As many askers at once as there are for orders; each waits until its decision is durable. */
async function askAll(count: number, one: (at: number) => Promise<unknown>): Promise<void> {
  let at = 0
  await Promise.all(
    Array.from({ length: producers }, async () => {
      while (at < count) {
        at += 1
        await one(at)
      }
    }),
  )
}

function durable(): Side {
  return {
    name: 'buckets in the queue’s database',
    unit: 'per second',
    durability: 'synchronous=FULL',
    async round() {
      const folder = temporaryFolder()
      const database = openDatabase({ file: join(folder.path, 'a.db') })
      const buckets = createBuckets(database)
      const { ms, cpuMs } = await timed(() =>
        askAll(onDisk, (at) => database.write(() => buckets.take(`tenant-${at % keys}`, provider, ['all'], Date.now()))),
      )
      database.close()
      folder.remove()
      return { value: (onDisk / ms) * 1_000, cpuMs }
    },
  }
}

function peerDurable(): Side {
  return {
    name: 'rate-limiter-flexible on SQLite',
    unit: 'per second',
    durability: 'synchronous=FULL',
    async round() {
      const folder = temporaryFolder()
      const sqlite = new Sqlite(join(folder.path, 'a.db'))
      sqlite.pragma('journal_mode = WAL')
      sqlite.pragma('synchronous = FULL')
      const options = { storeClient: sqlite, storeType: 'better-sqlite3', tableName: 'limits', points: 1_000_000, duration: 1 }
      const limiter = await new Promise<RateLimiterSQLite>((resolve, reject) => {
        const made: RateLimiterSQLite = new RateLimiterSQLite(options, (error?: Error) => (error ? reject(error) : resolve(made)))
      })
      const count = onDisk / 4
      const { ms, cpuMs } = await timed(() => askAll(count, (at) => limiter.consume(`key-${at % keys}`)))
      sqlite.close()
      folder.remove()
      return { value: (count / ms) * 1_000, cpuMs }
    },
  }
}

async function holdSurvives(): Promise<Figure> {
  const folder = temporaryFolder()
  const file = join(folder.path, 'a.db')
  const until = Date.now() + 60_000
  const before = openDatabase({ file })
  await before.write(() => createBuckets(before).hold('t', provider.id, 'all', { until, why: 'asked to wait' }))
  before.close()
  const after = openDatabase({ file })
  const passage = await after.write(() => createBuckets(after).take('t', provider, ['all'], Date.now()))
  after.close()
  folder.remove()
  const ours: Reading = { name: 'held until', value: passage.freeAt - until, unit: 'ms' }
  const met = !passage.allowed && passage.freeAt === until
  const bars = [{ says: 'holds, to the same instant', measured: met ? 'held' : 'lost', met }]
  return { area, title: 'A hold across a restart (difference of its end)', ours, beside: [], bars, rounds: 1 }
}

export async function measureLimits(): Promise<Figure[]> {
  const [ours, peer] = (await interleave(rounds, [memory(), peerMemory()])) as [Reading, Reading]
  const [kept, peerKept] = (await interleave(rounds, [durable(), peerDurable()])) as [Reading, Reading]
  return [
    { area, title: 'Decisions in memory, 10,000 keys', ours, beside: [peer], bars: [atLeast(2, ours, peer)], rounds },
    {
      area,
      title: 'Durable decisions, 64 askers, 10,000 keys',
      ours: kept,
      beside: [peerKept],
      bars: [atLeast(2.5, kept, peerKept)],
      rounds,
    },
    await holdSurvives(),
  ]
}
