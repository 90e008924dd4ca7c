/** The spec's way in: it asks over the channel that Node opens to a forked process, and sees what an operator would see. */
import { join } from 'node:path'
import { appDouble } from './app.ts'
import { debuggingUrl } from './chromium.ts'
import { type ItemDouble, type MenuShape, trays } from './menus.ts'
import { errorsShown, notifications, openedOutside, questions } from './outside.ts'
import { windows } from './windows.ts'

type Answer = (...args: string[]) => unknown

const answers: Record<string, Answer> = {
  debuggingUrl: () => debuggingUrl(join(appDouble.getPath('userData'), 'chromium')),
  tray: () =>
    [...trays].map(({ image, tooltip, menu }) => ({ icon: image.name, empty: image.isEmpty(), tooltip, menu: toLabels(menu) })),
  clickTray: (...labels) => find(labels).click?.(),
  badge: () => appDouble.badge,
  notifications: () => notifications.map(({ title, body }) => ({ title, body })),
  clickNotification: (index) => notifications[Number(index)]?.emit('click', {}),
  questions: () => questions.map(({ message, buttons }) => ({ message, buttons })),
  answer: (button) => {
    const question = questions.shift()
    question?.answer(question.buttons.indexOf(button ?? ''), false)
  },
  errorsShown: () => errorsShown,
  openedOutside: () => openedOutside,
  windows: () =>
    [...windows].map((each) => ({ visible: each.isVisible(), focused: each.isFocused(), minimized: each.isMinimized() })),
  blur: () => {
    for (const window of windows) window.blur()
  },
  closeWindow: () => {
    for (const window of windows) window.close()
  },
  openUrl: (url) => appDouble.emit('open-url', { preventDefault: () => undefined }, url),
}

/** Answers the spec. Listening does not keep the process alive. */
export function listenToSpec(): void {
  if (!process.send) return
  process.on('message', ({ id, ask, args }: { id: number; ask: string; args: string[] }) => {
    process.send?.({ id, answer: answers[ask]?.(...args) ?? null })
  })
  process.channel?.unref()
}

function toLabels({ items }: MenuShape): unknown[] {
  return items.map(({ label, type, enabled, submenu }) => ({
    label: label ?? type ?? '',
    enabled: enabled !== false,
    ...(submenu ? { submenu: toLabels(submenu as MenuShape) } : {}),
  }))
}

function find(labels: string[]): ItemDouble {
  let items = [...trays][0]?.menu.items ?? []
  let found: ItemDouble | undefined
  for (const label of labels) {
    found = items.find((item) => item.label === label)
    if (!found || found.enabled === false) throw new Error(`the tray has nothing to click called ${labels.join(' ▸ ')}`)
    items = (found.submenu as MenuShape | undefined)?.items ?? []
  }
  if (!found) throw new Error('nothing was named')
  return found
}
