/** The roster of a tenant, as it is kept. */
import { and, eq, sql } from 'drizzle-orm'
import type { Agent } from '#shared/contract/messaging'
import type { CallAgent } from '../../kit/call.ts'
import type { Database } from '../database/open.ts'
import { agents } from '../database/schema/tenants.ts'
import { roster } from './roster.ts'

export interface Agents {
  list(tenantId: string): Agent[]
  has(tenantId: string, id: string): boolean
  /** The agent as a provider's call knows it. */
  forCall(tenantId: string, id: string | null): CallAgent | undefined
  /** Gives a new tenant the roster. Call inside a change. */
  seed(tenantId: string): void
}

export function createAgents({ orm }: Database): Agents {
  const columns = { id: agents.id, name: agents.name, role: agents.role, email: agents.email, platform: agents.platform }
  const find = (tenantId: string, id: string) =>
    orm
      .select(columns)
      .from(agents)
      .where(and(eq(agents.tenantId, tenantId), eq(agents.id, id)))
      .get()
  return {
    list: (tenantId) => orm.select(columns).from(agents).where(eq(agents.tenantId, tenantId)).orderBy(sql`rowid`).all(),
    has: (tenantId, id) => find(tenantId, id) !== undefined,
    forCall(tenantId, id) {
      const agent = id === null ? undefined : find(tenantId, id)
      return agent ? { id: agent.id, name: agent.name, email: agent.email ?? undefined } : undefined
    },
    seed(tenantId) {
      orm
        .insert(agents)
        .values(roster.map((entry) => ({ tenantId, ...entry })))
        .onConflictDoNothing()
        .run()
    },
  }
}
