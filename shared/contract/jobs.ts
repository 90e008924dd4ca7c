/** Jobs: durable orders, their attempts, and what a person may do with them. */
import { z } from 'zod'
import { Failure } from '#shared/failure'
import { JobState, Repeat, WaitReason } from '#shared/job'
import { JobKind } from '#shared/job-kinds'
import { Instant } from '#shared/time'
import { JsonObject, PageQuery, ProviderId, pageOf, procedure } from './common.ts'

/** A job. `attempts` counts runs that reached a provider's answer or lost it; holds and crashes before sending cost none. */
export const Job = z.object({
  id: z.string(),
  kind: JobKind.or(z.string()),
  state: JobState,
  reason: WaitReason.optional(),
  agent: z.string().optional(),
  provider: z.string().optional(),
  /** What it does, in words: "E-mail to ops@example.com: Weekly report". */
  subject: z.string(),
  attempts: z.int(),
  maxAttempts: z.int(),
  priority: z.int(),
  runAt: Instant,
  /** When it was first due; `runAt` moves with holds and retries, this does not. */
  dueAt: Instant,
  /** Why it is not running although due: a hold, a pause, a retry; in words. */
  waitingFor: z.string().optional(),
  createdAt: Instant,
  startedAt: Instant.optional(),
  finishedAt: Instant.optional(),
  key: z.string().optional(),
  result: JsonObject.optional(),
  failure: Failure.optional(),
})
/** A job. */
export type Job = z.infer<typeof Job>

/** One run of a job. `sendingAt` is set before the first request that could have an effect. */
export const Attempt = z.object({
  number: z.int(),
  provider: z.string().nullable(),
  action: z.string().nullable(),
  runner: z.string(),
  startedAt: Instant,
  sendingAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  outcome: z.enum(['running', 'succeeded', 'failed', 'retried', 'unknown', 'released', 'cancelled']),
  failure: Failure.nullable(),
})
/** One run of a job. */
export type Attempt = z.infer<typeof Attempt>

/** A price that is known before: micro-dollars (1,000,000 is one dollar), the day it was read, and where. */
export const Price = z.object({ microDollars: z.int(), asOf: z.string(), source: z.string() })

/** What an order would do, without ordering it. */
export const JobCheck = z.object({
  subject: z.string(),
  provider: z.string().nullable(),
  action: z.string().nullable(),
  cost: Price.nullable(),
})
/** What an order would do, without ordering it. */
export type JobCheck = z.infer<typeof JobCheck>

/** What the account published since a doubtful send began, newest first. */
export const LookupResult = z.object({
  since: Instant,
  items: z.array(z.object({ id: z.string(), url: z.string().nullable(), text: z.string(), at: Instant })),
})
/** What the account published since a doubtful send began. */
export type LookupResult = z.infer<typeof LookupResult>

/** A job with all that a person needs to judge it. */
export const JobDetail = Job.extend({
  input: JsonObject,
  repeat: Repeat.optional(),
  lookup: z.string().optional(),
  /** Whether the account's recent posts can be searched for it. */
  findable: z.boolean(),
  /** How a person does it by hand, while it waits for one. */
  assist: z.object({ text: z.string(), page: z.string(), steps: z.array(z.string()) }).optional(),
  /** Known price of one run; null where there is none or nobody knows. */
  cost: Price.nullable(),
  history: z.array(Attempt),
})
/** A job with its input and attempts. */
export type JobDetail = z.infer<typeof JobDetail>

/** Which jobs; every field narrows. `text` searches subject, id and key. */
export const JobFilter = z.strictObject({
  state: JobState.optional(),
  kind: z.string().max(64).optional(),
  agent: z.string().max(64).optional(),
  provider: z.string().max(64).optional(),
  failure: z.string().max(64).optional(),
  text: z.string().max(200).optional(),
})
/** Which jobs. */
export type JobFilter = z.infer<typeof JobFilter>

/** Verbs of a bulk operation. */
export const BulkVerb = z.enum(['retry', 'cancel'])

const Percentiles = z.object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() })

/**
 * Counts by state (their sum is all), how the attempts of the last `windowMs` ended in buckets of `bucketMs` (whole minutes, the last
 * one under way), and what waits. Null is "not known", 0 is zero.
 */
export const JobStats = z.object({
  states: z.record(JobState, z.int()),
  windowMs: z.int(),
  bucketMs: z.int(),
  buckets: z.array(z.object({ at: Instant, succeeded: z.int(), failed: z.int(), retried: z.int(), unknown: z.int() })),
  /** Of the attempts of the newest 500 jobs that succeeded, 500 that failed and 500 of unknown outcome, within the window. */
  waitMs: Percentiles,
  runMs: Percentiles,
  oldestWaitingMs: z.number().nullable(),
  kinds: z.array(z.object({ kind: z.string(), queued: z.int(), running: z.int(), failed: z.int(), unknown: z.int() })),
  /** Failures that ended the newest 500 failed jobs and the newest 500 of unknown outcome, grouped by kind and provider, newest first. */
  failures: z.array(
    z.object({ provider: z.string().nullable(), kind: z.string(), message: z.string(), count: z.int(), lastAt: Instant }),
  ),
  runners: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      pid: z.int(),
      startedAt: Instant,
      seenAt: Instant,
      running: z.int(),
      alive: z.boolean(),
    }),
  ),
})
/** Counts, rates and waits of a tenant's jobs. */
export type JobStats = z.infer<typeof JobStats>

/** What is paused. `scope` all, the tenant, one provider or one agent. */
export const Pause = z.object({
  scope: z.enum(['all', 'tenant', 'provider', 'agent']),
  target: z.string().nullable(),
  since: Instant,
  until: Instant.nullable(),
  by: z.string(),
})
/** What is paused. */
export type Pause = z.infer<typeof Pause>

const one = z.strictObject({ id: z.string().min(1).max(64) })

/** Procedures about jobs. */
export const jobs = {
  create: procedure
    .route({
      method: 'POST',
      path: '/jobs',
      summary: 'Order a job: 201 a new one, 200 the same one for the same key',
      outputStructure: 'detailed',
    })
    .input(
      z.strictObject({
        kind: JobKind,
        input: JsonObject,
        key: z.string().min(1).max(200).optional(),
        runAt: Instant.optional(),
        priority: z.int().min(-100).max(100).optional(),
        agent: z.string().min(1).max(64).optional(),
        maxAttempts: z.int().min(1).max(20).optional(),
      }),
    )
    .output(z.union([z.object({ status: z.literal(201), body: Job }), z.object({ status: z.literal(200), body: Job })])),
  list: procedure
    .route({ method: 'GET', path: '/jobs', summary: 'Jobs, newest first' })
    .input(JobFilter.extend(PageQuery).optional())
    .output(pageOf(Job)),
  count: procedure
    .route({ method: 'GET', path: '/jobs/count', summary: 'How many jobs a filter matches' })
    .input(JobFilter)
    .output(z.object({ count: z.int() })),
  stats: procedure
    .route({ method: 'GET', path: '/jobs/stats', summary: 'Counts, throughput and latency' })
    .input(
      z
        .strictObject({
          windowMs: z
            .int()
            .min(60_000)
            .max(7 * 86_400_000)
            .optional(),
        })
        .optional(),
    )
    .output(JobStats),
  get: procedure.route({ method: 'GET', path: '/jobs/{id}', summary: 'One job with its attempts' }).input(one).output(JobDetail),
  cancel: procedure
    .route({ method: 'POST', path: '/jobs/{id}/cancel', summary: 'Stop a job; a running one is aborted' })
    .input(one)
    .output(Job),
  retry: procedure
    .route({
      method: 'POST',
      path: '/jobs/{id}/retry',
      summary: 'Queue a failed, cancelled or waiting job again; a queued one runs now',
    })
    .input(one)
    .output(Job),
  resolve: procedure
    .route({
      method: 'POST',
      path: '/jobs/{id}/resolve',
      summary: 'Say what became of an unknown outcome, or that a person did it by hand',
    })
    .input(
      z.strictObject({
        id: z.string().min(1).max(64),
        outcome: z.enum(['sent', 'send_again']),
        note: z.string().max(500).optional(),
        /** Where it can be seen, when a person posted or found it. */
        url: z
          .url({ protocol: /^https$/ })
          .max(2_000)
          .optional(),
      }),
    )
    .output(Job),
  check: procedure
    .route({ method: 'POST', path: '/jobs/check', summary: 'Refuse or price an order without ordering it' })
    .input(z.strictObject({ kind: JobKind, input: JsonObject, agent: z.string().min(1).max(64).optional() }))
    .output(JobCheck),
  lookup: procedure
    .route({ method: 'POST', path: '/jobs/{id}/lookup', summary: 'Search the account’s recent posts for a doubtful send' })
    .input(one)
    .output(LookupResult),
  bulk: procedure
    .route({
      method: 'POST',
      path: '/jobs/bulk',
      summary: 'Retry or cancel every job of a filter, as a job of its own',
      successStatus: 201,
    })
    .input(z.strictObject({ filter: JobFilter, verb: BulkVerb, name: z.string().max(80).optional() }))
    .output(Job),
  pauses: procedure
    .route({ method: 'GET', path: '/pauses', summary: 'What is paused' })
    .input(z.strictObject({}).optional())
    .output(pageOf(Pause)),
  pause: procedure
    .route({ method: 'PUT', path: '/pauses', summary: 'Pause or resume all, this tenant, a provider or an agent' })
    .input(
      z.strictObject({
        scope: Pause.shape.scope,
        target: z.string().max(64).optional(),
        paused: z.boolean(),
        until: Instant.optional(),
      }),
    )
    .output(pageOf(Pause)),
}

/** A schedule: a job ordered again and again. */
export const Schedule = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  input: JsonObject,
  agent: z.string().optional(),
  cron: z.string(),
  timeZone: z.string(),
  misfire: z.enum(['coalesce', 'skip', 'ask']),
  paused: z.boolean(),
  nextRunAt: Instant.nullable(),
  lastRunAt: Instant.nullable(),
  /** Runs that were missed and wait for a word (policy `ask`), or what the policy did last. */
  missed: z.object({ count: z.int(), since: Instant, decided: z.enum(['waiting', 'coalesced', 'skipped']) }).nullable(),
})
/** A schedule. */
export type Schedule = z.infer<typeof Schedule>

const ScheduleInput = {
  name: z.string().trim().min(1).max(80),
  kind: JobKind,
  input: JsonObject,
  agent: z.string().min(1).max(64).optional(),
  cron: z.string().min(1).max(120),
  timeZone: z.string().min(1).max(64),
  misfire: z.enum(['coalesce', 'skip', 'ask']),
}

/** Procedures about schedules. */
export const schedules = {
  list: procedure
    .route({ method: 'GET', path: '/schedules', summary: 'Schedules with their next run' })
    .input(z.strictObject({}).optional())
    .output(pageOf(Schedule)),
  create: procedure
    .route({ method: 'POST', path: '/schedules', summary: 'Create a schedule', successStatus: 201 })
    .input(z.strictObject(ScheduleInput))
    .output(Schedule),
  update: procedure
    .route({ method: 'PATCH', path: '/schedules/{id}', summary: 'Pause, resume, or decide on missed runs' })
    .input(z.strictObject({ id: z.string().max(64), paused: z.boolean().optional(), missed: z.enum(['run', 'skip']).optional() }))
    .output(Schedule),
  remove: procedure
    .route({ method: 'DELETE', path: '/schedules/{id}', summary: 'Delete a schedule' })
    .input(z.strictObject({ id: z.string().max(64) }))
    .output(z.object({ removed: z.boolean() })),
}

/** One limit bucket as it stands. `headroom` is how many requests would pass now. */
export const LimitState = z.object({
  provider: ProviderId,
  bucket: z.string(),
  title: z.string(),
  count: z.number(),
  perMs: z.number(),
  headroom: z.number(),
  resetsAt: Instant.nullable(),
  heldUntil: Instant.nullable(),
  heldBecause: z.string().nullable(),
})
/** One limit bucket as it stands. */
export type LimitState = z.infer<typeof LimitState>

/** Procedures about limits. */
export const limits = {
  list: procedure
    .route({ method: 'GET', path: '/limits', summary: 'Headroom, reset and holds of every bucket in use' })
    .input(z.strictObject({ provider: ProviderId.optional() }).optional())
    .output(pageOf(LimitState)),
}
