/** BrowserWindow: a page of Chromium with the states a window has. */
import { EventEmitter } from 'node:events'
import { appDouble } from './app.ts'
import { WebContentsDouble } from './web-contents.ts'
import { windows } from './windows.ts'

const bounds = { x: 0, y: 0, width: 1_280, height: 800 }

interface Options {
  webPreferences?: { preload?: string; sandbox?: boolean; contextIsolation?: boolean; nodeIntegration?: boolean }
}

export class BrowserWindowDouble extends EventEmitter {
  readonly webContents: WebContentsDouble
  #state = { visible: false, focused: false, minimized: false, maximized: false, destroyed: false }

  constructor({ webPreferences = {} }: Options) {
    super()
    const { preload, sandbox, contextIsolation, nodeIntegration } = webPreferences
    if (!preload || sandbox === false || contextIsolation === false || nodeIntegration) {
      throw new Error('the double runs only a sandboxed, isolated page with a preload')
    }
    this.webContents = new WebContentsDouble(preload)
    windows.add(this)
    appDouble.emit('web-contents-created', {}, this.webContents)
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }

  show(): void {
    Object.assign(this.#state, { visible: true, minimized: false })
    this.focus()
  }
  focus(): void {
    if (this.#state.focused) return
    this.#state.focused = true
    this.emit('focus')
  }
  /** The operator looks at something else. */
  blur(): void {
    this.#state.focused = false
    this.emit('blur')
  }
  hide(): void {
    this.#state.visible = false
    this.blur()
  }
  minimize(): void {
    this.#state.minimized = true
    this.blur()
  }
  restore(): void {
    this.#state.minimized = false
  }
  maximize(): void {
    this.#state.maximized = true
  }
  isVisible = () => this.#state.visible
  isFocused = () => this.#state.focused
  isMinimized = () => this.#state.minimized
  isMaximized = () => this.#state.maximized
  isDestroyed = () => this.#state.destroyed
  getNormalBounds = () => ({ ...bounds })

  /** Asks to close; says whether the window is gone. */
  close(): void {
    let prevented = false
    this.emit('close', {
      preventDefault: () => {
        prevented = true
      },
    })
    if (!prevented) this.destroy()
  }

  destroy(): void {
    if (this.#state.destroyed) return
    this.#state.destroyed = true
    windows.delete(this)
    // Chromium may be closing already, which closes the page too.
    this.webContents.closePage().catch(() => undefined)
    this.emit('closed')
    if (windows.size === 0) appDouble.emitAllClosed()
  }
}
