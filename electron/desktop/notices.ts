/** Which notices are told to the operator by the system's notifications: each once, and many at once as one. */

import { isInAppPath } from './deep-links.ts'
import type { DesktopApproval, DesktopNotice, Target } from './desktop-app.ts'
import { readableLines } from './tray-approvals.ts'

/** One notification to show. Without a target a click only opens the window. */
export interface Announcement {
  title: string
  body: string
  target?: Target
  /** Answered in the notification where the system can; it holds the whole payload then. */
  approval?: DesktopApproval
}

const mostAtOnce = 3
const mostRemembered = 1_000

/** Which of what is open now was never open before. What is open at the start counts as known. */
function createMemory<T extends { id: string }>(): (open: readonly T[]) => T[] {
  let told: Set<string> | undefined
  return (items) => {
    const known = told
    const open = new Set(items.map(({ id }) => id))
    told = new Set([...[...(known ?? [])].filter((id) => !open.has(id)).slice(-mostRemembered), ...open])
    return known ? items.filter(({ id }) => !known.has(id)) : []
  }
}

/**
 * Remembers what was told. The notices that are open at the start are not told: the operator has just opened the
 * window that lists them.
 */
export function createNoticeTeller() {
  const newIn = createMemory<DesktopNotice>()
  return {
    /** What to show for the notices open now. */
    take(notices: readonly DesktopNotice[]): Announcement[] {
      const fresh = newIn(notices).filter(({ quiet }) => !quiet)
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

/** A notification is cut by the system beyond a few lines. */
const mostLines = 4

/** Like the teller of notices, for what waits for a word: each is told once, whole where it fits. */
export function createApprovalTeller() {
  const newIn = createMemory<DesktopApproval>()
  return {
    /** `isQuiet` says which tenants are not to be called now. */
    take(approvals: readonly DesktopApproval[], isQuiet: (tenantId: string) => boolean): Announcement[] {
      const fresh = newIn(approvals).filter(({ tenantId }) => !isQuiet(tenantId))
      if (fresh.length > mostAtOnce) return [{ title: `${fresh.length} uses of tools wait for your word`, body: '' }]
      return fresh.map(toQuestion)
    },
  }
}

function toQuestion(approval: DesktopApproval): Announcement {
  const lines = readableLines(approval)
  const target = { path: `/agents?tab=approvals&approval=${approval.id}`, tenantId: approval.tenantId }
  const title = `${approval.who} asks`
  return lines.length > mostLines ? { title, body: approval.effect, target } : { title, body: lines.join('\n'), target, approval }
}
