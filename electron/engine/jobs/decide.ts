/** What becomes of a job whose attempt failed: one pure table of judgement, read by the runner alone. */
import type { Failure } from '#shared/failure'
import type { JobMove, Repeat, WaitReason } from '#shared/job'
import { spans } from '#shared/time'

export interface FailedAttempt {
  failure: Failure
  repeat: Repeat
  attempts: number
  maxAttempts: number
  /** When the job was first due, and now (ms UTC). */
  dueAt: number
  now: number
  /** A person asked to cancel it. */
  cancelAsked: boolean
}

export interface Judgement {
  move: Extract<JobMove, 'retry_later' | 'fail' | 'lose_answer' | 'park' | 'cancel' | 'release'>
  reason?: WaitReason
  /** The attempt is given back: it says nothing about the job. */
  free?: boolean
}

/** Codes of an outage on our own side. */
const ourOutage = new Set(['EAI_AGAIN', 'ENETUNREACH', 'EADDRNOTAVAIL'])

/** A job that is only ever throttled or offline is given up a day after it was due. */
const patienceMs = spans.day

export function judge(attempt: FailedAttempt): Judgement {
  const { failure, repeat } = attempt
  if (failure.kind === 'unknown') return repeat === 'unsafe' ? { move: 'lose_answer' } : again(attempt)
  if (attempt.cancelAsked || failure.kind === 'cancelled') return { move: attempt.cancelAsked ? 'cancel' : 'release', free: true }
  if (failure.kind === 'pending_verification') return { move: 'park', reason: 'verification' }
  if (failure.kind === 'rate_limited' || failure.kind === 'unavailable') return again(attempt)
  return { move: 'fail' }
}

function again(attempt: FailedAttempt): Judgement {
  const { failure } = attempt
  const free = failure.kind === 'rate_limited' || ourOutage.has(failure.code ?? '')
  if (free) return attempt.now - attempt.dueAt > patienceMs ? { move: 'fail' } : { move: 'retry_later', free }
  return attempt.attempts >= attempt.maxAttempts ? { move: 'fail' } : { move: 'retry_later' }
}
