/** Tables of agents' work. Times are integer ms UTC, amounts nano-dollars (1,000,000,000 is one dollar). */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A run; its id is that of its job. `profile` is the agent's as it was when the run began. */
export const runs = sqliteTable('runs', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  agent: text('agent').notNull(),
  sourceKind: text('source_kind').notNull(),
  sourceBy: text('source_by').notNull(),
  parentRun: text('parent_run'),
  depth: integer('depth').notNull(),
  instruction: text('instruction').notNull(),
  /** Whether the instruction itself came from outside. */
  outside: integer('outside', { mode: 'boolean' }).notNull(),
  profile: text('profile').notNull(),
  outcome: text('outcome'),
  /** What the operator was told for, of the triggers. */
  told: text('told'),
  createdAt: integer('created_at').notNull(),
})

export const runSteps = sqliteTable(
  'run_steps',
  {
    runId: text('run_id').notNull(),
    number: integer('number').notNull(),
    tenantId: text('tenant_id').notNull(),
    kind: text('kind').notNull(),
    state: text('state').notNull(),
    title: text('title').notNull(),
    tool: text('tool'),
    callId: text('call_id'),
    input: text('input'),
    output: text('output'),
    outside: integer('outside', { mode: 'boolean' }).notNull(),
    jobId: text('job_id'),
    provider: text('provider'),
    model: text('model'),
    reasons: text('reasons'),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    costNano: integer('cost_nano'),
    unknownCost: integer('unknown_cost').notNull(),
    failure: text('failure'),
    startedAt: integer('started_at').notNull(),
    endedAt: integer('ended_at'),
  },
  (table) => [primaryKey({ columns: [table.runId, table.number] })],
)

export const approvals = sqliteTable('approvals', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  agent: text('agent'),
  runId: text('run_id'),
  step: integer('step'),
  jobId: text('job_id').notNull().unique(),
  tool: text('tool'),
  kind: text('kind').notNull(),
  effect: text('effect').notNull(),
  why: text('why').notNull(),
  risk: text('risk').notNull(),
  payload: text('payload').notNull(),
  hash: text('hash').notNull(),
  original: text('original'),
  costMicro: integer('cost_micro'),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  state: text('state').notNull(),
  decidedBy: text('decided_by'),
  decidedVia: text('decided_via'),
  decidedAt: integer('decided_at'),
  note: text('note'),
})

/** What an agent did and spent on one of its days; `reserved_nano` is held for what runs or has an unknown cost. */
export const agentDays = sqliteTable(
  'agent_days',
  {
    tenantId: text('tenant_id').notNull(),
    agent: text('agent').notNull(),
    day: text('day').notNull(),
    runs: integer('runs').notNull(),
    spentNano: integer('spent_nano').notNull(),
    reservedNano: integer('reserved_nano').notNull(),
    toldPercent: integer('told_percent').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.agent, table.day] })],
)

export const agentUses = sqliteTable(
  'agent_uses',
  {
    tenantId: text('tenant_id').notNull(),
    agent: text('agent').notNull(),
    day: text('day').notNull(),
    tool: text('tool').notNull(),
    uses: integer('uses').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.agent, table.day, table.tool] })],
)
