/** Which notices are told to the operator by the system's notifications: each once, and many at once as one. */

import { isInAppPath } from './deep-links.ts'
import type { DesktopNotice, Target } from './desktop-app.ts'

/** One notification to show. Without a target a click only opens the window. */
export interface Announcement {
  title: string
  body: string
  target?: Target
}

const mostAtOnce = 3
const mostRemembered = 1_000

/**
 * Remembers what was told. The notices that are open at the start are not told: the operator has just opened the
 * window that lists them.
 */
export function createNoticeTeller() {
  let told: Set<string> | undefined
  return {
    /** What to show for the notices open now. */
    take(notices: readonly DesktopNotice[]): Announcement[] {
      const known = told
      const open = new Set(notices.map((notice) => notice.id))
      told = new Set([...[...(known ?? [])].filter((id) => !open.has(id)).slice(-mostRemembered), ...open])
      if (!known) return []
      const fresh = notices.filter((notice) => !known.has(notice.id) && !notice.quiet)
      return fresh.length > mostAtOnce ? [toSummary(fresh)] : fresh.map(toAnnouncement)
    },
  }
}

function toAnnouncement(notice: DesktopNotice): Announcement {
  const target = isInAppPath(notice.href) ? { target: { path: notice.href, tenantId: notice.tenantId } } : {}
  return { title: notice.title, body: notice.message, ...target }
}

function toSummary(notices: readonly DesktopNotice[]): Announcement {
  const titles = notices.slice(0, mostAtOnce).map((notice) => notice.title)
  return { title: `${notices.length} things need you`, body: `${titles.join('\n')}\n…` }
}
