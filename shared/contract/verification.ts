/** Verification: each provider's review of the tenant's app, as a case that gates and explains. */
import { z } from 'zod'
import { ReviewStage } from '#shared/review'
import { Instant } from '#shared/time'
import { ProviderId, pageOf, procedure } from './common.ts'

/** One thing the provider wants to see. */
export const ReviewItem = z.object({
  id: z.string(),
  title: z.string(),
  href: z.string().optional(),
  done: z.boolean(),
  doneAt: Instant.nullable(),
})

/** A link that belongs to the case: a demo video, a ticket. */
export const ReviewLink = z.strictObject({
  title: z.string().trim().min(1).max(120),
  url: z.url({ protocol: /^https$/ }).max(2_000),
})

/** A case. `stage` is what the tenant last said; until it says something, what was known when the product was made. */
export const ReviewCase = z.object({
  provider: ProviderId,
  name: z.string(),
  required: z.boolean(),
  stage: ReviewStage,
  /** False until somebody of this tenant said something. */
  told: z.boolean(),
  since: Instant.nullable(),
  submittedAt: Instant.nullable(),
  /** When to look again. */
  nextLookAt: Instant.nullable(),
  history: z.array(z.object({ stage: ReviewStage, at: Instant, by: z.string() })),
  checklist: z.array(ReviewItem),
  notes: z.string(),
  links: z.array(ReviewLink),
  /** Where the provider shows the review. */
  console: z.string().nullable(),
  /** What it is about, and what works meanwhile. */
  about: z.string(),
  meanwhile: z.string(),
  /** Platforms whose posts wait while it is not cleared, and how many do now. */
  parks: z.array(z.string()),
  parked: z.int(),
})
/** A case. */
export type ReviewCase = z.infer<typeof ReviewCase>

const provider = z.strictObject({ provider: ProviderId })

/** Procedures about verification. */
export const verification = {
  list: procedure
    .route({ method: 'GET', path: '/verification', summary: 'Every case, those that hold something up first' })
    .input(z.strictObject({}).optional())
    .output(pageOf(ReviewCase)),
  get: procedure
    .route({ method: 'GET', path: '/verification/{provider}', summary: 'One case' })
    .input(provider)
    .output(ReviewCase),
  update: procedure
    .route({ method: 'PATCH', path: '/verification/{provider}', summary: 'Say where the review stands, tick, note' })
    .input(
      z.strictObject({
        provider: ProviderId,
        stage: ReviewStage.optional(),
        submittedAt: Instant.nullable().optional(),
        nextLookAt: Instant.nullable().optional(),
        /** Items to tick or untick, by id. */
        checklist: z.record(z.string().max(64), z.boolean()).optional(),
        notes: z.string().max(5_000).optional(),
        /** Replaces all links. */
        links: z.array(ReviewLink).max(20).optional(),
      }),
    )
    .output(ReviewCase),
  resume: procedure
    .route({
      method: 'POST',
      path: '/verification/{provider}/resume',
      summary: 'Queue every post that waited for this review; refused while it is not cleared',
    })
    .input(provider)
    .output(z.object({ resumed: z.int() })),
}
