/** The desktop once the app is ready: locks, product, window, tray and notifications, and an orderly end. */
import { join } from 'node:path'
import { app, ipcMain, MessageChannelMain, protocol, session, shell } from 'electron'
import { deepLinkScheme } from '#shared/deep-link'
import { decideClosing } from './closing.ts'
import type { DesktopApp, DesktopDecision, DesktopLog, Target } from './desktop-app.ts'
import { createExternalDoor } from './external.ts'
import { guardApp, guardSession } from './guards.ts'
import { setApplicationMenu } from './menu.ts'
import { createNotifications } from './notifications.ts'
import { pageOrigin } from './page-files.ts'
import { offerPort } from './port.ts'
import { servePage } from './protocol.ts'
import { followStatus, type Status, startingModel } from './status.ts'
import { createTrayView, type TrayView } from './tray.ts'
import type { TrayAction } from './tray-model.ts'
import { createMainWindow, type MainWindow, resourcePath } from './window.ts'

export interface DesktopOptions {
  /** Where the desktop keeps what it remembers, and the browser its profile. */
  profileDir: string
  pageFolder: string
  preloadPath: string
  /** The page of a development server instead of the built one; never in a packed app. */
  developmentUrl?: string | undefined
  /** Opens the product. Asked once, when the app is ready. */
  open: () => Promise<DesktopApp>
  log: DesktopLog
}

/** Links from outside, held until somebody can follow them. */
export interface Links {
  to(listener: (target: Target | undefined) => void): void
}

/** Starts everything in order of need. What throws here ends the process with its reason. */
export async function startDesktop(options: DesktopOptions, links: Links): Promise<void> {
  const { log } = options
  const origin = options.developmentUrl ? new URL(options.developmentUrl).origin : pageOrigin
  const openExternal = createExternalDoor({ open: (url) => shell.openExternal(url), log })
  guardApp(app, { origin, openExternal, log })
  guardSession(session.defaultSession, origin)
  servePage(protocol, options.pageFolder)
  setApplicationMenu(process.platform)
  // Unpacked, the system would be told to open links with a bare Electron.
  if (app.isPackaged) app.setAsDefaultProtocolClient(deepLinkScheme)

  const product = await options.open()
  const main = openWindow(options, { origin, product })
  const show = (target: Target | undefined) => {
    main.show()
    if (target) main.go(target)
  }
  const { tray, status } = followInTray({ product, main, show, log })
  app.on('activate', () => show(undefined))
  links.to(show)
  endInOrder({ product, tray, status, log })
}

function openWindow(options: DesktopOptions, { origin, product }: { origin: string; product: DesktopApp }): MainWindow {
  const statePath = join(options.profileDir, 'desktop.json')
  const main = createMainWindow({
    pageUrl: options.developmentUrl ?? `${pageOrigin}/`,
    preloadPath: options.preloadPath,
    iconPath: resourcePath('icon.png'),
    statePath,
    log: options.log,
  })
  decideClosing({ window: main.browserWindow, statePath, quit: () => app.quit() })
  offerPort({
    ipc: ipcMain,
    createChannel: () => new MessageChannelMain(),
    contents: () => (main.browserWindow.isDestroyed() ? undefined : main.browserWindow.webContents),
    origin,
    app: product,
    onServed: () => main.ready(),
    log: options.log,
  })
  return main
}

interface TrayOptions {
  product: DesktopApp
  main: MainWindow
  show: (target: Target | undefined) => void
  log: DesktopLog
}

function followInTray({ product, main, show, log }: TrayOptions): { tray: TrayView; status: Status } {
  const tray = createTrayView(startingModel, act)
  const status = followStatus({
    app: product,
    draw: (model) => {
      tray.draw(model)
      app.setBadgeCount(model.badge)
    },
    announce: createNotifications({
      onClick: show,
      onAnswer: (approval, decision) => decide({ approval, decision, via: 'notification' }),
    }),
    isLookedAt: () => !main.browserWindow.isDestroyed() && main.browserWindow.isFocused(),
    log,
  })
  main.browserWindow.on('focus', () => status.refresh())
  return { tray, status }

  function act(action: TrayAction): void {
    if (action.do === 'quit') app.quit()
    else if (action.do === 'pause') pause(action.paused)
    else if (action.do === 'decide') decide({ ...action, via: 'tray' })
    else show(action.do === 'go' ? action.target : undefined)
  }

  /** Somebody else may have been faster: then the place where it stands is shown. */
  function decide({ approval, decision, via }: DesktopDecision): void {
    product
      .decide({ approval, decision, via })
      .then(() => status.refresh())
      .catch((error: unknown) => {
        log.warn({ error: String(error), approval: approval.id }, 'it could not be decided from the tray')
        show({ path: `/agents?tab=approvals&approval=${approval.id}`, tenantId: approval.tenantId })
      })
  }

  function pause(paused: boolean): void {
    product
      .pauseAll(paused)
      .then(() => status.refresh())
      .catch((error: unknown) => log.error({ error: String(error) }, 'the queue could not be paused or resumed'))
  }
}

/** The engine settles what runs before the process may end. `exit` ends at once and asks nobody again. */
function endInOrder({
  product,
  tray,
  status,
  log,
}: {
  product: DesktopApp
  tray: TrayView
  status: Status
  log: DesktopLog
}): void {
  app.on('will-quit', (event) => {
    event.preventDefault()
    status
      .stop()
      .then(() => product.stop())
      .then(() => 0)
      .catch((error: unknown) => {
        log.error({ error: String(error) }, 'the engine did not stop in order')
        return 1
      })
      .then((code) => {
        tray.destroy()
        app.exit(code)
      })
  })
}
