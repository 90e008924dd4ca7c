/** Enqueue: 64 producers, each waiting until its job is durable; and many at once beside the bare insert. */
import { join } from 'node:path'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { newId } from '../../electron/engine/new-id.ts'
import { atLeast, type Figure, interleave, type Reading, type Side, timed } from '../measure.ts'
import { createAtlasSide } from './atlas.ts'
import { createPlainjobSide } from './plainjob.ts'
import { createBullPostgresSide, createGraphileSide, createPgBossSide } from './postgres-queues.ts'
import { payload, payloads, produce, type QueueSide, temporaryFolder } from './queue-side.ts'
import { createBullRedisSide } from './redis-queue.ts'
import { startPostgres, startRedis } from './servers.ts'

const rounds = 5

/** One round of a side on an empty queue: orders a second, with the time of processors here and in its server. */
export function roundsOf(side: QueueSide, count: number, work: () => Promise<unknown>, before?: () => Promise<unknown>): Side {
  return {
    name: side.name,
    unit: 'per second',
    durability: side.durability,
    async round() {
      await side.open()
      try {
        await before?.()
        const server = side.serverCpuMs()
        const { ms, cpuMs, peakMb } = await timed(work)
        return { value: (count / ms) * 1_000, cpuMs: (cpuMs + side.serverCpuMs() - server) / (count / 1_000), peakMb }
      } finally {
        await side.close()
      }
    },
  }
}

async function oneByOne(sides: readonly [QueueSide, number][]): Promise<Figure> {
  const readings = await interleave(
    rounds,
    sides.map(([side, count]) => roundsOf(side, count, () => produce(side, count))),
  )
  const [ours, plainjob, boss, ...others] = readings as [Reading, Reading, Reading, ...Reading[]]
  return {
    area: 'Enqueue',
    title: '64 producers, each waiting for its acknowledgement; CPU per 1,000 orders, servers included',
    ours,
    beside: [plainjob, boss, ...others],
    bars: [atLeast(4, ours, plainjob), atLeast(20, ours, boss)],
    rounds,
  }
}

/** The rows that ours leaves behind, inserted into the same tables without check, hash or count: prepared, a thousand a commit. */
function bareInsert(count: number): Side {
  const folder = temporaryFolder()
  let run = 0
  return {
    name: 'bare INSERT of the same rows',
    unit: 'per second',
    durability: 'synchronous=FULL, 1,000 a commit',
    async round() {
      run += 1
      const { sqlite, close } = openDatabase({ file: join(folder.path, `${run}.db`) })
      const job = sqlite.prepare(
        `INSERT INTO jobs (id, tenant_id, kind, state, provider, subject, input, max_attempts, due_at, run_at, created_at)
         VALUES (?, ?, 'TELEGRAM_SEND', 'queued', 'telegram', 'A message', ?, 5, ?, ?, ?)`,
      )
      const event = sqlite.prepare(
        `INSERT INTO audit_events (chain, seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash)
         VALUES (?, ?, ?, 'operator', 'test', 'job.queued', 'job', ?, 'ok', ?, ?, ?)`,
      )
      const [text, hash] = [JSON.stringify(payload), 'a'.repeat(64)]
      const detail = JSON.stringify({ kind: 'TELEGRAM_SEND', inputDigest: hash })
      let at = 0
      const thousand = sqlite.transaction(() => {
        for (let row = 0; row < 1_000; row += 1) {
          at += 1
          const [id, tenant, now] = [newId(), `tenant-${1 + (at % 4)}`, Date.now()]
          job.run(id, tenant, text, now, now, now)
          event.run(tenant, at, now, id, detail, hash, hash)
        }
      })
      const { ms, cpuMs, peakMb } = await timed(async () => {
        for (let done = 0; done < count; done += 1_000) thousand()
      })
      close()
      return { value: (count / ms) * 1_000, cpuMs: cpuMs / (count / 1_000), peakMb }
    },
  }
}

async function bulk(atlas: QueueSide, plainjob: QueueSide): Promise<Figure> {
  const count = 20_000
  const many = payloads(count)
  const [ours, bare, peer] = (await interleave(rounds, [
    roundsOf(atlas, count, () => atlas.enqueueAll(many)),
    bareInsert(count),
    roundsOf(plainjob, count, () => plainjob.enqueueAll(many)),
  ])) as [Reading, Reading, Reading]
  return {
    area: 'Enqueue',
    title: '20,000 orders handed over at once',
    ours,
    beside: [bare, peer],
    bars: [atLeast(0.5, ours, bare)],
    rounds,
    note: 'plainjob writes one row of three columns; ours a job with its indexes and an event of the chain',
  }
}

export async function measureEnqueue(): Promise<Figure[]> {
  const [postgres, redis] = [await startPostgres(), await startRedis()]
  const [atlas, plainjob] = [createAtlasSide(), createPlainjobSide()]
  try {
    const one = await oneByOne([
      [atlas, 20_000],
      [plainjob, 5_000],
      [createPgBossSide(postgres), 2_000],
      [createGraphileSide(postgres, false), 2_000],
      [createBullPostgresSide(postgres), 2_000],
      [createBullRedisSide(redis), 5_000],
    ])
    return [one, await bulk(atlas, plainjob)]
  } finally {
    await postgres.stop()
    await redis.stop()
  }
}
