/** Process: jobs that are all due, with a handler that does nothing, and how late the event loop is meanwhile. */
import { atLeast, type Figure, interleave, lateness, type Reading, type Side, within } from '../measure.ts'
import { createAtlasSide } from './atlas.ts'
import { roundsOf } from './enqueue.ts'
import { createPlainjobSide } from './plainjob.ts'
import { createBullPostgresSide, createGraphileSide, createPgBossSide } from './postgres-queues.ts'
import { payloads, type QueueSide } from './queue-side.ts'
import { createBullRedisSide } from './redis-queue.ts'
import { startPostgres, startRedis } from './servers.ts'

const rounds = 5

function drained(side: QueueSide, count: number): Side {
  return roundsOf(
    side,
    count,
    () => side.drain(count),
    () => side.enqueueAll(payloads(count)),
  )
}

function latenessOf(side: QueueSide, count: number): Side {
  return {
    name: side.name,
    unit: 'ms',
    async round() {
      await side.open()
      await side.enqueueAll(payloads(count))
      const value = await lateness(() => side.drain(count))
      await side.close()
      return { value }
    },
  }
}

export async function measureProcess(): Promise<Figure[]> {
  const [postgres, redis] = [await startPostgres(), await startRedis()]
  const [atlas, plainjob] = [createAtlasSide(), createPlainjobSide()]
  try {
    const [ours, plain, tuned, asItComes, bullPostgres, ...others] = (await interleave(rounds, [
      drained(atlas, 20_000),
      drained(plainjob, 3_000),
      drained(createGraphileSide(postgres, true), 10_000),
      drained(createGraphileSide(postgres, false), 1_000),
      drained(createBullPostgresSide(postgres), 2_000),
      drained(createPgBossSide(postgres), 5_000),
      drained(createBullRedisSide(redis), 5_000),
    ])) as [Reading, Reading, Reading, Reading, Reading, ...Reading[]]
    const [late, peerLate] = (await interleave(rounds, [latenessOf(atlas, 20_000), latenessOf(plainjob, 3_000)])) as [
      Reading,
      Reading,
    ]
    const bars = [
      atLeast(10, ours, plain),
      atLeast(1, ours, tuned),
      atLeast(10, ours, asItComes),
      atLeast(10, ours, bullPostgres),
    ]
    return [
      {
        area: 'Process',
        title: 'Jobs with an empty handler; CPU per 1,000 jobs, servers included',
        ours,
        beside: [plain, tuned, asItComes, bullPostgres, ...others],
        bars,
        rounds,
        note: 'ours writes for each job: the claim, the attempt, the settlement and two events of a hash chain; the others write the job',
      },
      {
        area: 'Process',
        title: 'The event loop at its latest while the queue drains',
        ours: late,
        beside: [peerLate],
        bars: [within(late, { most: 25 })],
        rounds,
      },
    ]
  } finally {
    await postgres.stop()
    await redis.stop()
  }
}
