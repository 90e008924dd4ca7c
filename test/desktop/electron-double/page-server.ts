/** `protocol`: Chromium cannot be given a custom scheme from outside, so `app://atlas` is carried by a server on loopback. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Handler = (request: Request) => Response | Promise<Response>

const handlers = new Map<string, Handler>()
const privileged = new Set<string>()
const origins = { app: 'app://atlas', carrier: '' }

export const protocolDouble = {
  registerSchemesAsPrivileged(schemes: { scheme: string }[]): void {
    for (const { scheme } of schemes) privileged.add(scheme)
  },
  handle(scheme: string, handler: Handler): void {
    if (!privileged.has(scheme)) throw new Error(`${scheme} was not registered as privileged before the app was ready`)
    handlers.set(scheme, handler)
  },
}

/** Starts the carrier. Requests reach the product's own handler as `app://` requests, and its headers go out unchanged. */
export async function startPageServer(): Promise<void> {
  const server = createServer(async (request, response) => {
    const handler = handlers.get('app')
    const answer = await handler?.({ method: request.method, url: `${origins.app}${request.url}` } as Request)
    if (!answer) return response.writeHead(503).end()
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  origins.carrier = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An address as Chromium can load it. */
export function toCarrier(url: string): string {
  return url.startsWith(origins.app) ? origins.carrier + url.slice(origins.app.length) : url
}

/** An address as the product knows it. */
export function fromCarrier(url: string): string {
  return origins.carrier === '' ? url : url.replace(origins.carrier, origins.app)
}
