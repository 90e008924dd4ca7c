/** BullMQ on a Redis that syncs each command. */
import { Queue, Worker } from 'bullmq'
import { createBullSide } from './bull-side.ts'
import type { QueueSide } from './queue-side.ts'
import type { Server } from './servers.ts'

export function createBullRedisSide(server: Server): QueueSide & { queue(): Queue; connection: { host: string; port: number } } {
  const connection = { host: '127.0.0.1', port: server.port }
  const side = createBullSide({
    name: 'BullMQ on Redis',
    durability: 'appendonly, appendfsync always',
    server,
    makeQueue: (name) => new Queue(name, { connection }),
    makeWorker: (name, work) => new Worker(name, work, { connection, concurrency: 64 }),
  })
  return { ...side, connection }
}
