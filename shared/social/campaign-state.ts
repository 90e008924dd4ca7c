/** What a campaign amounts to, told from its posts alone. Pure; engine and screens say the same of the same posts. */
import { z } from 'zod'
import type { JobState } from '#shared/job'

/**
 * Where a campaign stands.
 *
 * `underway`    some posts ended, others are still to come
 * `partly_live` all ended, some live and some not
 * `unknown`     of at least one nobody knows whether it went out; stands before anything else that ended
 */
export const CampaignState = z.enum([
  'scheduled',
  'waiting',
  'running',
  'underway',
  'live',
  'partly_live',
  'failed',
  'unknown',
  'cancelled',
])
/** Where a campaign stands. */
export type CampaignState = z.infer<typeof CampaignState>

/** How many posts stand in each state of a job. */
export type PostCounts = Readonly<Record<JobState, number>>

/** Counts states; every state is named, those that do not occur with 0. */
export function countStates(states: readonly JobState[]): Record<JobState, number> {
  const counts = { queued: 0, running: 0, waiting: 0, succeeded: 0, failed: 0, unknown: 0, cancelled: 0 }
  for (const state of states) counts[state] += 1
  return counts
}

const sum = (counts: PostCounts) => Object.values(counts).reduce((total, count) => total + count, 0)

function endedState({ succeeded, failed }: PostCounts, total: number): CampaignState {
  if (succeeded === total) return 'live'
  if (succeeded > 0) return 'partly_live'
  return failed > 0 ? 'failed' : 'cancelled'
}

/** The state of a campaign with these posts; one without posts counts as cancelled. */
export function campaignState(counts: PostCounts): CampaignState {
  const total = sum(counts)
  const toCome = counts.queued + counts.waiting
  if (counts.running > 0) return 'running'
  if (counts.unknown > 0) return 'unknown'
  if (toCome === 0) return endedState(counts, total)
  if (toCome < total) return 'underway'
  return counts.queued === 0 ? 'waiting' : 'scheduled'
}

const words: readonly [JobState, string][] = [
  ['running', 'going out'],
  ['failed', 'failed'],
  ['unknown', 'unknown'],
  ['waiting', 'waiting'],
  ['queued', 'scheduled'],
  ['cancelled', 'cancelled'],
]

/** "3 of 5 live, 1 failed, 1 unknown": every post is in one of the numbers. */
export function campaignWords(counts: PostCounts): string {
  const others = words.filter(([state]) => counts[state] > 0).map(([state, word]) => `${counts[state]} ${word}`)
  return [`${counts.succeeded} of ${sum(counts)} live`, ...others].join(', ')
}
