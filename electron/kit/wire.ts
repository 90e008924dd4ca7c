/** Plain requests: those whose body lies whole in memory go out without the platform's fetch, at a fraction of its cost. */

/** A request with its body whole. */
export interface PlainRequest {
  url: URL
  method: string
  headers: Headers
  body: string | Uint8Array | undefined
}

/** An answer whose head is there; its body is taken once, by either way. */
export interface PlainAnswer {
  status: number
  statusText: string
  headers: Headers
  /** The body to its end; refuses what is larger than `mostBytes`. */
  whole(mostBytes: number): Promise<Uint8Array<ArrayBuffer>>
  /** The body as it comes. */
  flow(): ReadableStream<Uint8Array<ArrayBuffer>>
}

/** How a plain request is called off, until it is answered to the end. */
export interface Calling {
  answer: Promise<PlainAnswer>
  /** Ends it wherever it is; whoever waits is told the reason. */
  abort(reason: unknown): void
}

/** Sends one plain request. Redirects are not followed. Errors carry the codes of the network, like the causes of a failed fetch. */
export type SendPlain = (request: PlainRequest) => Calling

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
/** Headers that say how the bytes travel: whoever sets them is left to fetch, which knows what it forbids. */
const ofTheWire = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'transfer-encoding', 'upgrade']

/** A body that lies whole in memory, with the type that fetch would give it; undefined for any other. */
function bodyOf(body: RequestInit['body']): { body: PlainRequest['body']; type?: string } | undefined {
  if (body === undefined || body === null) return { body: undefined }
  if (typeof body === 'string') return { body, type: 'text/plain;charset=UTF-8' }
  if (body instanceof URLSearchParams) return { body: body.toString(), type: 'application/x-www-form-urlencoded;charset=UTF-8' }
  if (body instanceof Uint8Array) return { body: new Uint8Array(body) }
  return undefined
}

/**
 * The plain form of what fetch was asked; undefined where only fetch does it: forms, blobs, streams, odd methods and headers.
 *
 * Why   an address with a user in it is refused by fetch, and has to be refused still
 */
export function plainOf(input: string | URL | Request, init: RequestInit = {}): PlainRequest | undefined {
  if (input instanceof Request) return undefined
  const url = new URL(input)
  const method = (init.method ?? 'GET').toUpperCase()
  const given = bodyOf(init.body)
  if (!given || !methods.has(method) || url.username || url.password || !/^https?:$/.test(url.protocol)) return undefined
  if (given.body !== undefined && (method === 'GET' || method === 'HEAD')) return undefined
  const headers = new Headers(init.headers)
  if (ofTheWire.some((name) => headers.has(name)) || headers.has('accept-encoding')) return undefined
  if (given.type && !headers.has('content-type')) headers.set('content-type', given.type)
  return { url, method, headers, body: given.body }
}
