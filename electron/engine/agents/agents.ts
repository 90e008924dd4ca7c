/** The roster of a tenant, as it is kept. */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { type AgentProfile, plainProfile } from '#shared/agent'
import { failed } from '#shared/failure'
import type { CallAgent } from '../../kit/call.ts'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import { agents } from '../database/schema/tenants.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import { roster } from './roster.ts'

/** An agent with all of its profile. */
export interface KnownAgent extends AgentProfile {
  id: string
}

export interface Agents {
  list(tenantId: string): KnownAgent[]
  has(tenantId: string, id: string): boolean
  find(tenantId: string, id: string): KnownAgent | undefined
  /** `not_found` when there is none of that id. */
  one(tenantId: string, id: string): KnownAgent
  /** The agent as a provider's call knows it. */
  forCall(tenantId: string, id: string | null): CallAgent | undefined
  /** Adds or replaces an agent, told in the audit log. Call inside a change. */
  put(tx: Change, tenantId: string, agent: KnownAgent, actor: Actor): void
  /** Takes an agent off the roster. Call inside a change. */
  remove(tx: Change, tenantId: string, id: string, actor: Actor): boolean
  /** Gives a new tenant the roster. Call inside a change. */
  seed(tenantId: string): void
}

export interface AgentsDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  now(): number
}

type Row = typeof agents.$inferSelect

function toRow(tenantId: string, { id, name, role, email, platform, ...profile }: KnownAgent): Row {
  return { tenantId, id, name, role, email, platform, profile: JSON.stringify(profile), removedAt: null }
}

/** Tenants that were there before profiles were have the roster's, until somebody edits them. */
function toAgent({ id, name, role, email, platform, profile }: Row): KnownAgent {
  const kept = JSON.parse(profile) as Partial<AgentProfile>
  const initial = Object.keys(kept).length === 0 ? roster.find((entry) => entry.id === id) : undefined
  return { ...plainProfile, ...initial, ...kept, id, name, role, email, platform }
}

/** Names of fields that two versions of an agent differ in. */
function changedFields(before: KnownAgent | undefined, after: KnownAgent): string[] {
  const names = Object.keys(after) as (keyof KnownAgent)[]
  return before ? names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])) : names
}

export function createAgents({ database, audit, announcements, now }: AgentsDeps): Agents {
  const { orm } = database
  const here = (tenantId: string, id: string) => and(eq(agents.tenantId, tenantId), eq(agents.id, id))
  const there = (tenantId: string) => and(eq(agents.tenantId, tenantId), isNull(agents.removedAt))

  function find(tenantId: string, id: string): KnownAgent | undefined {
    const row = orm
      .select()
      .from(agents)
      .where(and(there(tenantId), eq(agents.id, id)))
      .get()
    return row && toAgent(row)
  }

  function tell(
    tx: Change,
    tenantId: string,
    event: { id: string; actor: Actor; action: string; detail?: Record<string, unknown> },
  ) {
    const { id, ...rest } = event
    audit.append(tenantId, { ...rest, outcome: 'ok', target: { kind: 'agent', id } })
    tx.afterCommit(() => announcements.announce('agent.changed', tenantId, id))
  }

  return {
    find,
    list: (tenantId) => orm.select().from(agents).where(there(tenantId)).orderBy(sql`rowid`).all().map(toAgent),
    has: (tenantId, id) => find(tenantId, id) !== undefined,
    one(tenantId, id) {
      const agent = find(tenantId, id)
      if (!agent) throw failed('not_found', `There is no agent ${id} in this tenant.`)
      return agent
    },
    forCall(tenantId, id) {
      const agent = id === null ? undefined : find(tenantId, id)
      return agent ? { id: agent.id, name: agent.name, email: agent.email ?? undefined } : undefined
    },
    put(tx, tenantId, agent, actor) {
      const before = find(tenantId, agent.id)
      const row = toRow(tenantId, agent)
      orm
        .insert(agents)
        .values(row)
        .onConflictDoUpdate({ target: [agents.tenantId, agents.id], set: row })
        .run()
      const detail = {
        changed: changedFields(before, agent),
        tools: agent.tools.map(({ tool, autonomy }) => `${tool} ${autonomy}`),
      }
      tell(tx, tenantId, { id: agent.id, actor, action: before ? 'agent.changed' : 'agent.added', detail })
    },
    remove(tx, tenantId, id, actor) {
      if (!find(tenantId, id)) return false
      orm.update(agents).set({ removedAt: now() }).where(here(tenantId, id)).run()
      tell(tx, tenantId, { id, actor, action: 'agent.removed' })
      return true
    },
    seed(tenantId) {
      orm
        .insert(agents)
        .values(roster.map((entry) => toRow(tenantId, entry)))
        .onConflictDoNothing()
        .run()
    },
  }
}
