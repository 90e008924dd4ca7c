/** `app`: the life of the process, in Electron's order of events. */
import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChromium, stopChromium } from './chromium.ts'
import { lockInstance } from './instance-lock.ts'
import { windows } from './windows.ts'

const root = process.cwd()
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { productName: string; version: string }

class AppDouble extends EventEmitter {
  readonly isPackaged = false
  #paths = new Map<string, string>()
  #ready: Promise<void> | undefined
  #sandboxed = false
  #quitting = false
  #exiting = false

  getName = () => manifest.productName
  getVersion = () => manifest.version
  getAppPath = () => root
  getPath(name: string): string {
    const known = this.#paths.get(name) ?? mkdtempSync(join(tmpdir(), `atlas-${name}-`))
    this.#paths.set(name, known)
    return known
  }
  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }
  enableSandbox(): void {
    if (this.#ready) throw new Error('enableSandbox must be called before the app is ready')
    this.#sandboxed = true
  }
  badge = 0
  setBadgeCount(count = 0): boolean {
    this.badge = count
    return true
  }
  requestSingleInstanceLock(): boolean {
    return lockInstance(this.getPath('userData'), (argv) => this.emit('second-instance', {}, argv, root))
  }

  whenReady(): Promise<void> {
    if (!this.#sandboxed) throw new Error('the app became ready without its sandbox')
    this.#ready ??= startChromium(join(this.getPath('userData'), 'chromium')).then(() => {
      this.emit('ready')
    })
    return this.#ready
  }

  quit(): void {
    if (this.#quitting) return
    if (!this.#emitCancellable('before-quit')) return
    this.#quitting = true
    for (const window of [...windows]) window.close()
    if (windows.size > 0) this.#quitting = false
    else if (this.#emitCancellable('will-quit')) this.exit(0)
  }

  exit(code = 0): void {
    if (this.#exiting) return
    this.#exiting = true
    this.emit('quit', {}, code)
    const end = () => process.exit(code)
    stopChromium().then(end, end)
  }

  /** The last window is gone; without a listener that ends the app. */
  emitAllClosed(): void {
    if (!this.emit('window-all-closed') && !this.#quitting) this.quit()
  }

  #emitCancellable(name: string): boolean {
    let prevented = false
    this.emit(name, {
      preventDefault: () => {
        prevented = true
      },
    })
    return !prevented
  }
}

export const appDouble = new AppDouble()

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => appDouble.quit())
