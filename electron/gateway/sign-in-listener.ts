/** The redirect address of a sign-in: a listener on this machine alone, for one flow, that reflects nothing of what it is sent. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError, failed } from '#shared/failure'
import type { RedirectListener } from '../engine/oauth/flow.ts'
import type { Listen } from '../engine/oauth/sign-ins.ts'

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  connection: 'close',
}

function page(title: string, text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`
}

const taken = page('Atlas UX has the answer', 'You can close this page. Atlas UX shows how the sign-in ended.')
const ignored = page('Nothing was changed', 'This address does not belong to a sign-in that is under way.')

/** Ports tried before giving up: the number has to be free on both loopback addresses. */
const mostTries = 5
/** Codes of a machine without IPv6: 127.0.0.1 alone will do there. */
const noIpv6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function listenOn(handle: RequestListener, host: string, port: number): Promise<Server> {
  const limits = { maxHeaderSize: 16_384, headersTimeout: 5_000, requestTimeout: 10_000 }
  return new Promise((resolve, reject) => {
    const server = createServer(limits, handle)
    server.maxConnections = 32
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}

/** Browsers may try ::1 first for the name localhost, so nobody else may hold the port there. */
async function listenOnBoth(handle: RequestListener, wanted = 0): Promise<{ servers: Server[]; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const four = await listenOn(handle, '127.0.0.1', wanted)
    const { port } = four.address() as AddressInfo
    try {
      return { servers: [four, await listenOn(handle, '::1', port)], port }
    } catch (error) {
      if (noIpv6.has(codeOf(error) ?? '')) return { servers: [four], port }
      four.close()
      if (wanted !== 0 || tries >= mostTries) throw error
    }
  }
}

/** The first of the registered ports that is free on both addresses. */
async function listenOnOneOf(handle: RequestListener, ports: readonly number[]): Promise<{ servers: Server[]; port: number }> {
  for (const port of ports) {
    try {
      return await listenOnBoth(handle, port)
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error
    }
  }
  throw failed(
    'unavailable',
    `Other programs hold the ports ${ports.join(', ')}, and the provider sends its answer to no other. Close what holds one of them, then start the sign-in again. Nothing was started.`,
    { code: 'ports_taken' },
  )
}

/** An answer under way is finished; a socket that a browser only opened in advance is cut off after this long. */
const graceMs = 500

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(cutOff)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** Opens the redirect address of one sign-in: on one of the ports that are registered at the provider, or on any free one. */
export const listenForSignIn: Listen = async (onRequest, ports) => {
  let port = 0

  function isOurs({ method, headers: sent, url }: IncomingMessage): boolean {
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
    return method === 'GET' && hosts.includes(sent.host ?? '') && url?.startsWith('/') === true
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const url = isOurs(request) ? `http://127.0.0.1:${port}${request.url}` : ''
    const result = URL.canParse(url) ? onRequest(new URL(url)) : 'ignored'
    response.writeHead(result === 'taken' ? 200 : 404, headers).end(result === 'taken' ? taken : ignored)
  }

  let servers: Server[]
  try {
    const opened = ports ? await listenOnOneOf(handle, ports) : await listenOnBoth(handle)
    servers = opened.servers
    port = opened.port
  } catch (error) {
    if (error instanceof AppError) throw error
    const why = codeOf(error) ?? 'unknown reason'
    throw failed(
      'unavailable',
      `No port of this machine could be opened for the answer of the sign-in (${why}). Nothing was started.`,
    )
  }
  const listener: RedirectListener = {
    redirectUri: (path, host = '127.0.0.1') => `http://${host}:${port}${path}`,
    close: async () => {
      await Promise.all(servers.map(close))
    },
  }
  return listener
}
