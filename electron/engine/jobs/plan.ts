/** Decides, without waiting, what a job would do now: which provider, which action, which buckets; or why not yet, or never. */
import { type Failure, failed, toFailure } from '#shared/failure'
import type { ActionRun, ServedKind } from '#shared/job-kinds'
import type { Action, AnyProvider } from '../../kit/define.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import { type Route, routeKind } from './route.ts'
import { type JobRow, type Progress, parseJson } from './rows.ts'

/** Kinds that the engine runs by itself, on its own jobs. */
export const internalKinds: readonly string[] = ['JOBS_BULK']

export type RunPlan = { do: 'run'; provider: AnyProvider; actionId: string; action: Action; input: unknown; buckets: string[] }

export type Plan = RunPlan | { do: 'internal' } | { do: 'wait'; why: string } | { do: 'refuse'; failure: Failure }

export interface Planner {
  plan(row: JobRow): Plan
  /** Who could serve the job's kind after these failures, or the failure of them all. */
  routeAfter(row: JobRow, tried: Readonly<Record<string, Failure>>): Route
}

export interface PlannerDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  emailOrder(tenantId: string): string[]
}

/** Providers that serve a kind, in the tenant's order where several do. */
export function servingProviders(
  catalog: Readonly<Record<string, AnyProvider>>,
  kind: string,
  order: readonly string[],
): AnyProvider[] {
  const serving = Object.values(catalog).filter((provider) => provider.serves[kind as ServedKind] !== undefined)
  const place = (provider: AnyProvider) => (order.includes(provider.id) ? order.indexOf(provider.id) : order.length)
  return serving.sort((a, b) => place(a) - place(b))
}

export function createPlanner({ catalog, connections, emailOrder }: PlannerDeps): Planner {
  function runOf(provider: AnyProvider, actionId: string, input: unknown, row: JobRow): Plan {
    const action = provider.actions[actionId]
    if (!action) return { do: 'refuse', failure: failed('unsupported', `${provider.name} has no action ${actionId}.`).failure }
    const parsed = action.input.safeParse(input)
    if (!parsed.success) {
      return { do: 'refuse', failure: failed('invalid', `The stored input no longer fits ${provider.name} ${actionId}.`).failure }
    }
    const settings = connections.settings(row.tenant_id, provider.id)
    try {
      const buckets =
        action.buckets?.(parsed.data, settings as never, ...(row.agent === null ? [] : ([row.agent] as const))) ?? []
      return { do: 'run', provider, actionId, action, input: parsed.data, buckets }
    } catch (error) {
      return { do: 'refuse', failure: toFailure(error) }
    }
  }

  function planAction(row: JobRow): Plan {
    const { provider: id, action, input } = JSON.parse(row.input) as ActionRun
    const provider = catalog[id]
    if (!provider) return { do: 'refuse', failure: failed('unsupported', `There is no provider ${id}.`).failure }
    if (!connections.isSet(row.tenant_id, id)) return { do: 'wait', why: `${provider.name} is not connected` }
    return runOf(provider, action, input, row)
  }

  function routeAfter(row: JobRow, tried: Readonly<Record<string, Failure>>): Route {
    const serving = servingProviders(catalog, row.kind, emailOrder(row.tenant_id))
    const candidates = serving.map((provider) => ({
      provider: provider.id,
      name: provider.name,
      ...(connections.isSet(row.tenant_id, provider.id) ? {} : { why: 'not connected' }),
    }))
    return routeKind({ order: serving.map((provider) => provider.id), candidates, tried })
  }

  function planKind(row: JobRow): Plan {
    const serving = servingProviders(catalog, row.kind, [])
    if (!serving.some((provider) => connections.isSet(row.tenant_id, provider.id))) {
      return { do: 'wait', why: `${serving.map((provider) => provider.name).join(' or ')} is not connected` }
    }
    const route = routeAfter(row, parseJson<Progress>(row.progress)?.tried ?? {})
    if ('failure' in route) return { do: 'refuse', failure: route.failure }
    const provider = catalog[route.provider]
    const actionId = provider?.serves[row.kind as ServedKind]
    if (!provider || !actionId) return { do: 'refuse', failure: failed('unsupported', `Nothing serves ${row.kind}.`).failure }
    return runOf(provider, actionId, JSON.parse(row.input), row)
  }

  return {
    routeAfter,
    plan(row) {
      if (internalKinds.includes(row.kind)) return { do: 'internal' }
      return row.kind === 'ACTION_RUN' ? planAction(row) : planKind(row)
    },
  }
}
