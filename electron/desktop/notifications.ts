/** Shows notices as the system's notifications; a click lands on the object. */
import { Notification } from 'electron'
import type { DesktopApproval, Target } from './desktop-app.ts'
import type { Announcement } from './notices.ts'

export interface NotificationActs {
  onClick: (target: Target | undefined) => void
  /** An answer given in the notification itself, where the system has buttons for it. */
  onAnswer: (approval: DesktopApproval, decision: 'approve' | 'reject') => void
}

const answers = ['approve', 'reject'] as const
const buttons = [
  { type: 'button' as const, text: 'Approve' },
  { type: 'button' as const, text: 'Reject' },
]

/** Shows announcements where the system can. Shown ones are held until they close: a collected one would lose its click. */
export function createNotifications({ onClick, onAnswer }: NotificationActs) {
  const shown = new Set<Notification>()
  return (announcements: readonly Announcement[]): void => {
    if (!Notification.isSupported()) return
    for (const { title, body, target, approval } of announcements) {
      const notification = new Notification({ title, body, ...(approval ? { actions: buttons } : {}) })
      shown.add(notification)
      notification.on('click', () => onClick(target))
      notification.on('action', (_event, index) => {
        const answer = answers[index]
        if (approval && answer) onAnswer(approval, answer)
      })
      notification.on('close', () => shown.delete(notification))
      notification.show()
    }
  }
}
