/** What needs a person: one open notice per cause, counted instead of repeated, closed when the cause is gone. */

import { v7 as uuidv7 } from 'uuid'
import type { Notice, NoticeKind } from '#shared/contract/system'
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
}

export interface Notices {
  /** Opens a notice, or counts it where the same cause is already open. Call inside a change. */
  raise(tx: Change, tenantId: string, order: NoticeOrder): void
  /** Closes what is open of a cause. Call inside a change. */
  close(tx: Change, tenantId: string, kind: NoticeKind, cause: string): void
  list(tenantId: string): Notice[]
  /** Open notices of every tenant, for tray and notifications. */
  open(): (Notice & { tenantId: string })[]
}

interface NoticeRow extends Omit<Notice, 'at'> {
  tenant_id: string
  at: number
}

export function createNotices(database: Database, announcements: Announcements, now: () => number): Notices {
  const { sqlite } = database
  const count = sqlite.prepare(
    'UPDATE notices SET count = count + 1, at = ?, message = ?, title = ? WHERE tenant_id = ? AND kind = ? AND cause = ? AND closed_at IS NULL',
  )
  const insert = sqlite.prepare(
    'INSERT INTO notices (id, tenant_id, kind, cause, title, message, href, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const close = sqlite.prepare(
    'UPDATE notices SET closed_at = ? WHERE tenant_id = ? AND kind = ? AND cause = ? AND closed_at IS NULL',
  )
  const all = sqlite.prepare(
    'SELECT * FROM notices WHERE closed_at IS NULL AND (? IS NULL OR tenant_id = ?) ORDER BY at DESC LIMIT 100',
  )

  function tell(tx: Change, tenantId: string, id: string): void {
    tx.afterCommit(() => announcements.announce('notice.raised', tenantId, id))
  }

  const toNotice = ({ id, kind, title, message, href, at, count: times }: NoticeRow): Notice => ({
    id,
    kind,
    title,
    message,
    href,
    at: toInstant(at),
    count: times,
  })

  return {
    raise(tx, tenantId, { kind, cause, title, message, href }) {
      if (count.run(now(), message, title, tenantId, kind, cause).changes === 0) {
        insert.run(uuidv7(), tenantId, kind, cause, title, message, href, now())
      }
      tell(tx, tenantId, cause)
    },
    close(tx, tenantId, kind, cause) {
      if (close.run(now(), tenantId, kind, cause).changes > 0) tell(tx, tenantId, cause)
    },
    list: (tenantId) => (all.all(tenantId, tenantId) as NoticeRow[]).map(toNotice),
    open: () => (all.all(null, null) as NoticeRow[]).map((row) => ({ ...toNotice(row), tenantId: row.tenant_id })),
  }
}
