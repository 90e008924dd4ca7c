/** Table of triggers. */
import { sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const tenantTriggers = sqliteTable('tenant_triggers', {
  tenantId: text('tenant_id').primaryKey(),
  value: text('value').notNull(),
})
