/** The locks on every page of this process: no navigation away, no windows, no webviews, no permissions, no foreign requests. */
import type { App, Session, WebContents } from 'electron'
import type { DesktopLog } from './desktop-app.ts'
import { toOrigin } from './sender.ts'

export interface GuardOptions {
  /** The only origin a page of ours has. */
  origin: string
  openExternal: (url: string) => Promise<boolean>
  log: DesktopLog
}

/** Copying text is the one thing a page may do beyond itself; every other permission is refused, known or new. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Guards every web contents from its creation on, whoever creates it. */
export function guardApp(app: Pick<App, 'on'>, options: GuardOptions): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, options))
}

function guardContents(contents: WebContents, { origin, openExternal, log }: GuardOptions): void {
  const refuseForeign = (event: { url: string; preventDefault: () => void }) => {
    if (toOrigin(event.url) === origin) return
    event.preventDefault()
    log.warn({ to: toOrigin(event.url) ?? 'no origin' }, 'a page tried to leave the app')
  }
  contents.on('will-navigate', refuseForeign)
  contents.on('will-redirect', refuseForeign)
  contents.on('will-frame-navigate', refuseForeign)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    // The browser opens on its own time; the door logs what it refuses.
    void openExternal(url)
    return { action: 'deny' }
  })
}

/** Denies permissions, devices, screens, foreign requests, and downloads other than what our own page made. */
export function guardSession(session: Session, origin: string): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(details.isMainFrame && toOrigin(details.requestingUrl) === origin && granted.has(permission))
  })
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return toOrigin(requestingOrigin) === origin && granted.has(permission)
  })
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null))
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !isOwnRequest(details.url, origin) }))
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${origin}/`)) event.preventDefault()
  })
}

/** Whether the page may load an address: its own files, what it holds in memory, and the developer tools of an unpacked build. */
export function isOwnRequest(url: string, origin: string): boolean {
  const { protocol } = new URL(url)
  if (protocol === 'data:' || protocol === 'devtools:') return true
  if (protocol === 'blob:') return url.startsWith(`blob:${origin}/`)
  // A development page also keeps a socket to its own server.
  return toOrigin(url) === origin || toOrigin(url.replace(/^ws:/, 'http:')) === origin
}
