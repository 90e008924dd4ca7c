/** The two wires there are: a WebSocket when the page is served over HTTP, a message port in the desktop window. */
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { Wire } from './link.ts'

/** What every call carries beside its input. Without a tenant, the one on screen is meant. */
export interface CallContext extends Record<PropertyKey, unknown> {
  tenantId?: string
}

type Headers = (context: CallContext) => Record<string, string>

/** Whether the page lives in the desktop window. */
export const inDesktop = typeof window !== 'undefined' && window.desktop !== undefined

/** Opens a WebSocket after asking whether we are signed in: a refused upgrade would not say why. */
export async function openSocket(toHeaders: Headers): Promise<Wire<CallContext> | 'signed_out'> {
  const session = await fetch('/session', { headers: { accept: 'application/json' } })
  if (session.status === 401) return 'signed_out'
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const websocket = new WebSocket(`${scheme}://${location.host}/rpc`)
  const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve(), { once: true }))
  await new Promise<void>((resolve, reject) => {
    websocket.addEventListener('open', () => resolve(), { once: true })
    websocket.addEventListener('close', () => reject(new Error('the socket closed before it opened')), { once: true })
  })
  return { link: new SocketLink({ websocket, headers: ({ context }) => toHeaders(context) }), closed }
}

/** Asks preload for our end of the message channel. */
export async function openPort(toHeaders: Headers): Promise<Wire<CallContext>> {
  const port = await new Promise<MessagePort>((resolve) => {
    const take = ({ source, data, ports }: MessageEvent) => {
      const [first] = ports
      if (source !== window || data?.type !== 'atlas:port' || !first) return
      window.removeEventListener('message', take)
      resolve(first)
    }
    window.addEventListener('message', take)
    window.postMessage({ type: 'atlas:port-please' }, location.origin)
  })
  const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }))
  port.start()
  return { link: new PortLink({ port, headers: ({ context }) => toHeaders(context) }), closed }
}
