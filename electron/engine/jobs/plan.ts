/** Decides, without waiting, what a job would do now: which provider, which action, which buckets; or why not yet, or never. */
import { type Failure, failed, toFailure } from '#shared/failure'
import type { WaitReason } from '#shared/job'
import type { ActionRun } from '#shared/job-kinds'
import type { PlatformId, SocialPost } from '#shared/social/post'
import type { Action, AnyProvider } from '../../kit/define.ts'
import type { ConnectionLook, ConnectionReader } from '../connections/rows.ts'
import { type Route, routeKind } from './route.ts'
import { type JobRow, type Progress, parseJson } from './rows.ts'
import { actionServing, servingProviders } from './serving.ts'

/** Kinds that the engine runs by itself, on its own jobs. */
export const internalKinds: readonly string[] = ['JOBS_BULK', 'AGENT_RUN']

export type RunPlan = { do: 'run'; provider: AnyProvider; actionId: string; action: Action; input: unknown; buckets: string[] }

/** What keeps a provider from an order, and what the order then waits for. */
interface Obstacle {
  why: string
  reason: WaitReason
}

export type Plan = RunPlan | { do: 'internal' } | ({ do: 'wait' } & Obstacle) | { do: 'refuse'; failure: Failure }

export interface Planner {
  /** `look` may be what was already read in this moment. */
  plan(row: JobRow, look?: ConnectionLook): Plan
  /** Who could serve the job's kind after these failures, or the failure of them all. */
  routeAfter(row: JobRow, tried: Readonly<Record<string, Failure>>): Route
}

export interface PlannerDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  emailOrder(tenantId: string): readonly string[]
  /** Why posts on a platform wait for the provider's review of our app; undefined when they need not. */
  gate(tenantId: string, provider: AnyProvider, platform: PlatformId): string | undefined
}

/** A job with its order read, and the connections as they are at this moment. */
interface Question {
  row: JobRow
  input: unknown
  look: ConnectionLook
}

export function createPlanner({ catalog, connections, emailOrder, gate }: PlannerDeps): Planner {
  const servingKind = new Map<string, AnyProvider[]>()

  /** Who may do it: whoever may have taken it already, alone; else all who serve its kind. */
  function serving(question: Question): AnyProvider[] {
    const all = servingAtAll(question)
    const taker = parseJson<Progress>(question.row.progress)?.mayHaveTaken
    return taker === undefined ? all : all.filter(({ id }) => id === taker)
  }

  /** Who serves a kind does not change while the program runs; who publishes a post depends on the post. */
  function servingAtAll({ row, input }: Question): AnyProvider[] {
    if (row.kind === 'SOCIAL_POST') return servingProviders(catalog, { kind: row.kind, input }, [])
    const known = servingKind.get(row.kind) ?? servingProviders(catalog, { kind: row.kind, input }, [])
    servingKind.set(row.kind, known)
    return known
  }

  function runOf(provider: AnyProvider, actionId: string, order: unknown, { row, look }: Question): Plan {
    const action = provider.actions[actionId]
    if (!action) return { do: 'refuse', failure: failed('unsupported', `${provider.name} has no action ${actionId}.`).failure }
    const parsed = action.input.safeParse(order)
    if (!parsed.success) {
      return { do: 'refuse', failure: failed('invalid', `The stored input no longer fits ${provider.name} ${actionId}.`).failure }
    }
    const settings = look.settings(row.tenant_id, provider.id)
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
  function whyNot(question: Question, provider: AnyProvider, actionId: string): Obstacle | undefined {
    const { row, input, look } = question
    const gated = row.kind === 'SOCIAL_POST' ? gate(row.tenant_id, provider, (input as SocialPost).platform) : undefined
    if (gated) return { why: gated, reason: 'verification' }
    const byHand = provider.actions[actionId]?.assist !== undefined
    if (byHand || look.isSet(row.tenant_id, provider.id)) return undefined
    return { why: `${provider.name} is not connected`, reason: 'connection' }
  }

  function planAction(question: Question): Plan {
    const { provider: id, action, input } = question.input as ActionRun
    const provider = catalog[id]
    if (!provider) return { do: 'refuse', failure: failed('unsupported', `There is no provider ${id}.`).failure }
    const reason = whyNot(question, provider, action)
    return reason ? { do: 'wait', ...reason } : runOf(provider, action, input, question)
  }

  function route(question: Question, tried: Readonly<Record<string, Failure>>): Route {
    const { row, input } = question
    const able = serving(question)
    const candidates = able.map((provider) => {
      const reason = whyNot(question, provider, actionServing(provider, row.kind, input) ?? '')
      return { provider: provider.id, name: provider.name, ...(reason ? { why: reason.why } : {}) }
    })
    return routeKind({ order: able.length > 1 ? emailOrder(row.tenant_id) : [], candidates, tried })
  }

  function planKind(question: Question): Plan {
    const { row, input } = question
    const able = serving(question)
    const reasons = able.map((provider) => whyNot(question, provider, actionServing(provider, row.kind, input) ?? ''))
    if (able.length > 0 && reasons.every((reason) => reason !== undefined)) return waitFor(able, reasons)
    const chosen = route(question, parseJson<Progress>(row.progress)?.tried ?? {})
    if ('failure' in chosen) return { do: 'refuse', failure: chosen.failure }
    const provider = catalog[chosen.provider]
    const actionId = provider && actionServing(provider, row.kind, input)
    if (!provider || !actionId) return { do: 'refuse', failure: failed('unsupported', `Nothing serves ${row.kind}.`).failure }
    return runOf(provider, actionId, input, question)
  }

  /** Nobody can do it now: it waits for whoever is nearest to being able. */
  function waitFor(able: readonly AnyProvider[], reasons: readonly Obstacle[]): Plan {
    const gated = reasons.find(({ reason }) => reason === 'verification')
    if (gated) return { do: 'wait', ...gated }
    return { do: 'wait', why: `${able.map((provider) => provider.name).join(' or ')} is not connected`, reason: 'connection' }
  }

  return {
    routeAfter: (row, tried) => route({ row, input: JSON.parse(row.input), look: connections }, tried),
    plan(row, look = connections) {
      if (internalKinds.includes(row.kind)) return { do: 'internal' }
      const question: Question = { row, input: JSON.parse(row.input), look }
      return row.kind === 'ACTION_RUN' ? planAction(question) : planKind(question)
    },
  }
}
