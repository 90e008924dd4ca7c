/** The life of a job: its states, and the one table of moves between them. No other code decides them. */
import { z } from 'zod'

/** Job states, fixed. */
export const JobState = z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'unknown', 'cancelled'])
/** Job states, fixed. */
export type JobState = z.infer<typeof JobState>

/** Why a `waiting` job waits. */
export const WaitReason = z.enum(['approval', 'operator', 'verification', 'connection'])
/** Why a `waiting` job waits. */
export type WaitReason = z.infer<typeof WaitReason>

/** What may happen to a job. */
export type JobMove =
  | 'claim'
  | 'succeed'
  | 'retry_later'
  | 'fail'
  | 'lose_answer'
  | 'release'
  | 'park'
  | 'resume'
  | 'cancel'
  | 'retry'
  | 'resolve_sent'
  | 'resolve_again'
  | 'late_answer'

/**
 * The table: from which states a move is legal, and where it leads.
 *
 * `release`      a claim given back before anything was sent (hold, shutdown, crash): costs no attempt
 * `lose_answer`  sent, and no clear answer came: never repeated by itself
 * `resolve_sent` a person found that it went out, or did it by hand
 * `late_answer`  the answer to a job already marked unknown arrived after all
 */
export const jobMoves: Readonly<Record<JobMove, { from: readonly JobState[]; to: JobState }>> = {
  claim: { from: ['queued'], to: 'running' },
  succeed: { from: ['running'], to: 'succeeded' },
  retry_later: { from: ['running'], to: 'queued' },
  fail: { from: ['running', 'queued'], to: 'failed' },
  lose_answer: { from: ['running'], to: 'unknown' },
  release: { from: ['running'], to: 'queued' },
  park: { from: ['running', 'queued'], to: 'waiting' },
  resume: { from: ['waiting'], to: 'queued' },
  cancel: { from: ['queued', 'waiting', 'running'], to: 'cancelled' },
  retry: { from: ['failed', 'cancelled'], to: 'queued' },
  resolve_sent: { from: ['unknown', 'waiting'], to: 'succeeded' },
  resolve_again: { from: ['unknown'], to: 'queued' },
  late_answer: { from: ['unknown'], to: 'succeeded' },
}

/** Whether a move is legal from a state. */
export function canMove(state: JobState, move: JobMove): boolean {
  return jobMoves[move].from.includes(state)
}

/**
 * May this action be sent again after a doubtful end?
 *
 * `safe` reading, or the provider makes it so · `keyed` the provider recognises our key · `unsafe` a second send is a second effect
 */
export const Repeat = z.enum(['safe', 'keyed', 'unsafe'])
/** May this action be sent again after a doubtful end? */
export type Repeat = z.infer<typeof Repeat>

/** Priorities: a larger number is claimed first. */
export const priorities = { low: -10, normal: 0, high: 10 } as const

/** Attempts an order gets when nobody says otherwise. */
export const defaultMaxAttempts = 8
