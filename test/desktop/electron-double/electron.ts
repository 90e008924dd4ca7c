/**
 * A test double of the `electron` module: our built main process drives a real Chromium through it.
 *
 * It proves our own wiring, not Electron: no sandbox of Electron's, no custom protocol in the browser (`app://` is carried
 * by a loopback server and told back as `app://`), no fuses, no native tray, menus, dialogs or notifications (they are
 * recorded). What it offers must be assignable to Electron's own definitions, which the compiler checks here.
 */
import type Electron from 'electron'
import { appDouble } from './app.ts'
import { BrowserWindowDouble } from './browser-window.ts'
import { listenToSpec } from './control.ts'
import { ipcMainDouble } from './ipc.ts'
import { MenuDouble, nativeImageDouble, TrayDouble } from './menus.ts'
import { MessageChannelMainDouble } from './message-port.ts'
import { dialogDouble, NotificationDouble, shellDouble } from './outside.ts'
import { protocolDouble } from './page-server.ts'
import { nativeThemeDouble, screenDouble, sessionDouble } from './surroundings.ts'

type App = Pick<
  typeof Electron.app,
  | 'enableSandbox'
  | 'exit'
  | 'getAppPath'
  | 'getName'
  | 'getPath'
  | 'getVersion'
  | 'isPackaged'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setBadgeCount'
  | 'setPath'
  | 'whenReady'
>
type Window = Pick<
  Electron.BrowserWindow,
  | 'close'
  | 'destroy'
  | 'focus'
  | 'getNormalBounds'
  | 'hide'
  | 'isDestroyed'
  | 'isFocused'
  | 'isMaximized'
  | 'isMinimized'
  | 'isVisible'
  | 'loadURL'
  | 'maximize'
  | 'minimize'
  | 'restore'
  | 'show'
>
type Contents = Pick<Electron.WebContents, 'getURL' | 'reload' | 'send' | 'setWindowOpenHandler'> & { mainFrame: Frame }
type Frame = Pick<Electron.WebFrameMain, 'parent' | 'url'> & {
  postMessage(channel: string, message: unknown, transfer?: never[]): void
}
type Session = Pick<
  Electron.Session,
  'setDevicePermissionHandler' | 'setDisplayMediaRequestHandler' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler'
> & { webRequest: { onBeforeRequest: unknown } }
type Channel = { port1: Pick<Electron.MessagePortMain, 'close' | 'postMessage' | 'start'> }

export const app = appDouble satisfies App
export const BrowserWindow = BrowserWindowDouble satisfies new (
  options: Electron.BrowserWindowConstructorOptions,
) => Window & { webContents: Contents }
export const dialog = dialogDouble satisfies { showErrorBox: typeof Electron.dialog.showErrorBox }
export const ipcMain = ipcMainDouble
export const Menu = MenuDouble satisfies { buildFromTemplate(items: Electron.MenuItemConstructorOptions[]): unknown }
export const MessageChannelMain = MessageChannelMainDouble satisfies new () => Channel
export const nativeImage = nativeImageDouble satisfies { createFromPath(path: string): Pick<Electron.NativeImage, 'isEmpty'> }
export const nativeTheme = nativeThemeDouble satisfies Pick<typeof Electron.nativeTheme, 'shouldUseDarkColors'>
export const Notification = NotificationDouble satisfies (new (
  options: Electron.NotificationConstructorOptions,
) => Pick<Electron.Notification, 'close' | 'show'>) &
  Pick<typeof Electron.Notification, 'isSupported'>
export const protocol = protocolDouble satisfies Pick<typeof Electron.protocol, 'handle' | 'registerSchemesAsPrivileged'>
export const screen = screenDouble satisfies { getAllDisplays(): Pick<Electron.Display, 'workArea'>[] }
export const session = sessionDouble satisfies { defaultSession: Session }
export const shell = shellDouble satisfies Pick<typeof Electron.shell, 'openExternal'>
export const Tray = TrayDouble satisfies new (image: never) => Pick<Electron.Tray, 'destroy' | 'setToolTip'>

listenToSpec()
