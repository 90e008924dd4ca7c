/** How a post and a campaign stand, in the shapes and tones of every state. Pure. */
import type { PlannedPost } from '#shared/contract/posts'
import type { CampaignState } from '#shared/social/campaign-state'
import { jobWords, type StatusWord } from '../../ui/status.ts'
import { isOverdue } from './calendar-warnings.ts'

const scheduled: StatusWord = { ...jobWords.queued, word: 'Scheduled', shape: 'clock', means: 'Goes out at its time.' }
const draft: StatusWord = {
  word: 'Draft',
  shape: 'hand',
  tone: 'human',
  means: 'An agent wrote it; it goes out once a person approves it.',
}
const live: StatusWord = { ...jobWords.succeeded, word: 'Live', means: 'The platform confirmed it, or a person did.' }
const byHand: StatusWord = {
  ...jobWords.waiting,
  word: 'To post by hand',
  means: 'A person posts it, with text and page at hand.',
}

const overdue: StatusWord = {
  word: 'Overdue',
  shape: 'triangle',
  tone: 'warn',
  means: 'Its time has passed and it did not go out; it is still in the queue.',
}

/** A post whose time has passed says so; `nowMs` is the present. */
export function plannedWord(post: PlannedPost, nowMs: number): StatusWord {
  return isOverdue(post, nowMs) ? overdue : postWord(post)
}

export function postWord({ state, reason }: Pick<PlannedPost, 'state' | 'reason'>): StatusWord {
  if (state === 'queued') return scheduled
  if (state === 'succeeded') return live
  if (state !== 'waiting') return jobWords[state]
  if (reason === 'approval') return draft
  return reason === 'operator' ? byHand : jobWords.waiting
}

export const campaignWord: Readonly<Record<CampaignState, StatusWord>> = {
  scheduled,
  waiting: jobWords.waiting,
  running: jobWords.running,
  underway: { word: 'Under way', shape: 'half-circle', tone: 'info', means: 'Some posts ended, others are still to come.' },
  live,
  partly_live: { word: 'Partly live', shape: 'half-circle', tone: 'warn', means: 'All ended: some are live, some are not.' },
  failed: jobWords.failed,
  unknown: { ...jobWords.unknown, means: 'Of at least one post nobody knows whether it went out.' },
  cancelled: jobWords.cancelled,
}
