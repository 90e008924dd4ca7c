/** BullMQ on a Redis that syncs each command. */
import { Queue, Worker } from 'bullmq'
import { countdown, type QueueSide } from './queue-side.ts'
import type { Server } from './servers.ts'

export function createBullRedisSide(server: Server): QueueSide & { queue(): Queue; connection: { host: string; port: number } } {
  const connection = { host: '127.0.0.1', port: server.port }
  let queue: Queue | undefined
  let run = 0
  const open = () => {
    if (!queue) throw new Error('the queue is not open')
    return queue
  }
  return {
    name: 'BullMQ on Redis',
    durability: 'appendonly, appendfsync always',
    serverCpuMs: server.cpuMs,
    connection,
    queue: open,
    enqueue: (payload) => open().add('send', payload),
    enqueueAll: (payloads) => open().addBulk(payloads.map((data) => ({ name: 'send', data }))),
    async open() {
      run += 1
      queue = new Queue(`send${run}`, { connection })
      await queue.waitUntilReady()
    },
    async drain(count) {
      const done = countdown(count)
      const worker = new Worker(open().name, async () => done.one(), { connection, concurrency: 64 })
      await done.all
      await worker.close()
    },
    async close() {
      await queue?.close()
      queue = undefined
    },
  }
}
