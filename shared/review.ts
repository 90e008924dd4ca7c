/** A provider's review of our app, as a case with stages. Pure. */
import { z } from 'zod'

/** Where a review stands. `not_needed` where the provider reviews nothing. */
export const ReviewStage = z.enum([
  'not_needed',
  'not_submitted',
  'submitted',
  'in_review',
  'changes_asked',
  'approved',
  'rejected',
])
/** Where a review stands. */
export type ReviewStage = z.infer<typeof ReviewStage>

/** Whether what the review guards may be done. */
export function isCleared(stage: ReviewStage): boolean {
  return stage === 'approved' || stage === 'not_needed'
}

/** A stage in words, as it stands in a sentence. */
export const stageWords: Readonly<Record<ReviewStage, string>> = {
  not_needed: 'not needed',
  not_submitted: 'not submitted yet',
  submitted: 'submitted',
  in_review: 'in review',
  changes_asked: 'waiting for changes',
  approved: 'approved',
  rejected: 'rejected',
}
