/** Tables of conversations, messages, receivers and notices. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const conversations = sqliteTable('conversations', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  provider: text('provider').notNull(),
  externalId: text('external_id').notNull(),
  title: text('title').notNull(),
  kind: text('kind').notNull(),
  lastAt: integer('last_at'),
  lastText: text('last_text'),
})

export const messages = sqliteTable('messages', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  conversationId: text('conversation_id').notNull(),
  direction: text('direction').notNull(),
  at: integer('at').notNull(),
  author: text('author').notNull(),
  text: text('text').notNull(),
  providerMessageId: text('provider_message_id'),
  jobId: text('job_id'),
})

export const receiveCursors = sqliteTable(
  'receive_cursors',
  { tenantId: text('tenant_id').notNull(), provider: text('provider').notNull(), cursor: text('cursor').notNull() },
  (table) => [primaryKey({ columns: [table.tenantId, table.provider] })],
)

export const notices = sqliteTable('notices', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  kind: text('kind').notNull(),
  cause: text('cause').notNull(),
  title: text('title').notNull(),
  message: text('message').notNull(),
  href: text('href').notNull(),
  at: integer('at').notNull(),
  count: integer('count').notNull().default(1),
  closedAt: integer('closed_at'),
  openedAt: integer('opened_at'),
  acknowledgedAt: integer('acknowledged_at'),
  acknowledgedBy: text('acknowledged_by'),
})

export const noticeTellings = sqliteTable(
  'notice_tellings',
  {
    noticeId: text('notice_id').notNull(),
    person: text('person').notNull(),
    state: text('state').notNull(),
    tenantId: text('tenant_id').notNull(),
    name: text('name').notNull(),
    jobId: text('job_id').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.noticeId, table.person, table.state] })],
)
