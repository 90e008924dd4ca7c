/** What the tray shows for a state of the queue. Pure; tray.ts draws it. */

import { isInAppPath } from './deep-links.ts'
import type { DesktopApproval, DesktopNotice, DesktopSummary, Target } from './desktop-app.ts'
import { approvalItems, toMenuText } from './tray-approvals.ts'

/** Four icons that differ in shape, not only in colour. */
export type TrayIcon = 'normal' | 'new' | 'paused' | 'problem'

export type TrayAction =
  | { do: 'open' }
  | { do: 'go'; target: Target }
  | { do: 'pause'; paused: boolean }
  | { do: 'decide'; approval: DesktopApproval; decision: 'approve' | 'reject' }
  | { do: 'quit' }

export type TrayItem =
  | { label: string; action: TrayAction }
  | { label: string; submenu: TrayItem[] }
  | { label: string; disabled: true }
  | 'separator'

export interface TrayModel {
  icon: TrayIcon
  tooltip: string
  /** How many things need the operator, for the dock. */
  badge: number
  items: TrayItem[]
}

export interface TrayInput {
  summary: DesktopSummary
  notices: readonly DesktopNotice[]
  approvals?: readonly DesktopApproval[]
  /** Notices that came since the window was last looked at. */
  unseen: number
}

const mostNotices = 5
const longestLabel = 60

/** The tray's icon, tooltip and menu (never more than twelve entries). */
export function trayModel({ summary, notices, approvals = [], unseen }: TrayInput): TrayModel {
  const status = statusLine(summary)
  return {
    icon: trayIcon(summary, unseen),
    tooltip: `Atlas UX: ${status}`,
    badge: summary.needsYou,
    items: [
      { label: toLabel(status), disabled: true },
      needsYou(summary, notices),
      ...approvalItems(approvals),
      'separator',
      { label: 'Open Atlas UX', action: { do: 'open' } },
      { label: summary.pausedAll ? 'Resume queue' : 'Pause queue', action: { do: 'pause', paused: !summary.pausedAll } },
      'separator',
      { label: 'Quit', action: { do: 'quit' } },
    ],
  }
}

function trayIcon(summary: DesktopSummary, unseen: number): TrayIcon {
  if (summary.problem !== null) return 'problem'
  if (summary.pausedAll) return 'paused'
  return unseen > 0 ? 'new' : 'normal'
}

function statusLine({ problem, pausedAll, running, queued }: DesktopSummary): string {
  if (problem !== null) return cut(problem)
  if (pausedAll) return `Queue paused, ${queued} queued`
  return running + queued === 0 ? 'Nothing queued' : `${running} running, ${queued} queued`
}

function needsYou({ needsYou: count }: DesktopSummary, notices: readonly DesktopNotice[]): TrayItem {
  if (count === 0 || notices.length === 0) return { label: 'Nothing needs you', disabled: true }
  const manyTenants = new Set(notices.map((notice) => notice.tenantId)).size > 1
  return {
    label: `Needs you (${count})`,
    submenu: notices.slice(0, mostNotices).map((notice) => ({
      label: toLabel(manyTenants ? `${notice.tenantName}: ${notice.title}` : notice.title),
      action: isInAppPath(notice.href) ? { do: 'go', target: toTarget(notice) } : { do: 'open' },
    })),
  }
}

function toTarget(notice: DesktopNotice): Target {
  return { path: notice.href, tenantId: notice.tenantId }
}

/** One line, cut where a menu would grow too wide. */
function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > longestLabel ? `${line.slice(0, longestLabel - 1).trimEnd()}…` : line
}

const toLabel = (text: string) => toMenuText(cut(text))
