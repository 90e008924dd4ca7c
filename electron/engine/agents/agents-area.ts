/** Agents of one tenant, as the contract offers them. */

import { type AgentProfile, functionNameOf, plainProfile } from '#shared/agent'
import { nanos } from '#shared/ai/models'
import type { Agent, AgentState, AgentToolInfo } from '#shared/contract/agents'
import { failed, refusedField } from '#shared/failure'
import { toInstant } from '#shared/time'
import { digest } from '../audit/append.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area } from '../engine.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import type { Pauses } from '../jobs/pauses.ts'
import type { JobRow } from '../jobs/rows.ts'
import type { Agents, KnownAgent } from './agents.ts'
import type { ApprovalFinder } from './approval-rows.ts'
import type { AgentBudgets } from './budgets.ts'
import { roster } from './roster.ts'
import type { RunRow } from './run-rows.ts'
import type { RunStore } from './run-store.ts'
import type { Runs } from './runs.ts'
import type { Tool, Tools } from './tools.ts'

export interface AgentsAreaDeps {
  database: Database
  agents: Agents
  approvals: ApprovalFinder
  budgets: AgentBudgets
  connections: ConnectionReader
  enqueuer: Enqueuer
  pauses: Pauses
  store: RunStore
  tools: Tools
  from: Runs['from']
  now(): number
}

/** Longer events are not read whole by anybody. */
const longestEvent = 20_000

const refused = (path: string, why: string) => refusedField('The agent was refused', path, why)

type Observed = (RunRow & { job: JobRow }) | undefined

type IsSet = (provider: string) => boolean

/** Whether a tool can be used now: by the engine itself, by somebody connected, or by a person's hand. */
const isServed = ({ providers }: Tool, isSet: IsSet) =>
  providers.length === 0 ||
  providers.some(({ id, actions }) => isSet(id) || Object.values(actions).some(({ assist }) => assist !== undefined))

/** Tools an agent may use at all, that nothing can serve now. */
function deadTools(agent: KnownAgent, tools: Tools, isSet: IsSet): string[] {
  const needed = agent.tools.filter(({ autonomy }) => autonomy !== 'never').flatMap(({ tool }) => tools.find(tool) ?? [])
  return needed.filter((tool) => !isServed(tool, isSet)).map(({ title }) => title)
}

/** What is left out stays. */
function merged(agent: KnownAgent, patch: { [F in keyof AgentProfile]?: AgentProfile[F] | undefined }): KnownAgent {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  return { ...agent, ...Object.fromEntries(given) }
}

export function createAgentsArea(deps: AgentsAreaDeps): (tenantId: string) => Area<'agents'> {
  const { database, agents, approvals, budgets, connections, enqueuer, pauses, store, tools, now } = deps
  /** What happened elsewhere, as data for an agent to deal with. */
  async function takeEvent(tenantId: string, agent: string, event: Record<string, unknown>, actor: Actor): Promise<string> {
    const instruction = JSON.stringify(event)
    if (instruction.length > longestEvent)
      throw failed(
        'invalid',
        `The event is larger than ${longestEvent.toLocaleString('en')} characters. Send what matters of it.`,
      )
    const key = `event/${agent}/${toInstant(now()).slice(0, 10)}/${digest(event)}`
    const checked = enqueuer.prepare(tenantId, { kind: 'AGENT_RUN', input: { agent, instruction }, key })
    const origin = { kind: 'webhook', by: actor.id, outside: true } as const
    return database.write((tx) => deps.from(origin, () => enqueuer.place(tx, checked, actor)).row.id)
  }

  function stateOf(
    tenantId: string,
    agent: KnownAgent,
    { latest, waiting }: { latest: Observed; waiting: number },
  ): { state: AgentState; why: string | null } {
    const stop = pauses.stops({ tenant_id: tenantId, provider: null, agent: agent.id }, now())
    if (stop) return { state: 'paused', why: stop.why }
    if (latest?.job.state === 'running') return { state: 'working', why: latest.job.subject }
    if (waiting > 0)
      return {
        state: 'waiting',
        why: waiting === 1 ? 'One use of a tool waits for your word.' : `${waiting} uses of tools wait for your word.`,
      }
    if (latest?.job.state === 'queued') return { state: 'working', why: latest.job.waiting_for ?? latest.job.subject }
    const dead = deadTools(agent, tools, (provider) => connections.isSet(tenantId, provider))
    const [first] = dead
    if (first)
      return {
        state: 'blocked',
        why: dead.length === 1 ? `${first} has no connection.` : `${first} and ${dead.length - 1} more have no connection.`,
      }
    return { state: 'idle', why: null }
  }

  function view(tenantId: string, agent: KnownAgent): Agent {
    const latest = store.latest(tenantId, agent.id)
    const waiting = approvals.pending(tenantId, agent.id)
    const { day, runs, spentNano, reservedNano, uses } = budgets.today(tenantId, agent.id)
    return {
      ...agent,
      ...stateOf(tenantId, agent, { latest, waiting }),
      run: latest
        ? { id: latest.id, instruction: latest.instruction, state: latest.job.state, at: toInstant(latest.created_at) }
        : null,
      today: { day, runs, uses, spentUsd: spentNano / nanos.dollar, reservedUsd: reservedNano / nanos.dollar },
      ended: store.ended(tenantId, agent.id),
      approvals: waiting,
    }
  }

  /** Names of what is not there would make tools that never work. */
  function check(tenantId: string, agent: KnownAgent, beside: readonly string[] = []): void {
    const known = new Set([...agents.list(tenantId).map(({ id }) => id), ...beside, agent.id])
    const stranger = agent.tools.findIndex(({ tool }) => !tools.find(tool))
    if (stranger >= 0)
      throw refused(`tools.${stranger}.tool`, `names ${agent.tools[stranger]?.tool}, which this build does not know`)
    const names = agent.tools.map(({ tool }) => functionNameOf(tool))
    const twice = names.findIndex((name, at) => names.indexOf(name) !== at)
    if (twice >= 0) throw refused(`tools.${twice}.tool`, 'is named twice')
    const nobody = agent.delegatesTo.findIndex((id) => !known.has(id) || id === agent.id)
    if (nobody >= 0)
      throw refused(`delegatesTo.${nobody}`, `names ${agent.delegatesTo[nobody]}, which is no other agent of this tenant`)
    if (agent.reportsTo !== null && (!known.has(agent.reportsTo) || agent.reportsTo === agent.id))
      throw refused('reportsTo', 'is no other agent of this tenant')
  }

  function save(tenantId: string, agent: KnownAgent, actor: Actor): Promise<Agent> {
    return database.write((tx) => {
      check(tenantId, agent)
      agents.put(tx, tenantId, agent, actor)
      return view(tenantId, agent)
    })
  }

  function toInfo(tenantId: string, tool: Tool): AgentToolInfo {
    const { id, name, title, effect, providers, writes } = tool
    const missing = !isServed(tool, (provider) => connections.isSet(tenantId, provider))
    const why = missing ? `${providers.map((provider) => provider.name).join(' or ')} is not connected.` : null
    return {
      tool: id,
      name,
      title,
      effect,
      provider: providers.length === 1 ? (providers[0]?.id ?? null) : null,
      writes,
      ready: !missing,
      why,
    }
  }

  return (tenantId) => ({
    list: async () => ({ items: agents.list(tenantId).map((agent) => view(tenantId, agent)), nextCursor: null }),
    tools: async () => ({ items: tools.all().map((tool) => toInfo(tenantId, tool)), nextCursor: null }),
    templates: async () => ({ items: [...roster], nextCursor: null }),
    exportFile: async () => ({ format: 'atlas-agents/1', agents: agents.list(tenantId) }),
    async importFile({ agents: list }, actor) {
      const ids = list.map(({ id }) => id)
      const twice = ids.findIndex((id, at) => ids.indexOf(id) !== at)
      if (twice >= 0) throw refused(`agents.${twice}.id`, 'stands in the file twice')
      return database.write((tx) => {
        const before = new Set(agents.list(tenantId).map(({ id }) => id))
        for (const agent of list) check(tenantId, agent, ids)
        for (const agent of list) agents.put(tx, tenantId, agent, actor)
        return { added: ids.filter((id) => !before.has(id)), replaced: ids.filter((id) => before.has(id)) }
      })
    },
    get: async ({ id }) => view(tenantId, agents.one(tenantId, id)),
    async create({ id, ...profile }, actor) {
      if (agents.has(tenantId, id)) throw failed('conflict', `There is an agent ${id} already.`)
      return save(tenantId, merged({ ...plainProfile, id } as KnownAgent, profile), actor)
    },
    update: async ({ id, ...patch }, actor) => save(tenantId, merged(agents.one(tenantId, id), patch), actor),
    remove: ({ id }, actor) => database.write((tx) => ({ removed: agents.remove(tx, tenantId, id, actor) })),
    async event({ id, ...event }, actor) {
      agents.one(tenantId, id)
      return { run: await takeEvent(tenantId, id, event, actor) }
    },
    async run({ id, instruction, key, runAt }, actor) {
      agents.one(tenantId, id)
      const order = { kind: 'AGENT_RUN' as const, input: { agent: id, instruction }, key, runAt }
      const { row } = await enqueuer.enqueue(tenantId, order, actor)
      return store.view(tenantId, row.id)
    },
  })
}
