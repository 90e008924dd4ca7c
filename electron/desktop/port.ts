/** Hands one end of a message channel to our page, and the other to the app. The only message between them that has a name. */
import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain, WebContents } from 'electron'
import { portChannel } from './channels.ts'
import type { DesktopApp, DesktopLog } from './desktop-app.ts'
import { isOurMainFrame, toOrigin } from './sender.ts'

export interface PortOptions {
  ipc: Pick<IpcMain, 'on'>
  createChannel: () => MessageChannelMain
  /** The window's contents, when there is a window. */
  contents: () => WebContents | undefined
  origin: string
  app: Pick<DesktopApp, 'servePort'>
  /** The page has its port, so it listens. */
  onServed: () => void
  log: DesktopLog
}

/** Answers a page that asks for its port. One port lives at a time: a page that loads again gets a new one. */
export function offerPort({ ipc, createChannel, contents, origin, app, onServed, log }: PortOptions): void {
  let current: MessagePortMain | undefined
  ipc.on(portChannel, (event: IpcMainEvent) => {
    const frame = event.senderFrame
    if (!frame || !isOurMainFrame(frame, contents()?.mainFrame, origin)) {
      log.warn({ from: toOrigin(frame?.url) ?? 'unknown' }, 'a page that is not ours asked for a port and got none')
      return
    }
    current?.close()
    const { port1, port2 } = createChannel()
    current = port1
    app.servePort(port1)
    frame.postMessage(portChannel, null, [port2])
    onServed()
  })
}
