/** Who sent a message from a page: only the main frame of our own window, on our own origin, counts. */

/** The origin of an address, computed from its text, as custom schemes have none in Node; undefined for what has no host. */
export function toOrigin(url: string | undefined): string | undefined {
  return /^([a-z][a-z0-9+.-]*:\/\/[^/?#\\\s@]+)(?:[/?#]|$)/i.exec(url ?? '')?.[1]?.toLowerCase()
}

/** What is asked of a frame; a part of Electron's WebFrameMain. */
export interface SenderFrame {
  readonly url: string
  readonly parent: object | null
  readonly detached?: boolean
  isDestroyed?(): boolean
}

/** Whether a frame is the main frame of our page. Anything unknown, gone or nested is not. */
export function isOurMainFrame(frame: SenderFrame | null | undefined, mainFrame: object | undefined, origin: string): boolean {
  if (!frame || frame !== mainFrame || frame.isDestroyed?.() || frame.detached) return false
  return frame.parent === null && toOrigin(frame.url) === origin
}
