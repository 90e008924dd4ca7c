/** Decides, without waiting, what a job would do now: which provider, which action, which buckets; or why not yet, or never. */
import { type Failure, failed, toFailure } from '#shared/failure'
import type { WaitReason } from '#shared/job'
import type { ActionRun } from '#shared/job-kinds'
import type { PlatformId, SocialPost } from '#shared/social/post'
import type { Action, AnyProvider } from '../../kit/define.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import { type Route, routeKind } from './route.ts'
import { type JobRow, type Progress, parseJson } from './rows.ts'
import { actionServing, servingProviders } from './serving.ts'

/** Kinds that the engine runs by itself, on its own jobs. */
export const internalKinds: readonly string[] = ['JOBS_BULK', 'AGENT_RUN']

export type RunPlan = { do: 'run'; provider: AnyProvider; actionId: string; action: Action; input: unknown; buckets: string[] }

export type Plan =
  | RunPlan
  | { do: 'internal' }
  | { do: 'wait'; why: string; reason: WaitReason }
  | { do: 'refuse'; failure: Failure }

export interface Planner {
  plan(row: JobRow): Plan
  /** Who could serve the job's kind after these failures, or the failure of them all. */
  routeAfter(row: JobRow, tried: Readonly<Record<string, Failure>>): Route
}

export interface PlannerDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  emailOrder(tenantId: string): string[]
  /** Why posts on a platform wait for the provider's review of our app; undefined when they need not. */
  gate(tenantId: string, provider: AnyProvider, platform: PlatformId): string | undefined
}

export function createPlanner({ catalog, connections, emailOrder, gate }: PlannerDeps): Planner {
  function runOf(provider: AnyProvider, actionId: string, input: unknown, row: JobRow): Plan {
    const action = provider.actions[actionId]
    if (!action) return { do: 'refuse', failure: failed('unsupported', `${provider.name} has no action ${actionId}.`).failure }
    const parsed = action.input.safeParse(input)
    if (!parsed.success) {
      return { do: 'refuse', failure: failed('invalid', `The stored input no longer fits ${provider.name} ${actionId}.`).failure }
    }
    const settings = connections.settings(row.tenant_id, provider.id)
    try {
      const known = parseJson<Progress>(row.progress)
      const follows = known?.acceptedAt !== undefined && known.provider === provider.id
      const agent = row.agent === null ? [] : ([row.agent] as const)
      const asked = follows ? action.following : action.buckets?.(parsed.data, settings as never, ...agent)
      return { do: 'run', provider, actionId, action, input: parsed.data, buckets: [...(asked ?? [])] }
    } catch (error) {
      return { do: 'refuse', failure: toFailure(error) }
    }
  }

  /** What keeps a provider from doing an order now, and what the order then waits for. */
  function whyNot(row: JobRow, provider: AnyProvider, actionId: string): { why: string; reason: WaitReason } | undefined {
    const { tenant_id: tenantId } = row
    const gated =
      row.kind === 'SOCIAL_POST' ? gate(tenantId, provider, (JSON.parse(row.input) as SocialPost).platform) : undefined
    if (gated) return { why: gated, reason: 'verification' }
    const byHand = provider.actions[actionId]?.assist !== undefined
    if (byHand || connections.isSet(tenantId, provider.id)) return undefined
    return { why: `${provider.name} is not connected`, reason: 'connection' }
  }

  function planAction(row: JobRow): Plan {
    const { provider: id, action, input } = JSON.parse(row.input) as ActionRun
    const provider = catalog[id]
    if (!provider) return { do: 'refuse', failure: failed('unsupported', `There is no provider ${id}.`).failure }
    const reason = whyNot(row, provider, action)
    return reason ? { do: 'wait', ...reason } : runOf(provider, action, input, row)
  }

  function routeAfter(row: JobRow, tried: Readonly<Record<string, Failure>>): Route {
    const order = { kind: row.kind, input: JSON.parse(row.input) as unknown }
    const serving = servingProviders(catalog, order, emailOrder(row.tenant_id))
    const candidates = serving.map((provider) => {
      const reason = whyNot(row, provider, actionServing(provider, order.kind, order.input) ?? '')
      return { provider: provider.id, name: provider.name, ...(reason ? { why: reason.why } : {}) }
    })
    return routeKind({ order: serving.map((provider) => provider.id), candidates, tried })
  }

  function planKind(row: JobRow): Plan {
    const input: unknown = JSON.parse(row.input)
    const serving = servingProviders(catalog, { kind: row.kind, input }, [])
    const reasons = serving.map((provider) => whyNot(row, provider, actionServing(provider, row.kind, input) ?? ''))
    if (serving.length > 0 && reasons.every((reason) => reason !== undefined)) return waitFor(serving, reasons)
    const route = routeAfter(row, parseJson<Progress>(row.progress)?.tried ?? {})
    if ('failure' in route) return { do: 'refuse', failure: route.failure }
    const provider = catalog[route.provider]
    const actionId = provider && actionServing(provider, row.kind, input)
    if (!provider || !actionId) return { do: 'refuse', failure: failed('unsupported', `Nothing serves ${row.kind}.`).failure }
    return runOf(provider, actionId, input, row)
  }

  /** Nobody can do it now: it waits for whoever is nearest to being able. */
  function waitFor(serving: readonly AnyProvider[], reasons: readonly { why: string; reason: WaitReason }[]): Plan {
    const gated = reasons.find(({ reason }) => reason === 'verification')
    if (gated) return { do: 'wait', ...gated }
    return { do: 'wait', why: `${serving.map((provider) => provider.name).join(' or ')} is not connected`, reason: 'connection' }
  }

  return {
    routeAfter,
    plan(row) {
      if (internalKinds.includes(row.kind)) return { do: 'internal' }
      return row.kind === 'ACTION_RUN' ? planAction(row) : planKind(row)
    },
  }
}
