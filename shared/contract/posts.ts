/** Posts as a person plans them: campaigns over several platforms, the calendar, weekly slots, and files of posts. */
import { z } from 'zod'
import { AgentId } from '#shared/agent'
import { Failure } from '#shared/failure'
import { JobState, WaitReason } from '#shared/job'
import { CampaignState } from '#shared/social/campaign-state'
import { platformIds } from '#shared/social/platforms'
import { PostMedia } from '#shared/social/post'
import { Instant } from '#shared/time'
import { isTimeZone } from '#shared/time-zone'
import { JsonObject, PageQuery, pageOf, procedure } from './common.ts'

/** The longest span that a calendar shows at once: 62 days. */
export const mostCalendarDays = 62
/** Posts that one campaign may hold. */
export const mostVariants = 20
/** Rows that one file of posts may hold. */
export const mostImportRows = 500

/** The name of a time zone: `Europe/Berlin`. */
export const TimeZone = z.string().min(1).max(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin')

const text = z.string().max(100_000)
const media = z.array(PostMedia).max(35)
const Platform = z.enum(platformIds)
const Id = z.string().min(1).max(64)

/** A campaign's post on one platform. What is left out is as the campaign has it; `fields` holds what only this platform asks for. */
export const PostVariant = z.strictObject({
  platform: Platform,
  text: text.optional(),
  media: media.optional(),
  fields: JsonObject.optional(),
  agent: AgentId.optional(),
})
/** A campaign's post on one platform. */
export type PostVariant = z.infer<typeof PostVariant>

/**
 * A campaign to order: one text for several platforms.
 *
 * `key`      a repeated request with the same key is the same campaign
 * `runAt`    when all of it is due; without it, now
 * `queue`    instead of `runAt`: the next free slot of `agent`
 * `timeZone` the zone in which the time was chosen; kept to show it again
 */
export const CampaignOrder = z
  .strictObject({
    key: z.string().min(1).max(120).optional(),
    text: text.optional(),
    media: media.optional(),
    variants: z.array(PostVariant).min(1).max(mostVariants),
    agent: AgentId.optional(),
    runAt: Instant.optional(),
    timeZone: TimeZone.optional(),
    queue: z.boolean().optional(),
  })
  .refine(({ queue, runAt }) => !queue || runAt === undefined, { path: ['queue'], message: 'cannot stand beside runAt' })
  .refine(({ queue, agent }) => !queue || agent !== undefined, { path: ['agent'], message: 'is needed: slots are an agent’s' })
  .refine(({ queue, agent, variants }) => !queue || variants.every((one) => one.agent === undefined || one.agent === agent), {
    path: ['variants'],
    message: 'may name no other agent than the one whose slot they take',
  })
/** A campaign to order. */
export type CampaignOrder = z.infer<typeof CampaignOrder>

/** One post of a plan: a job, told for a calendar. `at` is when it ended, or else when it is due next. */
export const PlannedPost = z.object({
  /** Id of the job. */
  id: z.string(),
  platform: Platform,
  /** The beginning of its text. */
  excerpt: z.string(),
  state: JobState,
  reason: WaitReason.optional(),
  /** Why it is not going out although due, in words. */
  waitingFor: z.string().optional(),
  agent: z.string().optional(),
  at: Instant,
  runAt: Instant,
  /** When it was first due. */
  dueAt: Instant,
  finishedAt: Instant.optional(),
  failure: Failure.optional(),
  /** Where it can be seen. */
  url: z.string().optional(),
  /** Id of its campaign. */
  campaign: z.string().optional(),
  /** Id of the approval it waits for. */
  approval: z.string().optional(),
  /** Why it cannot be moved, in words; absent where it can. */
  fixed: z.string().optional(),
})
/** One post of a plan. */
export type PlannedPost = z.infer<typeof PlannedPost>

/** A campaign. `summary` names every post in numbers: "3 of 5 live, 1 failed, 1 unknown". */
export const Campaign = z.object({
  id: z.string(),
  key: z.string().optional(),
  title: z.string(),
  source: z.enum(['composer', 'import']),
  timeZone: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Instant,
  state: CampaignState,
  summary: z.string(),
  counts: z.record(JobState, z.int()),
})
/** A campaign. */
export type Campaign = z.infer<typeof Campaign>

/** A campaign with its posts. */
export const CampaignDetail = Campaign.extend({ posts: z.array(PlannedPost) })
/** A campaign with its posts. */
export type CampaignDetail = z.infer<typeof CampaignDetail>

/** A weekly slot: weekday (1 is Monday, 7 is Sunday) and the clock in the zone of the agent's slots. */
export const Slot = z.strictObject({
  weekday: z.int().min(1).max(7),
  clock: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:30'),
})
/** A weekly slot. */
export type Slot = z.infer<typeof Slot>

/** When an agent's posts go out, week by week. */
export const AgentSlots = z.object({ agent: AgentId, timeZone: z.string(), slots: z.array(Slot) })
/** When an agent's posts go out. */
export type AgentSlots = z.infer<typeof AgentSlots>

/** What became of a row of a file: `line` counts from 1, the line of names included. */
export const ImportRow = z.object({
  line: z.int(),
  platform: z.string(),
  excerpt: z.string(),
  agent: z.string().optional(),
  runAt: Instant.optional(),
  /** What will happen, or why it is refused. */
  verdict: z.string(),
  ok: z.boolean(),
})
/** What became of a row of a file. */
export type ImportRow = z.infer<typeof ImportRow>

/** A file of posts, looked through. `digest` is the SHA-256 of its text; `campaign` is set where it was imported before. */
export const ImportCheck = z.object({
  digest: z.string(),
  rows: z.array(ImportRow),
  refused: z.int(),
  campaign: z.string().optional(),
})
/** A file of posts, looked through. */
export type ImportCheck = z.infer<typeof ImportCheck>

const ImportFile = z.strictObject({
  filename: z.string().trim().min(1).max(255),
  csv: z.string().min(1).max(2_000_000),
  /** Of times that name none. */
  timeZone: TimeZone,
})

/** Procedures about posts. */
export const posts = {
  create: procedure
    .route({
      method: 'POST',
      path: '/posts',
      summary: 'Order one text on several platforms, all or nothing: 201 a new campaign, 200 the same one for the same key',
      outputStructure: 'detailed',
    })
    .input(CampaignOrder)
    .output(
      z.union([
        z.object({ status: z.literal(201), body: CampaignDetail }),
        z.object({ status: z.literal(200), body: CampaignDetail }),
      ]),
    ),
  list: procedure
    .route({ method: 'GET', path: '/posts', summary: 'Campaigns with what became of them, newest first' })
    .input(z.strictObject(PageQuery).optional())
    .output(pageOf(Campaign)),
  get: procedure
    .route({ method: 'GET', path: '/posts/{id}', summary: 'One campaign with its posts' })
    .input(z.strictObject({ id: Id }))
    .output(CampaignDetail),
  retryFailed: procedure
    .route({
      method: 'POST',
      path: '/posts/{id}/retry',
      summary: 'Queue the failed posts of a campaign again; those of unknown outcome are left alone',
    })
    .input(z.strictObject({ id: Id }))
    .output(CampaignDetail),
  cancelOpen: procedure
    .route({
      method: 'POST',
      path: '/posts/{id}/cancel',
      summary: 'Cancel the posts of a campaign that have not begun; what went out stays',
    })
    .input(z.strictObject({ id: Id }))
    .output(CampaignDetail),
  calendar: procedure
    .route({ method: 'GET', path: '/posts/calendar', summary: 'Posts between two instants, by time; 62 days at most' })
    .input(z.strictObject({ from: Instant, to: Instant, agent: AgentId.optional() }))
    .output(z.object({ items: z.array(PlannedPost), cut: z.boolean() })),
  move: procedure
    .route({ method: 'POST', path: '/posts/jobs/{id}/move', summary: 'Give a scheduled post (by its job) another time' })
    .input(
      z.strictObject({
        id: Id,
        /** The new time. */
        runAt: Instant,
        /** The time it has, as the caller knows it: its `runAt`, or `dueAt` while it is held back. Refused when it changed meanwhile. */
        was: Instant,
      }),
    )
    .output(PlannedPost),
  slots: procedure
    .route({ method: 'GET', path: '/posts/slots', summary: 'Weekly slots by agent' })
    .input(z.strictObject({}).optional())
    .output(pageOf(AgentSlots)),
  setSlots: procedure
    .route({ method: 'PUT', path: '/posts/slots/{agent}', summary: 'Set the weekly slots of an agent; none takes them away' })
    .input(z.strictObject({ agent: AgentId, timeZone: TimeZone, slots: z.array(Slot).max(168) }))
    .output(AgentSlots),
  nextSlot: procedure
    .route({ method: 'GET', path: '/posts/slots/{agent}/next', summary: 'The next free slot of an agent' })
    .input(z.strictObject({ agent: AgentId }))
    .output(z.object({ runAt: Instant.nullable(), timeZone: z.string().nullable() })),
  checkImport: procedure
    .route({ method: 'POST', path: '/posts/import/check', summary: 'Say of each row of a CSV what would happen; orders nothing' })
    .input(ImportFile)
    .output(ImportCheck),
  importFile: procedure
    .route({
      method: 'POST',
      path: '/posts/import',
      summary: 'Order every row of a CSV, all or nothing: 201 a new campaign, 200 the one this file became before',
      outputStructure: 'detailed',
    })
    .input(ImportFile)
    .output(
      z.union([
        z.object({ status: z.literal(201), body: CampaignDetail }),
        z.object({ status: z.literal(200), body: CampaignDetail }),
      ]),
    ),
}
