/** Approvals: a person's decision on one exact payload, decided once, whoever clicks. */
import { z } from 'zod'
import { AgentId, ToolId } from '#shared/agent'
import { Instant } from '#shared/time'
import { JsonObject, PageQuery, pageOf, procedure } from './common.ts'

/** Where a decision stands. `edited` counts as approved, with another payload than was asked for. */
export const ApprovalState = z.enum(['pending', 'approved', 'rejected', 'expired', 'cancelled'])
/** Where a decision stands. */
export type ApprovalState = z.infer<typeof ApprovalState>

/** How much harm the effect could do: nobody outside sees it, one person does, everybody does, or it costs. */
export const ApprovalRisk = z.enum(['inside', 'person', 'public', 'money'])
/** How much harm the effect could do. */
export type ApprovalRisk = z.infer<typeof ApprovalRisk>

/** An approval. `payload` is what would be done to the letter; `hash` is its SHA-256 and stands in the audit log. */
export const Approval = z.object({
  id: z.string(),
  agent: AgentId.nullable(),
  run: z.string().nullable(),
  step: z.int().nullable(),
  job: z.string(),
  tool: ToolId.nullable(),
  kind: z.string(),
  /** What would happen, in one sentence. */
  effect: z.string(),
  /** Why it is asked. */
  why: z.string(),
  risk: ApprovalRisk,
  payload: JsonObject,
  hash: z.string(),
  /** What was asked for first, where a person changed it. */
  original: JsonObject.nullable(),
  /** Known price; null where it costs nothing or nobody knows. */
  costUsd: z.number().nullable(),
  createdAt: Instant,
  expiresAt: Instant,
  state: ApprovalState,
  edited: z.boolean(),
  decidedBy: z.string().nullable(),
  /** Where it was decided: `screen`, `rest`, `telegram`, `tray`. */
  decidedVia: z.string().nullable(),
  decidedAt: Instant.nullable(),
  note: z.string().nullable(),
})
/** An approval. */
export type Approval = z.infer<typeof Approval>

const Decision = z.enum(['approve', 'reject'])
const Via = z.enum(['screen', 'rest', 'telegram', 'tray', 'notification'])
const Note = z.string().trim().max(2_000)

/** Procedures about approvals. */
export const approvals = {
  list: procedure
    .route({ method: 'GET', path: '/approvals', summary: 'Approvals, those that wait first, oldest first' })
    .input(z.strictObject({ state: ApprovalState.optional(), agent: AgentId.optional(), ...PageQuery }).optional())
    .output(pageOf(Approval)),
  get: procedure
    .route({ method: 'GET', path: '/approvals/{id}', summary: 'One approval' })
    .input(z.strictObject({ id: z.string().min(1).max(64) }))
    .output(Approval),
  decide: procedure
    .route({
      method: 'POST',
      path: '/approvals/{id}',
      summary: 'Decide; `edit` approves another payload, `always` lets the agent use the tool by itself from now on',
    })
    .input(
      z.strictObject({
        id: z.string().min(1).max(64),
        decision: Decision,
        note: Note.optional(),
        edit: JsonObject.optional(),
        always: z.boolean().optional(),
        /** The hash that was looked at; another one is refused. */
        hash: z.string().max(64).optional(),
        via: Via.optional(),
      }),
    )
    .output(Approval),
  bulk: procedure
    .route({ method: 'POST', path: '/approvals/bulk', summary: 'Decide several of the same kind and agent' })
    .input(
      z.strictObject({
        ids: z.array(z.string().min(1).max(64)).min(1).max(50),
        decision: Decision,
        note: Note.optional(),
        via: Via.optional(),
      }),
    )
    .output(z.object({ decided: z.array(z.string()), skipped: z.array(z.object({ id: z.string(), why: z.string() })) })),
}
