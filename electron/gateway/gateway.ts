/** HTTP on loopback: screens, REST, WebSocket, sessions. It judges who may ask and carries; it decides nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { failed, toFailure } from '#shared/failure'
import type { Access } from '../engine/access/access.ts'
import type { Engine } from '../engine/engine.ts'
import type { Router } from '../procedures/router.ts'
import { sendFailure, sendJson, setCommonHeaders } from './answers.ts'
import { callerOf, createRequestLimit, ownHosts, refusesDoor } from './doorkeeper.ts'
import { createOpenApi } from './openapi.ts'
import { createRest } from './rest.ts'
import { createScreens } from './screens.ts'
import { createSessionRoute } from './session.ts'
import { createSocketDoor } from './socket.ts'

export interface GatewayDeps {
  engine: Engine
  router: Router
  access: Access
  staticDir: string
  log: { error(fields: Record<string, unknown>, message: string): void }
  now(): number
  port: number
  version: string
}

export interface Gateway {
  start(): Promise<{ url: string; port: number }>
  stop(): Promise<void>
  /** A link that signs a browser in; the code stays in the fragment, which no server is sent. */
  signInUrl(code: string): string
}

const limits = { maxHeaderSize: 8_192, headersTimeout: 5_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 }
const mostConnections = 512

export function createGateway(deps: GatewayDeps): Gateway {
  const { engine, router, access, log } = deps
  let hosts: ReadonlySet<string> = new Set()
  let url = ''
  const onUnexpected = (error: unknown) => log.error({ error }, 'unexpected')
  const rest = createRest({ engine, router, onUnexpected })
  const openApi = createOpenApi(deps.version, () => url)
  const session = createSessionRoute(access)
  const screens = createScreens(deps.staticDir)
  const overLimit = createRequestLimit(deps.now)
  const sockets = createSocketDoor({ access, router, hosts: () => hosts })

  /** Health and the description hold nothing secret and are told to everybody on this machine. */
  async function openRoute(path: string, response: ServerResponse): Promise<boolean> {
    if (path === '/v1/health')
      sendJson(response, 200, await engine.installation.system.health(undefined, { kind: 'system', id: 'gateway' }))
    else if (path === '/v1/openapi.json') sendJson(response, 200, await openApi())
    else return false
    return true
  }

  async function api(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method === 'GET' && (await openRoute(path, response))) return
    const caller = callerOf(request, access)
    if (!caller) {
      sendFailure(
        response,
        failed('unauthorized', 'Say who asks: Authorization: Bearer with a token of Settings › Tokens, or ATLAS_TOKEN.').failure,
      )
      return
    }
    const refused = overLimit(caller)
    if (refused) return sendFailure(response, refused)
    if (path === '/v1/metrics' && request.method === 'GET') {
      if (caller.tenantId !== null) throw failed('forbidden', 'Metrics cover every tenant; only the operator may read them.')
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' })
      response.end(engine.metrics())
      return
    }
    await rest.handle(request, response, caller)
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/v1' || path.startsWith('/v1/')) return api(request, response, path)
    if (path === '/session') return session(request, response)
    screens(request, response)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setCommonHeaders(request, response)
    const refused = refusesDoor(request, hosts)
    if (refused) return sendFailure(response, refused.failure, refused.status)
    try {
      await route(request, response)
    } catch (error) {
      const failure = toFailure(error)
      if (failure.kind === 'unexpected') onUnexpected(error)
      if (response.headersSent) response.destroy()
      else sendFailure(response, failure)
    }
  }

  const server = createServer(limits, (request, response) => void answer(request, response))
  server.maxConnections = mostConnections
  server.on('upgrade', sockets.upgrade)
  server.on('clientError', (_error, socket) =>
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  )

  return {
    start() {
      return new Promise((resolve, reject) => {
        server.once('error', reject)
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
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
    signInUrl: (code) => `${url}/#code=${code}`,
  }
}
