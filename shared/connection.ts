/** What a connection can be, and how its state follows from evidence. Pure: no clock, no store. */
import { z } from 'zod'
import type { Failure } from './failure.ts'

/** Connection states, fixed. `connected` means that a real call succeeded, and says when. */
export const ConnectionState = z.enum([
  'not_connected',
  'connected',
  'limited',
  'needs_attention',
  'pending_verification',
  'retrying',
])
/** Connection states, fixed. */
export type ConnectionState = z.infer<typeof ConnectionState>

/** What a connection can do now, and if not, why and what would change it. */
export const Capability = z.strictObject({
  action: z.string(),
  title: z.string(),
  available: z.boolean(),
  why: z.string().optional(),
  fix: z.string().optional(),
})
/** What a connection can do now, and why not. */
export type Capability = z.infer<typeof Capability>

/** What is known about a connection; the state is derived from it and stored nowhere. */
export interface ConnectionEvidence {
  hasCredential: boolean
  lastOkAt?: number | undefined
  failure?: Failure | undefined
  capabilities: readonly Capability[]
  /** The provider's review of the app holds up what it guards. */
  inReview?: boolean
}

/** Derives the state from evidence: only a recognised refusal means "needs attention", a fault on the way means "retrying". */
export function connectionState(evidence: ConnectionEvidence): ConnectionState {
  if (!evidence.hasCredential) return 'not_connected'
  if (evidence.failure) return failureState(evidence.failure)
  if (evidence.lastOkAt === undefined) return 'retrying'
  if (evidence.inReview) return 'pending_verification'
  const all = evidence.capabilities.every((capability) => capability.available)
  return all ? 'connected' : 'limited'
}

function failureState(failure: Failure): ConnectionState {
  if (failure.kind === 'pending_verification') return 'pending_verification'
  const transient = ['unavailable', 'rate_limited', 'unknown', 'cancelled', 'unexpected']
  return transient.includes(failure.kind) ? 'retrying' : 'needs_attention'
}
