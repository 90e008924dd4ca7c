/** Growth: what an order and its work cost beside a million finished jobs, and beside a million that are due later. */
import { join } from 'node:path'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { operator } from '../../electron/engine/jobs/queue-world.ts'
import { fill, million } from '../fill.ts'
import { atMost, type Figure, interleave, type Reading, type Side, timed } from '../measure.ts'
import { openBenchQueue } from './atlas.ts'
import { countdown, payload, produce, temporaryFolder } from './queue-side.ts'

const perRound = 5_000
const rounds = 5
const tenants = 4

/** Spread over the tenants like those that are measured. */
const filling = { count: million, tenant: `'tenant-' || (1 + n % ${tenants})`, input: payload }

interface Grown {
  name: string
  file: string
}

function enqueueSide({ name, file }: Grown): Side {
  return {
    name,
    unit: 'µs',
    async round() {
      const { world } = openBenchQueue(file)
      let at = 0
      const enqueue = () => {
        at += 1
        const order = { kind: 'TELEGRAM_SEND', input: { ...payload } } as const
        return world.system.enqueuer.enqueue(`tenant-${1 + (at % tenants)}`, order, operator)
      }
      const { ms, cpuMs } = await timed(() => produce({ enqueue }, perRound))
      await world.stop()
      return { value: (ms * 1_000) / perRound, cpuMs }
    },
  }
}

/** Works on what the round of orders before it left. */
function processSide({ name, file }: Grown): Side {
  return {
    name,
    unit: 'µs',
    async round() {
      const { world, onRun } = openBenchQueue(file)
      const begun = countdown(perRound)
      onRun(begun.one)
      const { ms, cpuMs } = await timed(async () => {
        await world.system.runner.start()
        await begun.all
      })
      await world.stop()
      return { value: (ms * 1_000) / perRound, cpuMs }
    },
  }
}

function figureOf(title: string, [empty, finished, waiting]: [Reading, Reading, Reading]): Figure {
  return {
    area: 'Growth',
    title,
    ours: empty,
    beside: [finished, waiting],
    bars: [atMost(1.1, finished, empty), atMost(1.2, waiting, empty)],
    rounds,
  }
}

export async function measureGrowth(): Promise<Figure[]> {
  const folder = temporaryFolder()
  const sides: [Grown, Grown, Grown] = [
    { name: 'empty database', file: join(folder.path, 'empty.db') },
    { name: 'beside a million finished jobs', file: join(folder.path, 'finished.db') },
    { name: 'beside a million jobs due tomorrow', file: join(folder.path, 'waiting.db') },
  ]
  try {
    for (const [at, { file }] of sides.entries()) {
      const database = openDatabase({ file })
      if (at > 0) fill(database.sqlite, { ...filling, state: at === 1 ? 'succeeded' : 'queued' })
      database.close()
    }
    // Each round orders and then works, so that both find the database as the other left it.
    const both = sides.flatMap((side) => [enqueueSide(side), processSide(side)])
    const [a, b, c, d, e, f] = (await interleave(rounds, both)) as [Reading, Reading, Reading, Reading, Reading, Reading]
    return [figureOf('An order, 64 producers', [a, c, e]), figureOf('Its work, empty handler', [b, d, f])]
  } finally {
    folder.remove()
  }
}
