/** plainjob on a SQLite file at synchronous=FULL. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { better, defineQueue, defineWorker, type Queue } from 'plainjob'
import { countdown, type QueueSide, temporaryFolder } from './queue-side.ts'

const nothing = () => undefined
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing }

export function createPlainjobSide(pollMs = 10): QueueSide & { queue(): Queue } {
  const folder = temporaryFolder()
  let run = 0
  let open: Queue | undefined
  const queue = () => {
    if (!open) throw new Error('the queue is not open')
    return open
  }
  return {
    name: 'plainjob',
    durability: 'synchronous=FULL, job alone',
    queue,
    serverCpuMs: () => 0,
    enqueue: async (payload) => queue().add('send', payload),
    enqueueAll: async (payloads) => queue().addMany('send', [...payloads]),
    async open() {
      run += 1
      const sqlite = new Sqlite(join(folder.path, `${run}.db`))
      open = defineQueue({ connection: better(sqlite), logger: silent })
      sqlite.pragma('journal_mode = WAL')
      sqlite.pragma('synchronous = FULL')
    },
    async drain(count) {
      const done = countdown(count)
      const worker = defineWorker('send', async () => undefined, {
        queue: queue(),
        pollIntervall: pollMs,
        logger: silent,
        onCompleted: done.one,
      })
      void worker.start()
      await done.all
      await worker.stop()
    },
    async close() {
      open?.close()
      open = undefined
    },
  }
}
