/** The one failure everybody speaks of: a closed kind, sorted by who must act next, told in plain words. */
import { z } from 'zod'

/**
 * Who acts on each kind, and which HTTP status carries it.
 *
 * `operator` a person fixes input, connection or permission; `machine` it is tried again by itself;
 * `developer` our bug, or an answer that breaks its schema; `nobody` it was stopped on purpose.
 */
export const failureKinds = {
  invalid: { actor: 'operator', status: 400 },
  unauthorized: { actor: 'operator', status: 401 },
  forbidden: { actor: 'operator', status: 403 },
  not_found: { actor: 'operator', status: 404 },
  conflict: { actor: 'operator', status: 409 },
  rejected: { actor: 'operator', status: 422 },
  quota: { actor: 'operator', status: 402 },
  rate_limited: { actor: 'machine', status: 429 },
  unavailable: { actor: 'machine', status: 503 },
  unknown: { actor: 'operator', status: 504 },
  pending_verification: { actor: 'operator', status: 409 },
  unsupported: { actor: 'operator', status: 422 },
  cancelled: { actor: 'nobody', status: 409 },
  unexpected: { actor: 'developer', status: 500 },
} as const

/** The closed set of failure kinds; see {@link failureKinds}. */
export type FailureKind = keyof typeof failureKinds

/** All kinds, in the order of the table. */
export const FailureKind = z.enum(Object.keys(failureKinds) as [FailureKind, ...FailureKind[]])

/** One thing wrong with one field of an input; `path` is dotted (`settings.from`), empty for the whole. */
export const FieldFault = z.strictObject({ path: z.string(), message: z.string() })
/** One thing wrong with one field of an input. */
export type FieldFault = z.infer<typeof FieldFault>

/** The next step offered beside a failure: words for the button, and where it leads. */
export const FailureAction = z.strictObject({
  label: z.string(),
  /** An https page of the provider, or an in-app path such as `/integrations/slack`. */
  href: z.string().optional(),
  /** The exact clicks, one a line. */
  steps: z.array(z.string()).optional(),
  /** Text a person can send to an administrator who must act. */
  copyText: z.string().optional(),
})
/** The next step offered beside a failure. */
export type FailureAction = z.infer<typeof FailureAction>

/**
 * What went wrong, as it is stored and shown. Never holds a stack, a body, a header or a secret.
 *
 * Units  retryAfterMs: milliseconds from when the failure was made
 */
export const Failure = z.strictObject({
  kind: FailureKind,
  /** What happened and why, in words for an operator. */
  message: z.string(),
  /** The provider's own code or reference, so that its support can find the case. */
  code: z.string().optional(),
  action: FailureAction.optional(),
  retryAfterMs: z.number().int().nonnegative().optional(),
  fields: z.array(FieldFault).optional(),
})
/** What went wrong, as it is stored and shown. */
export type Failure = z.infer<typeof Failure>

/** The only error class of this product. Thrown inside; caught once per border. */
export class AppError extends Error {
  readonly failure: Failure
  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(failure.message, options)
    this.name = 'AppError'
    this.failure = failure
  }
}

/** Makes an {@link AppError} of a kind in one call. */
export function failed(kind: FailureKind, message: string, more: Omit<Failure, 'kind' | 'message'> = {}): AppError {
  return new AppError({ kind, message, ...more })
}

/** The failure inside anything thrown; what is not ours becomes `unexpected` without its message. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) return error.failure
  return {
    kind: 'unexpected',
    message: 'Something inside Atlas UX broke. The details are in the log; nothing more was done.',
  }
}

/** Refuses one field, by name: `what` is what was refused ("The order was refused"), `why` what the field does wrong ("has passed"). */
export function refusedField(what: string, path: string, why: string): AppError {
  return failed('invalid', `${what}: ${path} ${why}.`, { fields: [{ path, message: why }] })
}

/** Turns zod issues into an `invalid` failure that names every field. */
export function invalidInput(error: z.ZodError, what = 'The input'): AppError {
  const fields = error.issues.flatMap(issueFields)
  const names = fields.map((field) => field.path || 'input').join(', ')
  return failed('invalid', `${what} was refused: check ${names}.`, { fields })
}

/** One field a fault; an unrecognised key is named as its own path, so that nobody has to guess which. */
function issueFields(issue: z.core.$ZodIssue): FieldFault[] {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }]
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not a known field' }))
}
