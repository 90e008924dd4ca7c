/** webContents of a window: the real page in Chromium, the real preload in an isolated world beside it, and the way between. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CDPSession, Page } from '@playwright/test'
import type { HandlerDetails, WebContents } from 'electron'
import { openPage } from './chromium.ts'
import { ipcMainDouble } from './ipc.ts'
import type { MessagePortMainDouble } from './message-port.ts'
import { fromCarrier, toCarrier } from './page-server.ts'
import { decode, encode } from './wire.ts'

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]

type FromPage =
  | { type: 'hello' }
  | { type: 'message'; channel: string; args: string }
  | { type: 'port'; id: number; data: string }
  | { type: 'port-closed'; id: number }

const worldName = 'atlas-double-preload'
const bindingName = 'atlasDoubleTell'
const sandboxProcess = { platform: process.platform, versions: { chrome: 'of the system', electron: 'double' } }

/** A frame as ipc events name it. There is only the main one: preloads do not run in others. */
interface Frame {
  readonly url: string
  readonly parent: null
  postMessage(channel: string, message: unknown, transfer?: MessagePortMainDouble[]): void
}

export class WebContentsDouble extends EventEmitter {
  readonly ready: Promise<Page>
  readonly mainFrame: Frame
  #url = ''
  #page: Page | undefined
  #devTools: CDPSession | undefined
  #world: number | undefined
  #ports = new Map<number, { deliver(data: unknown): void; close(): void }>()
  #nextPort = 1
  #openHandler: OpenHandler = () => ({ action: 'deny' })

  constructor(preloadPath: string) {
    super()
    const current = () => fromCarrier(this.#page?.url() ?? '')
    this.mainFrame = {
      get url() {
        return current()
      },
      parent: null,
      postMessage: (channel, message, transfer) => this.#send(channel, [message], transfer),
    }
    this.ready = this.#prepare(preloadPath)
  }

  async load(url: string): Promise<void> {
    const page = await this.ready
    this.#url = url
    await page.goto(toCarrier(url), { waitUntil: 'domcontentloaded' })
  }

  getURL(): string {
    return this.mainFrame.url
  }

  send(channel: string, ...args: unknown[]): void {
    this.#send(channel, args)
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  async reload(): Promise<void> {
    await (await this.ready).reload()
  }

  async closePage(): Promise<void> {
    await (await this.ready).close()
  }

  async #prepare(preloadPath: string): Promise<Page> {
    const page = await openPage(
      (url) => this.#mayGo(url),
      (url) => this.#openHandler({ url } as HandlerDetails),
    )
    this.#page = page
    this.#devTools = await page.context().newCDPSession(page)
    this.#devTools.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === bindingName) this.#hear(JSON.parse(payload) as FromPage, executionContextId)
    })
    await this.#devTools.send('Runtime.enable')
    await this.#devTools.send('Page.enable')
    await this.#devTools.send('Runtime.addBinding', { name: bindingName, executionContextName: worldName })
    const preload = readFileSync(preloadPath, 'utf8')
    const handed = JSON.stringify({ binding: bindingName, process: sandboxProcess })
    const run = `atlasPreloadWorld({ ...${handed}, preload: (require, process, module, exports) => {\n${preload}\n} })`
    const isolated = `{\n${beside('preload-world.js')}\n${run}\n}`
    await this.#devTools.send('Page.addScriptToEvaluateOnNewDocument', { source: beside('main-world.js') })
    await this.#devTools.send('Page.addScriptToEvaluateOnNewDocument', { source: isolated, worldName })
    return page
  }

  /** Asks the product whether the page may leave; what the product itself loads is not asked about. */
  #mayGo(url: string): boolean {
    if (url === this.#url) return true
    let prevented = false
    this.emit('will-navigate', {
      url,
      preventDefault: () => {
        prevented = true
      },
    })
    return !prevented
  }

  #hear(message: FromPage, world: number): void {
    if (message.type === 'hello') {
      this.#world = world
      this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
      for (const port of this.#ports.values()) port.close()
      this.#ports.clear()
    }
    if (world !== this.#world) return
    if (message.type === 'message') {
      ipcMainDouble.emit(message.channel, { senderFrame: this.mainFrame, sender: this }, ...(decode(message.args) as unknown[]))
    }
    if (message.type === 'port') this.#ports.get(message.id)?.deliver(decode(message.data))
    if (message.type === 'port-closed') this.#ports.get(message.id)?.close()
  }

  #send(channel: string, args: unknown[], transfer: MessagePortMainDouble[] = []): void {
    const portIds = transfer.map((port) => this.#handOver(port))
    this.#tell({ type: 'message', channel, args: encode(args), portIds })
    for (const flush of this.#flushes.splice(0)) flush()
  }

  /** What was posted before the page has its port waits until it has. */
  readonly #flushes: (() => void)[] = []

  #handOver(port: MessagePortMainDouble): number {
    const id = this.#nextPort
    this.#nextPort += 1
    let early: unknown[] | undefined = []
    const post = (data: unknown) => this.#tell({ type: 'port', id, data: encode(data) })
    const near = port.handOver({
      deliver: (data) => (early ? early.push(data) : post(data)),
      close: () => this.#tell({ type: 'port-closed', id }),
    })
    this.#ports.set(id, near)
    this.#flushes.push(() => {
      for (const data of early ?? []) post(data)
      early = undefined
    })
    return id
  }

  #tell(message: object): void {
    if (this.#world === undefined) return
    this.#devTools
      ?.send('Runtime.evaluate', { contextId: this.#world, expression: `atlasReceive(${JSON.stringify(message)})` })
      // The page was loaded anew or closed meanwhile; Electron drops such a message too.
      .catch(() => undefined)
  }
}

function beside(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8')
}
