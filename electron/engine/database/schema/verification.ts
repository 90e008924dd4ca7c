/** Table of providers' reviews. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const reviewCases = sqliteTable(
  'review_cases',
  {
    tenantId: text('tenant_id').notNull(),
    provider: text('provider').notNull(),
    stage: text('stage'),
    submittedAt: integer('submitted_at'),
    nextLookAt: integer('next_look_at'),
    history: text('history').notNull().default('[]'),
    checklist: text('checklist').notNull().default('{}'),
    notes: text('notes').notNull().default(''),
    links: text('links').notNull().default('[]'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.provider] })],
)
