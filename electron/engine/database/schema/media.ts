/** Tables of files that are held here, and of files lent out. Times are integer ms UTC. */
import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const mediaFiles = sqliteTable('media_files', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  /** `media` for posts; `upload` and `fetched` only pass through. */
  purpose: text('purpose', { enum: ['media', 'upload', 'fetched'] }).notNull(),
  sha256: text('sha256').notNull(),
  filename: text('filename').notNull(),
  contentType: text('content_type').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  width: integer('width'),
  height: integer('height'),
  seconds: real('seconds'),
  alt: text('alt'),
  createdBy: text('created_by').notNull(),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at'),
  jobId: text('job_id'),
})

export const lentFiles = sqliteTable(
  'lent_files',
  {
    tenantId: text('tenant_id').notNull(),
    path: text('path').notNull(),
    until: integer('until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.path] })],
)
