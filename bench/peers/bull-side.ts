/** BullMQ as a side of a figure, on whichever store it is given. */
import type { Queue, Worker } from 'bullmq'
import { countdown, opened, type QueueSide } from './queue-side.ts'
import type { Server } from './servers.ts'

interface BullParts {
  name: string
  durability: string
  server: Server
  makeQueue(name: string): Queue
  makeWorker(name: string, work: () => Promise<void>): Worker
}

export function createBullSide({ name, durability, server, makeQueue, makeWorker }: BullParts): QueueSide & { queue(): Queue } {
  let queue: Queue | undefined
  let run = 0
  const open = () => opened(queue)
  return {
    name,
    durability,
    serverCpuMs: server.cpuMs,
    queue: open,
    enqueue: (payload) => open().add('send', payload),
    enqueueAll: (payloads) => open().addBulk(payloads.map((data) => ({ name: 'send', data }))),
    async open() {
      run += 1
      queue = makeQueue(`send${run}`)
      await queue.waitUntilReady()
    },
    async drain(count) {
      const done = countdown(count)
      const worker = makeWorker(open().name, async () => done.one())
      worker.on('error', () => undefined)
      await done.all
      await worker.close()
    },
    async close() {
      await queue?.close()
      queue = undefined
    },
  }
}
