/** Phrases by which a person asks to be told, of each tenant. */
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { refusedField } from '#shared/failure'
import { defaultTriggers, matchTriggers, partsOf, Trigger } from '#shared/triggers'
import type { Announcements } from '../announcements.ts'
import { type AuditAppender, digest } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import { tenantTriggers } from '../database/schema/triggers.ts'
import type { Actor, Area } from '../engine.ts'

export interface Triggers {
  /** The tenant's list in its order; those of the start until somebody changed it. */
  triggersOf(tenantId: string): Trigger[]
  forTenant(tenantId: string): Area<'triggers'>
}

export interface TriggersDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
}

/** Refuses two of one name, and a phrase that would fire twice. */
function refuseDoubles(items: readonly Trigger[]): void {
  const ids = new Map<string, number>()
  const phrases = new Map<string, number>()
  for (const [at, { id, language, phrase }] of items.entries()) {
    const words = `${language} ${partsOf(phrase).join(' ')}`
    if (ids.has(id)) throw refused(`items.${at}.id`, `is the id of item ${(ids.get(id) ?? 0) + 1} already`)
    if (phrases.has(words)) throw refused(`items.${at}.phrase`, `is there already, as item ${(phrases.get(words) ?? 0) + 1}`)
    ids.set(id, at)
    phrases.set(words, at)
  }
}

const refused = (path: string, why: string) => refusedField('The triggers were refused', path, why)

export function createTriggers({ database, audit, announcements }: TriggersDeps): Triggers {
  const { orm } = database
  const read = orm
    .select({ value: tenantTriggers.value })
    .from(tenantTriggers)
    .where(eq(tenantTriggers.tenantId, sql.placeholder('id')))
    .prepare()

  function triggersOf(tenantId: string): Trigger[] {
    const row = read.get({ id: tenantId })
    return row ? z.array(Trigger).parse(JSON.parse(row.value)) : structuredClone([...defaultTriggers])
  }

  async function put(tenantId: string, items: Trigger[], actor: Actor): Promise<void> {
    refuseDoubles(items)
    await database.write((tx) => {
      const value = JSON.stringify(items)
      orm
        .insert(tenantTriggers)
        .values({ tenantId, value })
        .onConflictDoUpdate({ target: tenantTriggers.tenantId, set: { value } })
        .run()
      audit.append(tenantId, {
        actor,
        action: 'triggers.changed',
        outcome: 'ok',
        target: { kind: 'tenant', id: tenantId },
        detail: { count: items.length, on: items.filter(({ enabled }) => enabled).length, digest: digest(items) },
      })
      tx.afterCommit(() => announcements.announce('settings.changed', tenantId, tenantId))
    })
  }

  return {
    triggersOf,
    forTenant: (tenantId) => ({
      list: async () => ({ items: triggersOf(tenantId), nextCursor: null }),
      async put({ items }, actor) {
        await put(tenantId, items, actor)
        return { items: triggersOf(tenantId), nextCursor: null }
      },
      test: async ({ text }) => ({ items: matchTriggers(triggersOf(tenantId), text), nextCursor: null }),
    }),
  }
}
