/** HTTP on loopback: screens, REST, WebSocket, sessions. It judges who may ask and carries; it decides nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { failed, toFailure } from '#shared/failure'
import type { Access } from '../engine/access/access.ts'
import type { Engine } from '../engine/engine.ts'
import type { Router } from '../procedures/router.ts'
import { sendFailure, setCommonHeaders } from './answers.ts'
import { createRequestLimit, ownHosts, refusesDoor } from './doorkeeper.ts'
import { createOpenApi } from './openapi.ts'
import { createRefusalLog } from './refusal-log.ts'
import { createRest } from './rest.ts'
import { createScreens } from './screens.ts'
import { createSessionRoute } from './session.ts'
import { createSocketDoor } from './socket.ts'

export interface GatewayDeps {
  engine: Engine
  router: Router
  access: Access
  staticDir: string
  log: Record<'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>
  now(): number
  port: number
  version: string
}

export interface Gateway {
  start(): Promise<{ url: string; port: number }>
  /** Takes nothing new, lets answers that are under way end, closes the rest. */
  stop(): Promise<void>
  /** A link that signs a browser in; the code stays in the fragment, which no server is sent. */
  signInUrl(code: string): string
}

/** Sockets that say nothing are looked for each second; Node's own 30 seconds would let them gather. */
const patience = { headersTimeout: 5_000, requestTimeout: 30_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: 1_000 }
const headerBytes = 8_192
const mostConnections = 512
/** How long answers under way may take once the gateway stops. */
const endingMs = 1_000

/** Some clients offer HTTP/2 with every request; they are answered in HTTP/1.1 instead of being turned away. */
function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

const unreadable: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What is no HTTP gets one line and no second chance on this connection. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  const status = unreadable[error.code ?? ''] ?? '400 Bad Request'
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  else socket.destroy()
}

function toStartError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  return failed('conflict', `Port ${port} is taken by another program, or Atlas UX runs already. Choose another with --port.`)
}

export function createGateway({ engine, router, access, log, now, ...deps }: GatewayDeps): Gateway {
  let hosts: ReadonlySet<string> = new Set()
  let url = ''
  const onUnexpected = (error: unknown) => log.error({ error }, 'unexpected')
  const onRefused = createRefusalLog({ log, now })
  const limit = createRequestLimit(now)
  const describe = createOpenApi(deps.version, () => url)
  const rest = createRest({ engine, router, access, limit, describe, onRefused, onUnexpected })
  const sockets = createSocketDoor({ access, router, limit, now, hosts: () => hosts, onRefused })
  const session = createSessionRoute({ access, now, onSignedOut: sockets.closeEnded })
  const screens = createScreens(deps.staticDir)

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/v1' || path.startsWith('/v1/')) return rest(request, response, path)
    if (path === '/session') return session(request, response)
    screens(request, response)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setCommonHeaders(request, response, hosts)
    const refused = refusesDoor(request, hosts)
    if (refused) {
      onRefused(refused.status)
      // Whatever follows on this connection is not to be taken for a request of its own.
      response.setHeader('connection', 'close')
      return sendFailure(response, refused.failure, refused.status)
    }
    try {
      await route(request, response)
    } catch (error) {
      const failure = toFailure(error)
      if (failure.kind === 'unexpected') onUnexpected(error)
      if (response.headersSent) response.destroy()
      else sendFailure(response, failure)
    }
  }

  const options = { ...patience, maxHeaderSize: headerBytes, shouldUpgradeCallback: isWebSocket }
  const server = createServer(options, (request, response) => void answer(request, response))
  server.maxConnections = mostConnections
  server.on('upgrade', sockets.upgrade)
  server.on('clientError', refuseUnreadable)

  return {
    start() {
      return new Promise((resolve, reject) => {
        server.once('error', (error) => reject(toStartError(error, deps.port)))
        server.listen(deps.port, '127.0.0.1', () => {
          const { port } = server.address() as AddressInfo
          hosts = ownHosts(port)
          url = `http://127.0.0.1:${port}`
          resolve({ url, port })
        })
      })
    },
    stop() {
      sockets.close()
      const cut = setTimeout(() => server.closeAllConnections(), endingMs)
      return new Promise((resolve) =>
        server.close(() => {
          clearTimeout(cut)
          resolve()
        }),
      )
    },
    signInUrl: (code) => `${url}/#code=${code}`,
  }
}
