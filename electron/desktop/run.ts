/** The desktop host's first steps, before there is a window: refused switches, one instance, links that arrive early. */
import { app, dialog, protocol } from 'electron'
import { toFailure } from '#shared/failure'
import { refusalText, refusedSwitches } from './argv.ts'
import { findTarget, toTarget } from './deep-links.ts'
import type { Target } from './desktop-app.ts'
import { registerPageScheme } from './protocol.ts'
import { type DesktopOptions, type Links, startDesktop } from './start.ts'

/** As electron-builder.config.ts has it. */
const appId = 'com.atlasux.control-center'

/** Runs the desktop. Returns at once; the process ends by `app.exit`. */
export function runDesktop(options: DesktopOptions): void {
  const switches = refusedSwitches(process.argv, process.env)
  if (switches.length > 0) {
    dialog.showErrorBox('Atlas UX', refusalText(switches))
    app.exit(2)
    return
  }
  app.setPath('userData', options.profileDir)
  // Windows shows notifications only of an app whose id is that of its installed shortcut.
  if (process.platform === 'win32') app.setAppUserModelId(appId)
  app.enableSandbox()
  registerPageScheme(protocol)
  if (!app.requestSingleInstanceLock()) {
    app.exit(0)
    return
  }
  const links = receiveLinks()
  app
    .whenReady()
    .then(() => startDesktop(options, links))
    .catch((error: unknown) => {
      options.log.error({ error: String(error) }, 'the desktop did not start')
      dialog.showErrorBox('Atlas UX could not start', toFailure(error).message)
      app.exit(1)
    })
}

/** Links can arrive before there is a window; the last one waits. */
function receiveLinks(): Links {
  let waiting = findTarget(process.argv)
  let follow: ((target: Target | undefined) => void) | undefined
  const receive = (target: Target | undefined) => {
    if (follow) follow(target)
    else waiting = target ?? waiting
  }
  app.on('second-instance', (_event, argv) => receive(findTarget(argv)))
  app.on('open-url', (event, url) => {
    event.preventDefault()
    receive(toTarget(url))
  })
  return {
    to(listener: (target: Target | undefined) => void): void {
      follow = listener
      if (waiting) listener(waiting)
    },
  }
}
