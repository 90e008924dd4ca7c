/** Conversations and their messages: what came in, what was ordered to go out, and how far that got. */

import { v7 as uuidv7 } from 'uuid'
import type { Conversation, Message } from '#shared/contract/messaging'
import type { Failure } from '#shared/failure'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Incoming } from '../../kit/define.ts'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { AttemptRow, JobRow } from '../jobs/rows.ts'
import type { Outgoing } from './outgoing.ts'

interface ConversationRow {
  id: string
  provider: string
  external_id: string
  title: string
  kind: Conversation['kind']
  last_at: number | null
  last_text: string | null
}

interface MessageRow {
  id: string
  direction: 'in' | 'out'
  at: number
  author: string
  text: string
  provider_message_id: string | null
  job_id: string | null
}

export interface Conversations {
  list(tenantId: string, provider: string | undefined, defaultChat: string | null): Conversation[]
  messages(
    tenantId: string,
    id: string,
    page: { cursor?: string | undefined; limit: number },
  ): { items: Message[]; nextCursor: string | null }
  /** Notes an ordered message beside its job. Call inside a change. */
  noteOutgoing(tx: Change, job: JobRow, outgoing: Outgoing, author: string): void
  /** Stores what came in; false for what was seen before, which is passed over. Call inside a change. */
  noteIncoming(tx: Change, tenantId: string, provider: string, incoming: Incoming): boolean
  known(tenantId: string, provider: string): { externalId: string; title: string; kind: string }[]
}

export interface ConversationsDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
}

/** Characters of the last message kept beside the conversation. */
const previewLength = 120

export function createConversations({ database, audit, announcements }: ConversationsDeps): Conversations {
  const { sqlite } = database
  const all = sqlite.prepare(
    `SELECT * FROM conversations WHERE tenant_id = @tenantId AND (@provider IS NULL OR provider = @provider) ORDER BY last_at DESC LIMIT 500`,
  )
  const find = sqlite.prepare('SELECT * FROM conversations WHERE tenant_id = ? AND provider = ? AND external_id = ?')
  const owned = sqlite.prepare('SELECT 1 FROM conversations WHERE id = ? AND tenant_id = ?')
  const insert = sqlite.prepare(
    'INSERT INTO conversations (id, tenant_id, provider, external_id, title, kind) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const rename = sqlite.prepare('UPDATE conversations SET title = ?, kind = ? WHERE id = ?')
  const touch = sqlite.prepare('UPDATE conversations SET last_at = ?, last_text = ? WHERE id = ?')
  const addMessage = sqlite.prepare(
    `INSERT OR IGNORE INTO messages (id, tenant_id, conversation_id, direction, at, author, text, provider_message_id, job_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const page = sqlite.prepare('SELECT * FROM messages WHERE conversation_id = ? AND id < ? ORDER BY id DESC LIMIT ?')
  const jobOf = sqlite.prepare('SELECT * FROM jobs WHERE id = ?')
  const attemptsOf = sqlite.prepare('SELECT * FROM attempts WHERE job_id = ? ORDER BY number')

  function ensure(
    tenantId: string,
    provider: string,
    seen: { externalId: string; title: string; kind: string; named: boolean },
  ): string {
    const row = find.get(tenantId, provider, seen.externalId) as ConversationRow | undefined
    if (row) {
      if (seen.named) rename.run(seen.title, seen.kind, row.id)
      return row.id
    }
    const id = uuidv7()
    insert.run(id, tenantId, provider, seen.externalId, seen.title, seen.kind)
    return id
  }

  function tell(tx: Change, tenantId: string, id: string): void {
    tx.afterCommit(() => announcements.announce('message.changed', tenantId, id))
  }

  /** Where a message stands: its job, and from whom it fell over to the provider that carried it. */
  function deliveryOf(jobId: string): Message['job'] {
    const job = jobOf.get(jobId) as JobRow | undefined
    if (!job) return null
    const attempts = attemptsOf.all(jobId) as AttemptRow[]
    const others = attempts.filter((attempt) => attempt.provider !== null && attempt.provider !== job.provider)
    const failure = job.failure ? (JSON.parse(job.failure) as Failure).message : null
    return {
      id: job.id,
      state: job.state,
      provider: job.provider,
      attempts: job.attempts,
      failure,
      fallbackFrom: others.at(-1)?.provider ?? null,
    }
  }

  function toMessage(row: MessageRow): Message {
    return {
      id: row.id,
      direction: row.direction,
      at: toInstant(row.at),
      author: row.author,
      text: row.text,
      providerMessageId: row.provider_message_id,
      job: row.job_id ? deliveryOf(row.job_id) : null,
    }
  }

  return {
    list(tenantId, provider, defaultChat) {
      const rows = all.all({ tenantId, provider: provider ?? null }) as ConversationRow[]
      return rows.map((row) => ({
        id: row.id,
        provider: row.provider,
        externalId: row.external_id,
        title: row.title,
        kind: row.kind,
        lastAt: row.last_at === null ? null : toInstant(row.last_at),
        lastText: row.last_text,
        isDefault: row.external_id === defaultChat,
      }))
    },
    messages(tenantId, id, { cursor, limit }) {
      if (!owned.get(id, tenantId)) throw failed('not_found', `There is no conversation ${id} in this tenant.`)
      const rows = page.all(id, cursor ?? '~', limit + 1) as MessageRow[]
      const items = rows.slice(0, limit)
      return { items: items.map(toMessage), nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    noteOutgoing(tx, job, outgoing, author) {
      const id = ensure(job.tenant_id, outgoing.provider, { ...outgoing, named: false })
      addMessage.run(uuidv7(), job.tenant_id, id, 'out', job.created_at, author, outgoing.text, null, job.id)
      touch.run(job.created_at, outgoing.text.slice(0, previewLength), id)
      tell(tx, job.tenant_id, id)
    },
    noteIncoming(tx, tenantId, provider, incoming) {
      const { chatId, chatTitle, chatKind, messageId, author, text, at } = incoming
      const id = ensure(tenantId, provider, { externalId: chatId, title: chatTitle, kind: chatKind, named: true })
      if (addMessage.run(uuidv7(), tenantId, id, 'in', at, author, text, messageId, null).changes === 0) return false
      touch.run(at, text.slice(0, previewLength), id)
      const target = { kind: 'conversation', id }
      audit.append(tenantId, {
        actor: { kind: 'system', id: 'receiver' },
        action: 'message.received',
        outcome: 'ok',
        target,
        detail: { provider, chatId, messageId },
      })
      tell(tx, tenantId, id)
      return true
    },
    known(tenantId, provider) {
      const rows = all.all({ tenantId, provider }) as ConversationRow[]
      return rows.map((row) => ({ externalId: row.external_id, title: row.title, kind: row.kind }))
    },
  }
}
