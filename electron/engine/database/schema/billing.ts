/** Tables of billing: events that were taken, and how far each source of them was asked. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const billingEvents = sqliteTable(
  'billing_events',
  {
    tenantId: text('tenant_id').notNull(),
    provider: text('provider').notNull(),
    id: text('id').notNull(),
    type: text('type').notNull(),
    objectKind: text('object_kind').notNull(),
    objectId: text('object_id'),
    at: integer('at').notNull(),
    receivedAt: integer('received_at').notNull(),
    via: text('via').notNull(),
    state: text('state'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.provider, table.id] })],
)

export const billingSources = sqliteTable(
  'billing_sources',
  {
    tenantId: text('tenant_id').notNull(),
    provider: text('provider').notNull(),
    cursor: integer('cursor'),
    polledAt: integer('polled_at'),
    webhookAt: integer('webhook_at'),
    refusedAt: integer('refused_at'),
    missedSince: integer('missed_since'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.provider] })],
)
