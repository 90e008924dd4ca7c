/** Another process on the same database: orders when told to, and says when it began to. */
import { operator } from '../../electron/engine/jobs/queue-world.ts'
import { openBenchQueue } from './atlas.ts'
import { payload } from './queue-side.ts'

const { world } = openBenchQueue(process.argv[2] ?? '')

async function order(): Promise<void> {
  const from = Number(process.hrtime.bigint()) / 1e6
  await world.system.enqueuer.enqueue('tenant-1', { kind: 'TELEGRAM_SEND', input: { ...payload } }, operator)
  process.send?.(from)
}

process.on('message', (message) => {
  if (message === 'order') void order()
  else void world.stop().then(() => process.exit(0))
})
process.send?.(0)
