/** The contract over WebSocket, for our own page and for local programs with a token. */
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Failure, failed } from '#shared/failure'
import type { Access, Authority } from '../engine/access/access.ts'
import { type CallContext, withTenantHeader } from '../procedures/context.ts'
import { toContractError } from '../procedures/errors.ts'
import type { Router } from '../procedures/router.ts'
import { callerOf, createSocketLimit, type RequestLimit, refusesDoor } from './doorkeeper.ts'

export interface SocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Closes the sockets of sessions and tokens that have ended. */
  closeEnded(): void
  close(): void
}

export interface SocketDeps {
  access: Access
  router: Router
  limit: RequestLimit
  now(): number
  hosts(): ReadonlySet<string>
  onRefused(status: number): void
}

interface SocketContext extends CallContext {
  /** Why this call is refused, asked anew each time: a token can be removed while its socket is open. */
  refuses(): Failure | undefined
}

/** Largest message taken, how much may wait for a slow reader, and how often a silent peer is asked whether it lives. */
const messageBytes = 6_500_000
const waitingBytes = 32_000_000
const pingMs = 30_000
/** Close code for "no longer signed in"; 4000 and above are an application's own. */
const signedOut = 4_401

const ended = failed('unauthorized', 'This session or token has ended. Sign in again.').failure

function turnAway(socket: Duplex, status: number): void {
  const challenge = status === 401 ? 'WWW-Authenticate: Bearer\r\n' : ''
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${challenge}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function refuseFirst<R>({ context, next }: { context: SocketContext; next(): Promise<R> }): Promise<R> {
  const failure = context.refuses()
  if (failure) throw toContractError(failure)
  return next()
}

export function createSocketDoor({ access, router, limit, now, hosts, onRefused }: SocketDeps): SocketDoor {
  const server = new WebSocketServer({ noServer: true, maxPayload: messageBytes })
  const handler = new RPCHandler<SocketContext>(router, { rootInterceptors: [withTenantHeader], interceptors: [refuseFirst] })
  const requests = new WeakMap<WebSocket, IncomingMessage>()
  const alive = new WeakSet<WebSocket>()

  /** Who comes, or the status they are turned away with. A browser always names its origin; who does not must bring a token. */
  function judge(request: IncomingMessage): Authority | number {
    const refused = refusesDoor(request, hosts())
    if (refused) return refused.status
    if (request.url?.split('?')[0] !== '/rpc') return 404
    const { origin, authorization } = request.headers
    if (origin === undefined && authorization === undefined) return 401
    const caller = callerOf(request, access)
    return caller?.hookOf === undefined ? (caller ?? 401) : 403
  }

  function contextOf(request: IncomingMessage, caller: Authority): SocketContext {
    const ownLimit = createSocketLimit(now)
    return {
      caller,
      tenantHeader: undefined,
      refuses() {
        if (!callerOf(request, access)) return ended
        // Our own page asks much at once and is its operator's; a tenant's script is held to what REST allows it.
        return caller.tenantId === null ? ownLimit() : limit(caller)
      },
    }
  }

  function closeEnded(): void {
    for (const peer of server.clients) {
      const request = requests.get(peer)
      if (!request || !callerOf(request, access)) peer.close(signedOut)
    }
  }

  const pulse = setInterval(() => {
    closeEnded()
    for (const peer of server.clients) {
      if (!alive.has(peer) || peer.bufferedAmount > waitingBytes) peer.terminate()
      alive.delete(peer)
      peer.ping()
    }
  }, pingMs).unref()

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      const caller = judge(request)
      if (typeof caller === 'number') {
        onRefused(caller)
        turnAway(socket, caller)
        return
      }
      server.handleUpgrade(request, socket, head, (peer) => {
        requests.set(peer, request)
        alive.add(peer)
        peer.on('pong', () => alive.add(peer))
        peer.on('error', () => peer.terminate())
        void handler.upgrade(peer, { context: contextOf(request, caller) })
      })
    },
    closeEnded,
    close() {
      clearInterval(pulse)
      for (const peer of server.clients) peer.terminate()
      server.close()
    },
  }
}
