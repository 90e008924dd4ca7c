/** The queues on PostgreSQL: graphile-worker as it comes and tuned, pg-boss tuned, BullMQ's PostgreSQL backend. */
import { createPostgresBackend, Queue, Worker } from 'bullmq'
import { Logger, makeWorkerUtils, run, type WorkerUtils } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import { createBullSide } from './bull-side.ts'
import { countdown, opened, type QueueSide } from './queue-side.ts'
import type { Server } from './servers.ts'

const durability = 'synchronous_commit=on'
const url = ({ port }: Server) => `postgres://bench@127.0.0.1:${port}/postgres`
const nothing = () => undefined
const unlogged = new Logger(() => nothing)
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing }

/** graphile-worker: `tuned` fetches 500 at once and completes in batches. */
export function createGraphileSide(server: Server, tuned: boolean): QueueSide {
  let utils: WorkerUtils | undefined
  const open = () => opened(utils)
  const preset = tuned ? { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } } : {}
  return {
    name: `graphile-worker ${tuned ? 'tuned' : 'default'}`,
    durability,
    serverCpuMs: server.cpuMs,
    enqueue: (payload) => open().addJob('send', payload),
    enqueueAll: (payloads) => open().addJobs(payloads.map((payload) => ({ identifier: 'send', payload }))),
    async open() {
      utils = await makeWorkerUtils({ connectionString: url(server), logger: unlogged })
      await utils.migrate()
      await utils.withPgClient((client) => client.query('DELETE FROM graphile_worker._private_jobs'))
    },
    async drain(count) {
      const done = countdown(count)
      const runner = await run({
        connectionString: url(server),
        concurrency: tuned ? 24 : 1,
        noHandleSignals: true,
        logger: unlogged,
        preset,
        taskList: { send: async () => done.one() },
      })
      await done.all
      await runner.stop()
    },
    async close() {
      await utils?.release()
      utils = undefined
    },
  }
}

/** pg-boss: batches of 500, woken by NOTIFY. */
export function createPgBossSide(server: Server): QueueSide {
  let boss: PgBoss | undefined
  const open = () => opened(boss)
  return {
    name: 'pg-boss tuned',
    durability,
    serverCpuMs: server.cpuMs,
    enqueue: (payload) => open().send('send', { ...payload }),
    enqueueAll: (payloads) =>
      open().insert(
        'send',
        payloads.map((data) => ({ data: { ...data } })),
      ),
    async open() {
      boss = new PgBoss({ connectionString: url(server), useListenNotify: true })
      boss.on('error', silent.error)
      await boss.start()
      await boss.createQueue('send', { notify: true })
      await boss.deleteAllJobs('send')
    },
    async drain(count) {
      const done = countdown(count)
      const options = { batchSize: 500, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }
      await open().work('send', options, async (jobs) => {
        for (const _job of jobs) done.one()
      })
      await done.all
    },
    async close() {
      await boss?.stop({ graceful: true })
      boss = undefined
    },
  }
}

export function createBullPostgresSide(server: Server): QueueSide {
  const connection = { connectionString: url(server), migrate: true }
  return createBullSide({
    name: 'BullMQ on PostgreSQL',
    durability,
    server,
    makeQueue: (name) => new Queue(name, { connection }, createPostgresBackend) as unknown as Queue,
    makeWorker: (name, work) =>
      new Worker(name, work, { connection, concurrency: 24 }, createPostgresBackend) as unknown as Worker,
  })
}
