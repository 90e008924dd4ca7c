/** Tables of connections: what is known of them. Their secrets lie in the vault. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const connections = sqliteTable(
  'connections',
  {
    tenantId: text('tenant_id').notNull(),
    provider: text('provider').notNull(),
    credentialVersion: integer('credential_version'),
    credentialFields: text('credential_fields').notNull().default('[]'),
    credentialUpdatedAt: integer('credential_updated_at'),
    fingerprint: text('fingerprint'),
    settings: text('settings').notNull().default('{}'),
    account: text('account'),
    unavailable: text('unavailable').notNull().default('{}'),
    scopes: text('scopes').notNull().default('[]'),
    expiresAt: integer('expires_at'),
    lastOkAt: integer('last_ok_at'),
    failure: text('failure'),
    failedAt: integer('failed_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.provider] })],
)

export const connectionProofs = sqliteTable('connection_proofs', {
  id: integer('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  provider: text('provider').notNull(),
  at: integer('at').notNull(),
  ok: integer('ok').notNull(),
  call: text('call').notNull(),
  failure: text('failure'),
})
