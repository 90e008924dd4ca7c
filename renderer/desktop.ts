/** Places that the desktop asks the page to show: a notification that was clicked, a tray item, a link. They only ever navigate. */
import { switchTenant } from './query.ts'
import { router } from './router.tsx'
import { inDesktop } from './wires.ts'

/** Listens to preload; does nothing in a browser. */
export function followDesktop(): void {
  if (!inDesktop) return
  window.addEventListener('message', ({ source, origin, data }: MessageEvent) => {
    if (source !== window || origin !== location.origin || data?.type !== 'atlas:navigate') return
    if (typeof data.path !== 'string' || !data.path.startsWith('/')) return
    if (typeof data.tenantId === 'string') switchTenant(data.tenantId)
    router.history.push(data.path)
  })
}
