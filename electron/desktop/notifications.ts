/** Shows notices as the system's notifications; a click lands on the object. */
import { Notification } from 'electron'
import type { Target } from './desktop-app.ts'
import type { Announcement } from './notices.ts'

/** Shows announcements where the system can. Shown ones are held until they close: a collected one would lose its click. */
export function createNotifications(onClick: (target: Target | undefined) => void) {
  const shown = new Set<Notification>()
  return (announcements: readonly Announcement[]): void => {
    if (!Notification.isSupported()) return
    for (const { title, body, target } of announcements) {
      const notification = new Notification({ title, body })
      shown.add(notification)
      notification.on('click', () => onClick(target))
      notification.on('close', () => shown.delete(notification))
      notification.show()
    }
  }
}
