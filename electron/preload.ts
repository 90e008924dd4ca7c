/** Runs beside the page, sandboxed: hands over the message port and places to go. Exposes plain facts, no function. */
import { contextBridge, ipcRenderer } from 'electron'
import { navigateChannel, portChannel } from './desktop/channels.ts'

/** The few parts of the page that are used here; the rest of the DOM stays out of the main process's types. */
declare const window: {
  addEventListener(type: 'message', listener: (event: { source: unknown; origin: string; data: unknown }) => void): void
  postMessage(message: unknown, origin: string, transfer?: readonly unknown[]): void
}
declare const location: { origin: string }

const { chrome, electron } = process.versions

// A bridge function that answers with a promise can be turned into a way out of the isolated world; so there is none.
contextBridge.exposeInMainWorld(
  'desktop',
  Object.freeze({ platform: process.platform, versions: Object.freeze({ chrome, electron }) }),
)

window.addEventListener('message', ({ source, origin, data }) => {
  if (source !== window || origin !== location.origin) return
  if (isPortRequest(data)) ipcRenderer.send(portChannel)
})

ipcRenderer.on(portChannel, ({ ports }) => {
  window.postMessage({ type: portChannel }, location.origin, ports)
})

ipcRenderer.on(navigateChannel, (_event, target: { path: string; tenantId?: string }) => {
  window.postMessage({ ...target, type: navigateChannel }, location.origin)
})

function isPortRequest(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'atlas:port-please'
}
