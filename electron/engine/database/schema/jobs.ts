/** Tables of the queue: jobs, attempts, counts, schedules, pauses, limits, runners. */
import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const jobs = sqliteTable('jobs', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  kind: text('kind').notNull(),
  state: text('state').notNull(),
  reason: text('reason'),
  agent: text('agent'),
  provider: text('provider'),
  subject: text('subject').notNull(),
  input: text('input').notNull(),
  key: text('key'),
  priority: integer('priority').notNull().default(0),
  attempts: integer('attempts').notNull().default(0),
  maxAttempts: integer('max_attempts').notNull(),
  dueAt: integer('due_at').notNull(),
  runAt: integer('run_at').notNull(),
  waitingFor: text('waiting_for'),
  createdAt: integer('created_at').notNull(),
  startedAt: integer('started_at'),
  finishedAt: integer('finished_at'),
  result: text('result'),
  failure: text('failure'),
  failureKind: text('failure_kind'),
  progress: text('progress'),
  lockedBy: text('locked_by'),
  lockedUntil: integer('locked_until'),
  generation: integer('generation').notNull().default(0),
  crashes: integer('crashes').notNull().default(0),
  cancelAskedAt: integer('cancel_asked_at'),
})

export const attempts = sqliteTable(
  'attempts',
  {
    jobId: text('job_id').notNull(),
    number: integer('number').notNull(),
    tenantId: text('tenant_id').notNull(),
    provider: text('provider'),
    action: text('action'),
    runner: text('runner').notNull(),
    dueAt: integer('due_at').notNull(),
    startedAt: integer('started_at').notNull(),
    sendingAt: integer('sending_at'),
    finishedAt: integer('finished_at'),
    outcome: text('outcome').notNull(),
    failure: text('failure'),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.number] })],
)

export const attemptMinutes = sqliteTable(
  'attempt_minutes',
  {
    tenantId: text('tenant_id').notNull(),
    minute: integer('minute').notNull(),
    outcome: text('outcome').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.minute, table.outcome] })],
)

export const jobCounts = sqliteTable(
  'job_counts',
  {
    tenantId: text('tenant_id').notNull(),
    kind: text('kind').notNull(),
    provider: text('provider').notNull(),
    agent: text('agent').notNull(),
    state: text('state').notNull(),
    count: integer('count').notNull(),
    lastAt: integer('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.kind, table.provider, table.agent, table.state] })],
)

export const schedules = sqliteTable('schedules', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  name: text('name').notNull(),
  kind: text('kind').notNull(),
  input: text('input').notNull(),
  agent: text('agent'),
  cron: text('cron').notNull(),
  timeZone: text('time_zone').notNull(),
  misfire: text('misfire').notNull(),
  paused: integer('paused').notNull().default(0),
  nextRunAt: integer('next_run_at'),
  lastRunAt: integer('last_run_at'),
  missed: text('missed'),
  createdAt: integer('created_at').notNull(),
})

export const pauses = sqliteTable(
  'pauses',
  {
    scope: text('scope').notNull(),
    tenantId: text('tenant_id').notNull(),
    target: text('target').notNull(),
    since: integer('since').notNull(),
    until: integer('until'),
    by: text('by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.tenantId, table.target] })],
)

export const limitBuckets = sqliteTable(
  'limit_buckets',
  {
    tenantId: text('tenant_id').notNull(),
    provider: text('provider').notNull(),
    bucket: text('bucket').notNull(),
    tat: real('tat').notNull().default(0),
    heldUntil: integer('held_until'),
    heldBecause: text('held_because'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.provider, table.bucket] })],
)

export const runners = sqliteTable('runners', {
  id: text('id').primaryKey(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  processMark: text('process_mark').notNull(),
  startedAt: integer('started_at').notNull(),
  seenAt: integer('seen_at').notNull(),
})
