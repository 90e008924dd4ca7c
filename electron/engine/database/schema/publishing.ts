/** Tables of campaigns and of weekly slots. Times are integer ms UTC. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const campaigns = sqliteTable('campaigns', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  key: text('key'),
  /** Of the whole request, so that a repeated key is known as the same. */
  digest: text('digest').notNull(),
  title: text('title').notNull(),
  source: text('source', { enum: ['composer', 'import'] }).notNull(),
  timeZone: text('time_zone'),
  createdBy: text('created_by').notNull(),
  createdAt: integer('created_at').notNull(),
})

export const campaignPosts = sqliteTable('campaign_posts', {
  jobId: text('job_id').primaryKey(),
  campaignId: text('campaign_id').notNull(),
  tenantId: text('tenant_id').notNull(),
  number: integer('number').notNull(),
  platform: text('platform').notNull(),
})

export const postSlots = sqliteTable(
  'post_slots',
  {
    tenantId: text('tenant_id').notNull(),
    agent: text('agent').notNull(),
    timeZone: text('time_zone').notNull(),
    /** Weekday (1 is Monday) and clock of each, as JSON. */
    slots: text('slots').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.agent] })],
)
