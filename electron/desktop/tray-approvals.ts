/** Approvals in the tray: the whole payload as lines of the menu, and the two answers; what cannot be read there is looked at in the window. */
import type { DesktopApproval } from './desktop-app.ts'
import type { TrayItem } from './tray-model.ts'

const most = 5
const lineLength = 60
/** A menu with more lines is no place to read. */
const mostLines = 12

/** Breaks a text at its words; a longer word is broken where the line ends. */
function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.replace(/\s+/g, ' ').trim().split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < lineLength) lines[lines.length - 1] = `${last} ${word}`
    else for (let at = 0; at < word.length; at += lineLength) lines.push(word.slice(at, at + lineLength))
  }
  return lines
}

/** What is asked, whole, in lines of a menu. */
export function readableLines({ effect, payload }: DesktopApproval): string[] {
  const fields = Object.entries(payload).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [effect, ...fields].flatMap(wrapped)
}

/** A text as a menu shows it: menus read a single `&` as a shortcut mark. */
export const toMenuText = (text: string) => text.replaceAll('&', '&&')

function toItem(approval: DesktopApproval): TrayItem {
  const lines = readableLines(approval)
  const target = { path: `/agents?tab=approvals&approval=${approval.id}`, tenantId: approval.tenantId }
  const look: TrayItem = { label: 'Look at it…', action: { do: 'go', target } }
  const label = toMenuText(`${approval.who} asks`)
  if (lines.length > mostLines) return { label, submenu: [{ label: 'Too long to be read here', disabled: true }, look] }
  return {
    label,
    submenu: [
      ...lines.map((line): TrayItem => ({ label: toMenuText(line), disabled: true })),
      'separator',
      { label: 'Approve', action: { do: 'decide', approval, decision: 'approve' } },
      { label: 'Reject', action: { do: 'decide', approval, decision: 'reject' } },
      look,
    ],
  }
}

/** The entry of the tray for what waits for a word; none where nothing does. */
export function approvalItems(approvals: readonly DesktopApproval[]): TrayItem[] {
  if (approvals.length === 0) return []
  return [{ label: `Waits for your word (${approvals.length})`, submenu: approvals.slice(0, most).map(toItem) }]
}
