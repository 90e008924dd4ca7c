/** Screen, theme and session: as a plain desktop would have them. Session handlers are kept, so that Chromium's requests can be asked of them. */
import { EventEmitter } from 'node:events'

type BeforeRequest = (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void

const display = { workArea: { x: 0, y: 0, width: 1_920, height: 1_080 } }
export const screenDouble = { getAllDisplays: () => [display] }
export const nativeThemeDouble = { shouldUseDarkColors: false }

let beforeRequest: BeforeRequest | undefined

class SessionDouble extends EventEmitter {
  readonly webRequest = {
    onBeforeRequest(listener: BeforeRequest): void {
      beforeRequest = listener
    },
  }
  setPermissionRequestHandler(): void {
    // Chromium's own prompts cannot be answered from here; the product's handler is tested by itself.
  }
  setPermissionCheckHandler(): void {
    // As above.
  }
  setDevicePermissionHandler(): void {
    // As above.
  }
  setDisplayMediaRequestHandler(): void {
    // As above.
  }
}

export const sessionDouble = { defaultSession: new SessionDouble() }

/** Whether the product lets a request through. */
export function letsThrough(url: string): boolean {
  let cancelled = false
  beforeRequest?.({ url }, ({ cancel }) => {
    cancelled = cancel === true
  })
  return !cancelled
}
