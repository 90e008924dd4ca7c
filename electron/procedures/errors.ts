/** The border: our failures become the contract's errors, and nothing else gets out. */
import { ORPCError, ValidationError } from '@orpc/server'
import { z } from 'zod'
import { AppError, type Failure, failed, failureKinds, invalidInput, toFailure } from '#shared/failure'

/** The failure inside whatever a procedure or the carrier threw. `defect` is set for what only a developer can mend. */
export function failureIn(error: unknown): { failure: Failure; defect?: unknown } {
  if (error instanceof AppError) return { failure: error.failure }
  if (!(error instanceof ORPCError)) return { failure: toFailure(error), defect: error }
  const { cause } = error
  if (cause instanceof AppError) return { failure: cause.failure }
  if (error.code === 'BAD_REQUEST' && cause instanceof ValidationError) {
    return { failure: invalidInput(new z.ZodError(cause.issues as z.core.$ZodIssue[])).failure }
  }
  if (cause instanceof ValidationError) return { failure: toFailure(undefined), defect: cause }
  return carrierFailure(error)
}

const carrierKinds: Readonly<Record<number, Failure['kind']>> = {
  400: 'invalid',
  404: 'not_found',
  405: 'invalid',
  413: 'invalid',
  415: 'invalid',
}

/** What the carrier itself refused: a body that is no JSON, a route that does not exist. */
function carrierFailure(error: ORPCError<string, unknown>): { failure: Failure; defect?: unknown } {
  const kind = carrierKinds[error.status]
  if (kind === undefined) return { failure: toFailure(error), defect: error.cause ?? error }
  return {
    failure: failed(kind, error.status === 400 ? 'The request could not be read: check that its body is JSON.' : error.message)
      .failure,
  }
}

/** A failure as an error of the contract: its kind as code, its status, itself as data. */
export function toContractError(failure: Failure): ORPCError<string, Failure> {
  return new ORPCError(failure.kind.toUpperCase(), {
    status: failureKinds[failure.kind].status,
    message: failure.message,
    data: failure,
  })
}
