/** Jobs of one tenant, as the contract offers them. */
import type { JobDetail } from '#shared/contract/jobs'
import type { Area } from '../engine.ts'
import type { Desk } from './desk.ts'
import type { Enqueuer } from './enqueue.ts'
import type { JobFinder } from './find.ts'
import type { Pauses } from './pauses.ts'
import { toAttempt, toJob } from './rows.ts'
import type { createJobStats } from './stats.ts'
import type { Steering } from './steer.ts'

export interface JobsDeps {
  desk: Desk
  enqueuer: Enqueuer
  finder: JobFinder
  steering: Steering
  pauses: Pauses
  stats: ReturnType<typeof createJobStats>
}

const pageLength = 50

export function createJobs(deps: JobsDeps): (tenantId: string) => Area<'jobs'> {
  const { desk, enqueuer, finder, steering, pauses, stats } = deps

  function detail(tenantId: string, id: string): JobDetail {
    const row = finder.one(tenantId, id)
    return {
      ...toJob(row),
      input: JSON.parse(row.input),
      ...desk.help(row),
      history: finder.attempts(id).map(toAttempt),
    }
  }

  return (tenantId) => ({
    async create(input, actor) {
      const { row, created } = await enqueuer.enqueue(tenantId, input, actor)
      return created ? { status: 201 as const, body: toJob(row) } : { status: 200 as const, body: toJob(row) }
    },
    async list(input = {}) {
      const { cursor, limit = pageLength, ...filter } = input
      const { rows, nextCursor } = await finder.list(tenantId, filter, { cursor, limit })
      return { items: rows.map(toJob), nextCursor }
    },
    count: async (filter) => ({ count: await finder.count(tenantId, filter) }),
    stats: async (input) => stats(tenantId, input?.windowMs),
    get: async ({ id }) => detail(tenantId, id),
    cancel: async ({ id }, actor) => toJob(await steering.cancel(tenantId, id, actor)),
    retry: async ({ id }, actor) => toJob(await steering.retry(tenantId, id, actor)),
    resolve: async ({ id, ...word }, actor) => toJob(await steering.resolve(tenantId, id, word, actor)),
    check: async (order) => desk.check(tenantId, order),
    lookup: ({ id }) => desk.lookup(tenantId, id),
    async bulk({ filter, verb, name }, actor) {
      const { row } = await enqueuer.enqueue(
        tenantId,
        { kind: 'JOBS_BULK', input: { filter, verb, ...(name ? { name } : {}) }, priority: 100 },
        actor,
      )
      return toJob(row)
    },
    pauses: async () => ({ items: pauses.list(tenantId), nextCursor: null }),
    async pause(order, actor) {
      await pauses.set(tenantId, order, actor)
      return { items: pauses.list(tenantId), nextCursor: null }
    },
  })
}
