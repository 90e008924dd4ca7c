/** Tenants: made, renamed, removed. What belongs to one is found only through it. */

import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Tenant } from '#shared/contract/tenants'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Agents } from '../agents/agents.ts'
import type { Announcements } from '../announcements.ts'
import { type AuditAppender, systemChain } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import { tenants } from '../database/schema/tenants.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import { type Counted, createJobCounts } from '../jobs/counts.ts'

type TenantRow = typeof tenants.$inferSelect

export interface Tenants {
  list(): Tenant[]
  /** `not_found` when there is none, or it was removed. */
  one(id: string): Tenant
  isDemo(id: string): boolean
  create(name: string, actor: Actor, demoId?: string): Promise<Tenant>
  rename(id: string, name: string, actor: Actor): Promise<Tenant>
  /** Takes everything with it but the audit chain; `onRemoved` cleans what lies elsewhere. */
  remove(id: string, actor: Actor): Promise<{ removed: boolean }>
}

export interface TenantsDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  agents: Agents
  now(): number
  /** Runs before the tenant is gone: drops its credentials from the vault. */
  onRemoving(tenantId: string, actor: Actor): Promise<void>
}

function toTenant({ id, name, demo, createdAt }: TenantRow): Tenant {
  return { id, name, demo, createdAt: toInstant(createdAt) }
}

/** Tables whose rows go with a tenant. Jobs, attempts and the audit log stay. */
const belongings = [
  'schedules',
  'attempt_minutes',
  'connections',
  'connection_proofs',
  'conversations',
  'messages',
  'tenant_settings',
  'tenant_triggers',
  'billing_events',
  'billing_sources',
  'notices',
  'notice_tellings',
  'agents',
  'limit_buckets',
  'ai_usage',
  'ai_months',
  'ai_policies',
  'runs',
  'run_steps',
  'approvals',
  'agent_days',
  'agent_uses',
  'campaigns',
  'campaign_posts',
  'post_slots',
]

export function createTenants({ database, audit, announcements, agents, now, onRemoving }: TenantsDeps): Tenants {
  const { orm, sqlite } = database
  const there = isNull(tenants.removedAt)
  const byId = orm
    .select()
    .from(tenants)
    .where(and(eq(tenants.id, sql.placeholder('id')), there))
    .prepare()
  const stopWork = sqlite.prepare(
    `UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE tenant_id = ? AND state IN ('queued', 'waiting')`,
  )
  const toStop = sqlite.prepare(
    `SELECT tenant_id, kind, provider, agent, state, count(*) AS count FROM jobs
     WHERE tenant_id = ? AND state IN ('queued', 'waiting') GROUP BY kind, provider, agent, state`,
  )
  const counts = createJobCounts({ sqlite, gather: database.gather, now })
  const drops = belongings.map((table) => sqlite.prepare(`DELETE FROM ${table} WHERE tenant_id = ?`))

  function one(id: string): Tenant {
    const row = byId.get({ id })
    if (!row) throw failed('not_found', `There is no tenant ${id}.`)
    return toTenant(row)
  }

  /** Told in the tenant's own chain and in the installation's: the first goes with an export, the second outlives the tenant. */
  function tell(tx: Change, tenant: { id: string; name: string }, action: string, actor: Actor): void {
    const { id, name } = tenant
    for (const chain of [id, systemChain])
      audit.append(chain, { actor, action, outcome: 'ok', target: { kind: 'tenant', id }, detail: { name } })
    tx.afterCommit(() => announcements.announce('tenant.changed', id, id))
  }

  function stopJobs(id: string): void {
    for (const { count, ...job } of toStop.all(id) as (Counted & { count: number })[]) {
      counts.add(job, -count)
      counts.add({ ...job, state: 'cancelled' }, count)
    }
    stopWork.run(now(), id)
  }

  return {
    list: () => orm.select().from(tenants).where(there).orderBy(desc(tenants.demo), tenants.createdAt).all().map(toTenant),
    one,
    isDemo: (id) => byId.get({ id })?.demo === true,
    create(name, actor, demoId) {
      return database.write((tx) => {
        const id = demoId ?? uuidv7()
        orm
          .insert(tenants)
          .values({ id, name, demo: demoId !== undefined, createdAt: now() })
          .run()
        agents.seed(id)
        tell(tx, { id, name }, 'tenant.created', actor)
        return one(id)
      })
    },
    rename(id, name, actor) {
      return database.write((tx) => {
        one(id)
        orm.update(tenants).set({ name }).where(eq(tenants.id, id)).run()
        tell(tx, { id, name }, 'tenant.renamed', actor)
        return one(id)
      })
    },
    async remove(id, actor) {
      const { name, demo } = one(id)
      if (demo) throw failed('conflict', 'The Demo tenant stays: it is how this installation is tried out and tested.')
      await onRemoving(id, actor)
      return database.write((tx) => {
        orm.update(tenants).set({ removedAt: now() }).where(eq(tenants.id, id)).run()
        stopJobs(id)
        for (const drop of drops) drop.run(id)
        tell(tx, { id, name }, 'tenant.removed', actor)
        return { removed: true }
      })
    },
  }
}
