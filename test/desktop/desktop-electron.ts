/** Starts the built product on a real Electron through Playwright, and sees what an operator would see. */
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { _electron } from '@playwright/test'
import type { Desktop, MenuShown, TrayShown } from './desktop.ts'

const root = resolve(import.meta.dirname, '../..')

interface Item {
  label: string
  type: string
  enabled: boolean
  submenu?: { items: Item[] } | null
  click(): void
}

/** What recorder.cjs keeps in the main process. */
interface Seen {
  trays: Map<object, { icon: string; empty: boolean; tooltip: string; menu: { items: Item[] } }>
  notifications: { title: string; body: string; emit(name: string, event: object): void }[]
  questions: { message: string; buttons: string[]; answer(response: number): void }[]
  openedOutside: string[]
}

declare global {
  var atlasSeen: Seen
}

/** Starts Electron and waits for its window. The debugger that Playwright needs is refused otherwise, so it is allowed by name. */
export async function startOnElectron(executablePath: string, env: Record<string, string>): Promise<Desktop> {
  const electron = await _electron.launch({
    executablePath,
    args: ['-r', join(import.meta.dirname, 'recorder.cjs'), root],
    env: { ...(process.env as Record<string, string>), ...env, ATLAS_ALLOW_DEBUG: '1' },
  })
  const page = await electron.firstWindow()
  const child = electron.process()
  const ended = once(child, 'exit')
  return {
    kind: 'electron',
    page,
    pid: child.pid ?? 0,
    tray: () => electron.evaluate(readTray),
    clickTray: (...labels) => electron.evaluate(clickTray, labels),
    badge: () => electron.evaluate(({ app }) => app.getBadgeCount()),
    notifications: () => electron.evaluate(() => globalThis.atlasSeen.notifications.map(({ title, body }) => ({ title, body }))),
    clickNotification: (index) =>
      electron.evaluate((_electron, at) => void globalThis.atlasSeen.notifications[at]?.emit('click', {}), index),
    openedOutside: () => electron.evaluate(() => globalThis.atlasSeen.openedOutside),
    questions: () =>
      electron.evaluate(() => globalThis.atlasSeen.questions.map(({ message, buttons }) => ({ message, buttons }))),
    answer: (button) =>
      electron.evaluate((_electron, label) => {
        const question = globalThis.atlasSeen.questions.shift()
        question?.answer(question.buttons.indexOf(label))
      }, button),
    windowStates: () =>
      electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((each) => ({
          visible: each.isVisible(),
          focused: each.isFocused(),
          minimized: each.isMinimized(),
        })),
      ),
    lookAway: () => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((each) => void each.blur())),
    closeWindow: () =>
      electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((each) => void each.close())),
    openLink: (url) =>
      electron.evaluate(({ app }, link) => void app.emit('second-instance', {}, ['atlas-ux', link], '', {}), url),
    ended: async () => ((await ended) as [number | null])[0],
    async kill() {
      if (child.exitCode === null && child.signalCode === null) await electron.close()
    },
  }
}

/** Runs in the main process. */
function readTray(): TrayShown | undefined {
  const toShown = ({ label, type, enabled, submenu }: Item): MenuShown => ({
    label: label || type,
    enabled,
    ...(submenu ? { submenu: submenu.items.map(toShown) } : {}),
  })
  const [tray] = globalThis.atlasSeen.trays.values()
  return tray && { icon: tray.icon, empty: tray.empty, tooltip: tray.tooltip, menu: tray.menu.items.map(toShown) }
}

/** Runs in the main process. */
function clickTray(_electron: unknown, labels: string[]): void {
  const [tray] = globalThis.atlasSeen.trays.values()
  let items = tray?.menu.items ?? []
  let found: Item | undefined
  for (const label of labels) {
    found = items.find((item) => item.label === label && item.enabled)
    items = found?.submenu?.items ?? []
  }
  if (!found) throw new Error(`the tray has nothing to click called ${labels.join(' ▸ ')}`)
  found.click()
}
