/** Tables of tenants and what they are given. Times are integer ms UTC. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  demo: integer('demo', { mode: 'boolean' }).notNull().default(false),
  createdAt: integer('created_at').notNull(),
  removedAt: integer('removed_at'),
})

export const tenantSettings = sqliteTable('tenant_settings', {
  tenantId: text('tenant_id').primaryKey(),
  value: text('value').notNull(),
})

export const agents = sqliteTable(
  'agents',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    email: text('email'),
    platform: text('platform'),
    /** Everything else that may be edited, as JSON; what is missing is as a plain agent has it. */
    profile: text('profile').notNull().default('{}'),
    removedAt: integer('removed_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)
