/** The audit log: what happened, chained, searchable, verifiable, exportable. */
import { z } from 'zod'
import { Instant } from '#shared/time'
import { JsonObject, PageQuery, pageOf, procedure } from './common.ts'

/** How the audited thing ended. `intent` is written before an outside effect. */
export const AuditOutcome = z.enum(['intent', 'ok', 'failed', 'unknown', 'refused'])
/** How the audited thing ended. */
export type AuditOutcome = z.infer<typeof AuditOutcome>

/** One event. `detail` holds references and digests, never secrets or message bodies. */
export const AuditEvent = z.object({
  seq: z.int(),
  at: Instant,
  actor: z.object({ kind: z.enum(['operator', 'agent', 'system', 'token']), id: z.string() }),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string() }),
  outcome: AuditOutcome,
  detail: JsonObject,
  prevHash: z.string(),
  hash: z.string(),
})
/** One event. */
export type AuditEvent = z.infer<typeof AuditEvent>

/** Which events; every field narrows. */
export const AuditFilter = z.strictObject({
  from: Instant.optional(),
  to: Instant.optional(),
  actor: z.string().max(120).optional(),
  action: z.string().max(120).optional(),
  outcome: AuditOutcome.optional(),
  target: z.string().max(200).optional(),
  text: z.string().max(200).optional(),
})
/** Which events. */
export type AuditFilter = z.infer<typeof AuditFilter>

/** What a verification found. `firstBad` names the first event that does not hold. */
export const Verification = z.object({
  ok: z.boolean(),
  events: z.int(),
  head: z.string(),
  firstBad: z.object({ seq: z.int(), expected: z.string(), got: z.string(), why: z.string() }).optional(),
  checkpoints: z.object({
    signed: z.int(),
    verified: z.int(),
    lastAt: Instant.nullable(),
    lastSeq: z.int().nullable(),
    keyId: z.string().nullable(),
  }),
  verifiedAt: Instant,
  tookMs: z.number(),
})
/** What a verification found. */
export type Verification = z.infer<typeof Verification>

/** Procedures about the audit log. `GET /v1/audit/export` answers a file and is served beside these. */
export const audit = {
  list: procedure
    .route({ method: 'GET', path: '/audit', summary: 'Events, newest first' })
    .input(AuditFilter.extend(PageQuery).optional())
    .output(pageOf(AuditEvent)),
  /** A window by position counted from the newest, for a table of a million rows. */
  window: procedure
    .route({ method: 'GET', path: '/audit/window', summary: 'Events by position from the newest (no filter)' })
    .input(z.strictObject({ offset: z.int().min(0), limit: z.int().min(1).max(200) }))
    .output(z.object({ total: z.int(), items: z.array(AuditEvent) })),
  facets: procedure
    .route({
      method: 'GET',
      path: '/audit/facets',
      summary: 'How many events, and counts by action, actor and outcome (of the newest 10,000)',
    })
    .input(z.strictObject({}).optional())
    .output(
      z.object({
        total: z.int(),
        actions: z.array(z.object({ value: z.string(), count: z.int() })),
        actors: z.array(z.object({ value: z.string(), count: z.int() })),
        outcomes: z.array(z.object({ value: z.string(), count: z.int() })),
        lastVerification: Verification.nullable(),
      }),
    ),
  verify: procedure
    .route({
      method: 'POST',
      path: '/audit/verify',
      summary: 'Verify the whole chain and its signed checkpoints, off the main thread',
    })
    .input(z.strictObject({}).optional())
    .output(Verification),
}
