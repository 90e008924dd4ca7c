/** Tables of the audit log: events, heads of chains, signed checkpoints. Triggers keep them append-only. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const auditEvents = sqliteTable('audit_events', {
  id: integer('id').primaryKey(),
  chain: text('chain').notNull(),
  seq: integer('seq').notNull(),
  at: integer('at').notNull(),
  actorKind: text('actor_kind').notNull(),
  actorId: text('actor_id').notNull(),
  action: text('action').notNull(),
  targetKind: text('target_kind').notNull(),
  targetId: text('target_id').notNull(),
  outcome: text('outcome').notNull(),
  detail: text('detail').notNull(),
  prevHash: text('prev_hash').notNull(),
  hash: text('hash').notNull(),
})

export const auditHeads = sqliteTable('audit_heads', {
  chain: text('chain').primaryKey(),
  seq: integer('seq').notNull(),
  hash: text('hash').notNull(),
})

export const auditCheckpoints = sqliteTable(
  'audit_checkpoints',
  {
    chain: text('chain').notNull(),
    seq: integer('seq').notNull(),
    hash: text('hash').notNull(),
    at: integer('at').notNull(),
    keyId: text('key_id').notNull(),
    publicKey: text('public_key').notNull(),
    signature: text('signature').notNull(),
  },
  (table) => [primaryKey({ columns: [table.chain, table.seq] })],
)

export const auditVerifications = sqliteTable('audit_verifications', {
  chain: text('chain').primaryKey(),
  result: text('result').notNull(),
})

/** Words that hold no digit, of all chains: what the beginning of a word may stand for. */
export const auditVocabulary = sqliteTable('audit_vocabulary', { word: text('word').primaryKey() })

export const auditSpans = sqliteTable(
  'audit_spans',
  {
    chain: text('chain').notNull(),
    span: integer('span').notNull(),
    earliest: integer('earliest').notNull(),
    latest: integer('latest').notNull(),
  },
  (table) => [primaryKey({ columns: [table.chain, table.span] })],
)
