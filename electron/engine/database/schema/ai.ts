/** Tables of the use of models. Times are integer ms UTC, amounts nano-dollars (1,000,000,000 is one dollar). */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One call; `cost_nano` null is unknown, `reserved_nano` what it may cost at most. */
export const aiUsage = sqliteTable('ai_usage', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  at: integer('at').notNull(),
  /** Calendar month in UTC, `2026-11`. */
  month: text('month').notNull(),
  provider: text('provider').notNull(),
  model: text('model').notNull(),
  task: text('task').notNull(),
  agent: text('agent'),
  jobId: text('job_id'),
  outcome: text('outcome').notNull(),
  failureKind: text('failure_kind'),
  failure: text('failure'),
  inputTokens: integer('input_tokens'),
  outputTokens: integer('output_tokens'),
  cachedTokens: integer('cached_tokens'),
  estimated: integer('estimated', { mode: 'boolean' }).notNull().default(false),
  costNano: integer('cost_nano'),
  reservedNano: integer('reserved_nano'),
  firstTokenMs: integer('first_token_ms'),
  latencyMs: integer('latency_ms'),
})

/** What a month has cost, and what is held for calls that run or whose cost is unknown. */
export const aiMonths = sqliteTable(
  'ai_months',
  {
    tenantId: text('tenant_id').notNull(),
    month: text('month').notNull(),
    spentNano: integer('spent_nano').notNull().default(0),
    reservedNano: integer('reserved_nano').notNull().default(0),
    /** The highest share of the budget that was told. */
    toldPercent: integer('told_percent').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.month] })],
)

export const aiPolicies = sqliteTable('ai_policies', {
  tenantId: text('tenant_id').primaryKey(),
  value: text('value').notNull(),
})
