/** Runs and approvals of one tenant, as the contract offers them. */
import { failed, toFailure } from '#shared/failure'
import type { Actor, Area } from '../engine.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import type { Steering } from '../jobs/steer.ts'
import { type ApprovalFinder, toApproval } from './approval-rows.ts'
import type { Approvals } from './approvals.ts'
import { toRun, toStep } from './run-rows.ts'
import type { RunStore } from './run-store.ts'
import type { Writing } from './writing.ts'

export interface RunsAreaDeps {
  approvals: Approvals
  finder: ApprovalFinder
  enqueuer: Enqueuer
  steering: Steering
  store: RunStore
  writing: Writing
}

const pageLength = 50

export function createRunsArea(deps: RunsAreaDeps): (tenantId: string) => { runs: Area<'runs'>; approvals: Area<'approvals'> } {
  const { approvals, finder, enqueuer, steering, store, writing } = deps
  const runsOf = (tenantId: string): Area<'runs'> => ({
    async list({ limit = pageLength, ...filter } = {}) {
      const rows = store.list(tenantId, { ...filter, limit: limit + 1 })
      const items = rows.slice(0, limit).map(({ job, ...row }) => toRun(row, job, store.sums(row.id)))
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    get: async ({ id }) => store.view(tenantId, id),
    async steps({ id, cursor, limit = pageLength }) {
      store.one(tenantId, id)
      const rows = store.stepPage(id, Number(cursor ?? 0) || 0, limit + 1)
      const items = rows.slice(0, limit).map(toStep)
      return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.number) : null }
    },
    async writing({ id }) {
      store.one(tenantId, id)
      return writing.read(id)
    },
    async cancel({ id }, actor) {
      store.one(tenantId, id)
      await steering.cancel(tenantId, id, actor)
      return store.view(tenantId, id)
    },
    async again({ id }, actor) {
      const { agent, instruction, outside } = store.one(tenantId, id)
      if (outside === 1)
        throw failed('conflict', 'What came from outside is not run again by hand: give the work in your own words.')
      const { row } = await enqueuer.enqueue(tenantId, { kind: 'AGENT_RUN', input: { agent, instruction } }, actor)
      return store.view(tenantId, row.id)
    },
  })

  function checkAlike(tenantId: string, ids: readonly string[]): void {
    const asked = ids.map((id) => finder.row(tenantId, id))
    const [first] = asked
    const other = asked.find(({ agent, tool, kind }) => agent !== first?.agent || tool !== first?.tool || kind !== first?.kind)
    if (!other) return
    const fields = [{ path: 'ids', message: 'must be of the same agent and tool' }]
    throw failed('invalid', 'Several are decided together only where they are of the same agent and tool.', { fields })
  }

  async function decideAll(tenantId: string, order: Parameters<Area<'approvals'>['bulk']>[0], actor: Actor) {
    const { ids, ...decision } = order
    checkAlike(tenantId, ids)
    const decided: string[] = []
    const skipped: { id: string; why: string }[] = []
    for (const id of new Set(ids)) {
      try {
        decided.push((await approvals.decide(tenantId, id, decision, actor)).id)
      } catch (error) {
        skipped.push({ id, why: toFailure(error).message })
      }
    }
    return { decided, skipped }
  }

  const approvalsOf = (tenantId: string): Area<'approvals'> => ({
    list: async ({ limit = pageLength, ...filter } = {}) => finder.list(tenantId, { ...filter, limit }),
    get: async ({ id }) => toApproval(finder.row(tenantId, id)),
    decide: ({ id, ...decision }, actor) =>
      approvals.decide(tenantId, id, { via: actor.kind === 'token' ? 'rest' : 'screen', ...decision }, actor),
    bulk: (order, actor) => decideAll(tenantId, order, actor),
  })

  return (tenantId) => ({ runs: runsOf(tenantId), approvals: approvalsOf(tenantId) })
}
