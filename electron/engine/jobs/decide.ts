/** What becomes of a job whose attempt failed: one pure table of judgement, read by the runner alone. */
import type { Failure } from '#shared/failure'
import type { JobMove, Repeat, WaitReason } from '#shared/job'
import { spans } from '#shared/time'
import { stillWorking } from '../../kit/failures.ts'

export interface FailedAttempt {
  failure: Failure
  repeat: Repeat
  attempts: number
  maxAttempts: number
  /** When the job was first due, and now (ms UTC). */
  dueAt: number
  now: number
  /** When the provider took the order (ms UTC); from then on an attempt only watches what becomes of it. */
  acceptedAt: number | undefined
  /** This attempt or an earlier one may have had its effect. */
  isDoubtful: boolean
  /** A person asked to cancel it. */
  cancelAsked: boolean
}

export interface Judgement {
  move: Extract<JobMove, 'retry_later' | 'fail' | 'lose_answer' | 'park' | 'cancel' | 'release'>
  reason?: WaitReason
  /** The attempt is given back: it says nothing about the job. */
  free?: boolean
}

/** Code of what no API does: a person does it with our help. */
export const byHand = 'by_hand'

/** Codes of an outage on our own side. */
const ourOutage = new Set(['EAI_AGAIN', 'ENETUNREACH', 'EADDRNOTAVAIL'])

/** A job that is only ever throttled or offline is given up a day after it was due. */
const patienceMs = spans.day

/** What may have had its effect is never called failed or cancelled. */
export function judge(attempt: FailedAttempt): Judgement {
  const judgement = judgeAttempt(attempt)
  const saysItDidNot = judgement.move === 'fail' || judgement.move === 'cancel'
  return attempt.isDoubtful && saysItDidNot ? { move: 'lose_answer' } : judgement
}

/** The failure of what may have gone out all the same, whatever its last attempt said. */
export function toDoubt(failure: Failure): Failure {
  if (failure.kind === 'unknown') return failure
  const { retryAfterMs: _wait, ...told } = failure
  const message = `${failure.message} No clear answer came to an earlier request, which may have gone out: look before you send it again.`
  return { ...told, kind: 'unknown', message }
}

function judgeAttempt(attempt: FailedAttempt): Judgement {
  const { failure, repeat } = attempt
  if (attempt.acceptedAt !== undefined) return watch(attempt, attempt.acceptedAt)
  if (failure.kind === 'unsupported' && failure.code === byHand) return { move: 'park', reason: 'operator', free: true }
  if (failure.kind === 'unknown') return repeat === 'unsafe' ? { move: 'lose_answer' } : again(attempt)
  if (attempt.cancelAsked || failure.kind === 'cancelled') return { move: attempt.cancelAsked ? 'cancel' : 'release', free: true }
  if (failure.kind === 'pending_verification') return { move: 'park', reason: 'verification' }
  if (failure.kind === 'rate_limited' || failure.kind === 'unavailable') return again(attempt)
  return { move: 'fail' }
}

/** Watching what was taken never repeats it: only the provider's own refusal ends it as failed, and patience as not known. */
function watch({ failure, now }: FailedAttempt, acceptedAt: number): Judgement {
  if (failure.kind === 'rejected') return { move: 'fail' }
  const passing = failure.kind === 'rate_limited' || failure.kind === 'unavailable' || failure.kind === 'cancelled'
  return passing && now - acceptedAt <= patienceMs ? { move: 'retry_later', free: true } : { move: 'lose_answer' }
}

function again(attempt: FailedAttempt): Judgement {
  const { failure } = attempt
  const free = failure.kind === 'rate_limited' || failure.code === stillWorking || ourOutage.has(failure.code ?? '')
  if (free) return attempt.now - attempt.dueAt > patienceMs ? { move: 'fail' } : { move: 'retry_later', free }
  return attempt.attempts >= attempt.maxAttempts ? { move: 'fail' } : { move: 'retry_later' }
}
