/** Jobs of one tenant, as the contract offers them. */
import type { JobDetail } from '#shared/contract/jobs'
import type { ActionRun } from '#shared/job-kinds'
import type { Action, AnyProvider } from '../../kit/define.ts'
import type { Area } from '../engine.ts'
import type { Enqueuer } from './enqueue.ts'
import type { JobFinder } from './find.ts'
import type { Pauses } from './pauses.ts'
import { type JobRow, toAttempt, toJob } from './rows.ts'
import { actionServing } from './serving.ts'
import type { createJobStats } from './stats.ts'
import type { Steering } from './steer.ts'

export interface JobsDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  enqueuer: Enqueuer
  finder: JobFinder
  steering: Steering
  pauses: Pauses
  stats: ReturnType<typeof createJobStats>
}

const pageLength = 50

/** The action a job ran or would run, as far as it is known. */
function actionOf(catalog: Readonly<Record<string, AnyProvider>>, row: JobRow): Action | undefined {
  const provider = catalog[row.provider ?? '']
  if (!provider) return undefined
  const input: unknown = JSON.parse(row.input)
  const id = row.kind === 'ACTION_RUN' ? (input as ActionRun).action : actionServing(provider, row.kind, input)
  return provider.actions[id ?? '']
}

export function createJobs(deps: JobsDeps): (tenantId: string) => Area<'jobs'> {
  const { catalog, enqueuer, finder, steering, pauses, stats } = deps

  function detail(tenantId: string, id: string): JobDetail {
    const row = finder.one(tenantId, id)
    const action = actionOf(catalog, row)
    return {
      ...toJob(row),
      input: JSON.parse(row.input),
      ...(action ? { repeat: action.repeat } : {}),
      ...(action?.lookup ? { lookup: action.lookup } : {}),
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
      const { rows, nextCursor } = finder.list(tenantId, filter, { cursor, limit })
      return { items: rows.map(toJob), nextCursor }
    },
    count: async (filter) => ({ count: finder.count(tenantId, filter) }),
    stats: async (input) => stats(tenantId, input?.windowMs),
    get: async ({ id }) => detail(tenantId, id),
    cancel: async ({ id }, actor) => toJob(await steering.cancel(tenantId, id, actor)),
    retry: async ({ id }, actor) => toJob(await steering.retry(tenantId, id, actor)),
    resolve: async ({ id, outcome, note }, actor) => toJob(await steering.resolve(tenantId, id, { outcome, note }, actor)),
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
