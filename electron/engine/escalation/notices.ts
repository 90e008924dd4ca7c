/** What needs a person: one open notice per cause, counted instead of repeated, closed when the cause is gone. */

import { v7 as uuidv7 } from 'uuid'
import type { Notice, NoticeKind } from '#shared/contract/system'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Announcements } from '../announcements.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'

export interface NoticeOrder {
  kind: NoticeKind
  /** What makes two of them the same. */
  cause: string
  title: string
  message: string
  href: string
  /** It got worse: whoever was told of it, or had seen it, is told anew. */
  anew?: boolean
}

export interface Notices {
  /** Opens a notice, or counts it where the same cause is already open. Call inside a change. */
  raise(tx: Change, tenantId: string, order: NoticeOrder): void
  /** Whether a cause is told and not over. */
  isOpen(tenantId: string, kind: NoticeKind, cause: string): boolean
  /** Raises once and closes once: for what is looked at often, and told when it changes. Call inside a change. */
  hold(tx: Change, tenantId: string, wrong: boolean, order: NoticeOrder): void
  /** Closes what is open of a cause. Call inside a change. */
  close(tx: Change, tenantId: string, kind: NoticeKind, cause: string): void
  list(tenantId: string): Notice[]
  /** Notes that a person has seen it; true when it was new. Call inside a change. */
  acknowledge(tx: Change, tenantId: string, id: string, by: string): boolean
  /** Closes what does not close by itself. Call inside a change. */
  dismiss(tx: Change, tenantId: string, id: string): NoticeKind
  /** Open notices of every tenant, for tray and notifications. */
  open(): (Notice & { tenantId: string })[]
}

interface NoticeRow extends Omit<Notice, 'at' | 'acknowledged' | 'told' | 'dismissable'> {
  tenant_id: string
  at: number
  acknowledged_at: number | null
  acknowledged_by: string | null
}

/** What is over as soon as a person says so; the others close when their cause is gone. */
const dismissable: ReadonlySet<NoticeKind> = new Set(['job_failed', 'run_told', 'payment_failed', 'ai_budget', 'agent_budget'])

export function createNotices(database: Database, announcements: Announcements, now: () => number): Notices {
  const { sqlite } = database
  const count = sqlite.prepare(
    'UPDATE notices SET count = count + 1, at = ?, message = ?, title = ? WHERE tenant_id = ? AND kind = ? AND cause = ? AND closed_at IS NULL',
  )
  const insert = sqlite.prepare(
    'INSERT INTO notices (id, tenant_id, kind, cause, title, message, href, at, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const reopen = sqlite.prepare(
    `UPDATE notices SET opened_at = ?, acknowledged_at = NULL, acknowledged_by = NULL
     WHERE tenant_id = ? AND kind = ? AND cause = ? AND closed_at IS NULL`,
  )
  const forget = sqlite.prepare(
    `DELETE FROM notice_tellings WHERE notice_id IN (SELECT id FROM notices WHERE tenant_id = ? AND kind = ? AND cause = ? AND closed_at IS NULL)`,
  )
  const open = sqlite.prepare('SELECT 1 FROM notices WHERE tenant_id = ? AND kind = ? AND cause = ? AND closed_at IS NULL')
  const close = sqlite.prepare(
    'UPDATE notices SET closed_at = ? WHERE tenant_id = ? AND kind = ? AND cause = ? AND closed_at IS NULL',
  )
  const all = sqlite.prepare(
    'SELECT * FROM notices WHERE closed_at IS NULL AND (? IS NULL OR tenant_id = ?) ORDER BY at DESC LIMIT 100',
  )

  function tell(tx: Change, tenantId: string, id: string): void {
    tx.afterCommit(() => announcements.announce('notice.raised', tenantId, id))
  }

  const one = sqlite.prepare('SELECT * FROM notices WHERE id = ? AND tenant_id = ? AND closed_at IS NULL')
  const see = sqlite.prepare(
    'UPDATE notices SET acknowledged_at = ?, acknowledged_by = ? WHERE id = ? AND acknowledged_at IS NULL',
  )
  const toldTo = sqlite.prepare(`SELECT name, at FROM notice_tellings WHERE notice_id = ? AND state = 'open' ORDER BY at`)

  function find(tenantId: string, id: string): NoticeRow {
    const row = one.get(id, tenantId) as NoticeRow | undefined
    if (!row) throw failed('not_found', `There is no open notice ${id} in this tenant.`)
    return row
  }

  const toNotice = ({
    id,
    kind,
    title,
    message,
    href,
    at,
    count: times,
    acknowledged_at,
    acknowledged_by,
  }: NoticeRow): Notice => ({
    id,
    kind,
    title,
    message,
    href,
    at: toInstant(at),
    count: times,
    acknowledged: acknowledged_at === null ? null : { by: acknowledged_by ?? 'somebody', at: toInstant(acknowledged_at) },
    told: (toldTo.all(id) as { name: string; at: number }[]).map((telling) => ({
      name: telling.name,
      at: toInstant(telling.at),
    })),
    dismissable: dismissable.has(kind),
  })

  const notices: Notices = {
    isOpen: (tenantId, kind, cause) => open.get(tenantId, kind, cause) !== undefined,
    hold(tx, tenantId, wrong, order) {
      if (!wrong) notices.close(tx, tenantId, order.kind, order.cause)
      else if (!notices.isOpen(tenantId, order.kind, order.cause)) notices.raise(tx, tenantId, order)
    },
    raise(tx, tenantId, { kind, cause, title, message, href, anew = false }) {
      if (count.run(now(), message, title, tenantId, kind, cause).changes === 0) {
        insert.run(uuidv7(), tenantId, kind, cause, title, message, href, now(), now())
      } else if (anew) {
        reopen.run(now(), tenantId, kind, cause)
        forget.run(tenantId, kind, cause)
      }
      tell(tx, tenantId, cause)
    },
    close(tx, tenantId, kind, cause) {
      if (close.run(now(), tenantId, kind, cause).changes > 0) tell(tx, tenantId, cause)
    },
    acknowledge(tx, tenantId, id, by) {
      find(tenantId, id)
      const isNew = see.run(now(), by, id).changes > 0
      if (isNew) tell(tx, tenantId, id)
      return isNew
    },
    dismiss(tx, tenantId, id) {
      const { kind, cause } = find(tenantId, id) as NoticeRow & { cause: string }
      if (!dismissable.has(kind))
        throw failed(
          'conflict',
          'This closes by itself, once its cause is gone. Deal with the cause; acknowledging it stops the calls.',
        )
      if (close.run(now(), tenantId, kind, cause).changes > 0) tell(tx, tenantId, id)
      return kind
    },
    list: (tenantId) => (all.all(tenantId, tenantId) as NoticeRow[]).map(toNotice),
    open: () => (all.all(null, null) as NoticeRow[]).map((row) => ({ ...toNotice(row), tenantId: row.tenant_id })),
  }
  return notices
}
