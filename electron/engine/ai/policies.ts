/** The policy of each tenant, as it is kept. */
import { eq } from 'drizzle-orm'
import { AiPolicy, defaultPolicy } from '#shared/ai/policy'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import { aiPolicies } from '../database/schema/ai.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'

/** What may be changed: each field by itself, and each task's order by itself. */
export type PolicyPatch = {
  [K in Exclude<keyof AiPolicy, 'orders'>]?: AiPolicy[K] | undefined
} & { orders?: Partial<AiPolicy['orders']> | undefined }

export interface Policies {
  get(tenantId: string): AiPolicy
  update(tenantId: string, patch: PolicyPatch, actor: Actor): Promise<AiPolicy>
}

export interface PoliciesDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  /** Runs with the change: a new budget is told of anew. */
  onChanged(tx: Change, tenantId: string): void
}

const given = <T extends object>(patch: T) => Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))

export function createPolicies({ database, audit, announcements, onChanged }: PoliciesDeps): Policies {
  const { orm } = database

  function get(tenantId: string): AiPolicy {
    const row = orm.select({ value: aiPolicies.value }).from(aiPolicies).where(eq(aiPolicies.tenantId, tenantId)).get()
    const stored = row ? (JSON.parse(row.value) as Partial<AiPolicy>) : {}
    return AiPolicy.parse({ ...defaultPolicy, ...stored, orders: { ...defaultPolicy.orders, ...stored.orders } })
  }

  return {
    get,
    async update(tenantId, patch, actor) {
      const before = get(tenantId)
      const orders = { ...before.orders, ...given(patch.orders ?? {}) }
      const next = AiPolicy.parse({ ...before, ...given(patch), orders })
      await database.write((tx) => {
        const value = JSON.stringify(next)
        orm
          .insert(aiPolicies)
          .values({ tenantId, value })
          .onConflictDoUpdate({ target: aiPolicies.tenantId, set: { value } })
          .run()
        const target = { kind: 'tenant', id: tenantId }
        audit.append(tenantId, { actor, action: 'ai.policy_changed', outcome: 'ok', target, detail: { before, after: next } })
        onChanged(tx, tenantId)
        tx.afterCommit(() => announcements.announce('ai.changed', tenantId, 'policy'))
      })
      return next
    },
  }
}
