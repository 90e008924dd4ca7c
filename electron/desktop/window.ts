/** The one window factory. No other file makes a window. */
import { join } from 'node:path'
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import { navigateChannel } from './channels.ts'
import type { DesktopLog, Target } from './desktop-app.ts'
import { fitToDisplays, readDesktopState, smallestWindow, writeDesktopState } from './window-state.ts'

/** Kept near the page's own background, so that nothing flashes before the first paint. */
const backgrounds = { dark: '#101418', light: '#f6f7f9' }

/** A page that ends more often than this is not loaded again by itself. */
const mostDeaths = 3

export interface WindowOptions {
  pageUrl: string
  preloadPath: string
  iconPath: string
  statePath: string
  log: DesktopLog
}

export interface MainWindow {
  readonly browserWindow: BrowserWindow
  /** Brings the window to the front, wherever it was. */
  show(): void
  /** Shows a place of the page; waits for the page to listen. */
  go(target: Target): void
  /** The page listens now. */
  ready(): void
}

/** Opens the window where it was last, and shows it when it has painted. */
export function createMainWindow({ pageUrl, preloadPath, iconPath, statePath, log }: WindowOptions): MainWindow {
  const state = readDesktopState(statePath)
  const browserWindow = new BrowserWindow({
    ...fitToDisplays(
      state.bounds,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: app.getName(),
    icon: iconPath,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  if (state.maximized) browserWindow.maximize()
  browserWindow.once('ready-to-show', () => browserWindow.show())
  browserWindow.on('page-title-updated', (event) => event.preventDefault())
  browserWindow.on('close', () => {
    const kept = readDesktopState(statePath)
    writeDesktopState(statePath, { ...kept, bounds: browserWindow.getNormalBounds(), maximized: browserWindow.isMaximized() })
  })
  const messages = createNavigation(browserWindow)
  reloadWhenDead(browserWindow, log)
  browserWindow.loadURL(pageUrl).catch((error: unknown) => reportNoPage(error, log))
  return { browserWindow, ...messages, show: () => bringToFront(browserWindow) }
}

/** A page that cannot load is told, not left blank. */
function reportNoPage(error: unknown, log: DesktopLog): void {
  // The window was closed, or the app quit, before the page had loaded.
  if (error instanceof Error && 'code' in error && error.code === 'ERR_ABORTED') return
  log.error({ error: String(error) }, 'the page did not load')
  dialog.showErrorBox(
    'Atlas UX has no page to show',
    'Its page did not load. Jobs go on running. Reinstall the app if this stays so.',
  )
}

/** A page that died is loaded again, but not for ever. The work is done elsewhere, so nothing is lost with it. */
function reloadWhenDead({ webContents }: BrowserWindow, log: DesktopLog): void {
  let deaths = 0
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    deaths += 1
    log.error({ reason, deaths }, 'the page has died')
    if (deaths <= mostDeaths) webContents.reload()
    else
      dialog.showErrorBox(
        'Atlas UX has no page to show',
        'Its page ended several times. Jobs go on running. Quit and start again.',
      )
  })
}

/** Holds a place that was asked for until the page listens. */
function createNavigation(browserWindow: BrowserWindow): Pick<MainWindow, 'go' | 'ready'> {
  let listening = false
  let waiting: Target | undefined
  browserWindow.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) listening = false
  })
  return {
    go(target) {
      if (listening) browserWindow.webContents.send(navigateChannel, target)
      else waiting = target
    },
    ready() {
      listening = true
      if (waiting) browserWindow.webContents.send(navigateChannel, waiting)
      waiting = undefined
    },
  }
}

function bringToFront(browserWindow: BrowserWindow): void {
  if (browserWindow.isMinimized()) browserWindow.restore()
  browserWindow.show()
  browserWindow.focus()
}

/** The folder beside the code where the icons lie, packed or not. */
export function resourcePath(...names: string[]): string {
  return join(app.getAppPath(), 'resources', ...names)
}
