/** Orders and runs jobs with the real queue and tells each promise only when it was kept: run under strace to learn what a power cut may take. */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createQueueWorld } from '../../electron/engine/jobs/queue-world.ts'
import { createDice } from './scale.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    synchronous: { type: 'string', default: 'FULL' },
    rounds: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})
const standardOutput = 1

/** One write call a promise, so that its place among the database's own writes is exact. */
function promise(what: 'queued' | 'succeeded', id: string): void {
  writeSync(standardOutput, `${what} ${id}\n`)
}

if (values.file === undefined) throw new Error('--file must name the database')
const world = createQueueWorld({ file: values.file })
world.database.sqlite.pragma(`synchronous = ${values.synchronous}`)
const rounds = Number(values.rounds)
const dice = createDice(Number(values.seed))

async function orderAndRun(): Promise<void> {
  const job = await world.send({ text: 'x'.repeat(1 + Math.floor(dice() * 3_000)) })
  promise('queued', job.id)
  await world.until(job.id, ({ state }) => state === 'succeeded')
  promise('succeeded', job.id)
}

if (rounds === 0) await world.stop()
else {
  await world.system.runner.start()
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(Array.from({ length: 1 + Math.floor(dice() * 4) }, orderAndRun))
    // A long run checkpoints now and then by itself; a short one is made to.
    if (dice() < 0.15) world.database.sqlite.pragma('wal_checkpoint(PASSIVE)')
  }
  // Ends as it stands: an orderly close would write everything home.
  process.kill(process.pid, 'SIGKILL')
}
