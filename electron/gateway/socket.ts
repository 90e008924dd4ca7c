/** The contract over WebSocket, for our own page and for local programs with a token. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Access } from '../engine/access/access.ts'
import { type CallContext, withTenantHeader } from '../procedures/context.ts'
import type { Router } from '../procedures/router.ts'
import { callerOf, isOwnOrigin, refusesDoor } from './doorkeeper.ts'

export interface SocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

/** Largest message taken, and how often a silent peer is asked whether it lives. */
const messageBytes = 6_500_000
const pingMs = 30_000

function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

export function createSocketDoor({
  access,
  router,
  hosts,
}: {
  access: Access
  router: Router
  hosts(): ReadonlySet<string>
}): SocketDoor {
  const server = new WebSocketServer({ noServer: true, maxPayload: messageBytes })
  const handler = new RPCHandler<CallContext>(router, { rootInterceptors: [withTenantHeader] })
  const alive = new WeakSet<WebSocket>()

  const pulse = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.has(socket)) socket.terminate()
      alive.delete(socket)
      socket.ping()
    }
  }, pingMs).unref()

  /** A browser always names its origin; who does not must bring a bearer token. */
  function mayCome(request: IncomingMessage) {
    if (refusesDoor(request, hosts()) || request.url?.split('?')[0] !== '/rpc') return undefined
    const { origin, authorization } = request.headers
    if (origin === undefined && authorization === undefined) return undefined
    if (origin !== undefined && !isOwnOrigin(origin, hosts())) return undefined
    return callerOf(request, access)
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      const caller = mayCome(request)
      if (!caller) {
        turnAway(socket, '401 Unauthorized')
        return
      }
      server.handleUpgrade(request, socket, head, (peer) => {
        alive.add(peer)
        peer.on('pong', () => alive.add(peer))
        peer.on('error', () => peer.terminate())
        void handler.upgrade(peer, { context: { caller, tenantHeader: undefined } })
      })
    },
    close() {
      clearInterval(pulse)
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}
