/** Posts as a person plans them, over the queue. */
import { createPostCalendar } from '../engine/publishing/calendar.ts'
import { createCampaigns } from '../engine/publishing/campaigns.ts'
import { createPostImport } from '../engine/publishing/import-posts.ts'
import { createPlannedPosts } from '../engine/publishing/planned-posts.ts'
import { createPosts } from '../engine/publishing/posts-area.ts'
import { createPostSlots } from '../engine/publishing/slots.ts'
import type { Foundation } from './foundation.ts'
import type { Reach } from './reach.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

export function createPostsOver({ now }: World, foundation: Foundation, { agents }: Reach, { jobs }: Work) {
  const { database, audit, announcements } = foundation
  const { enqueuer, steering } = jobs
  const nudge = () => jobs.runner.nudge()
  const planned = createPlannedPosts(database)
  const campaigns = createCampaigns({ database, audit, enqueuer, steering, planned, now, nudge })
  return createPosts({
    enqueuer,
    campaigns,
    calendar: createPostCalendar({ database, audit, announcements, planned, now, nudge }),
    slots: createPostSlots({ database, audit, announcements, hasAgent: agents.has, now }),
    importing: createPostImport({ enqueuer, campaigns, now }),
    now,
  })
}
