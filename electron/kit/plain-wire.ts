/** The wire of a process: plain requests by undici, whose connections stay open between them. Loaded when the first one leaves. */
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { Agent, Dispatcher } from 'undici'
import type { Calling, PlainAnswer, PlainRequest, SendPlain } from './wire.ts'

/** The wire of a process. */
export interface Wire {
  send: SendPlain
  /** Closes what is open. */
  close(): Promise<void>
}

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const
const flowing = { gzip: 'gzip', deflate: 'deflate' } as const

/** Bytes kept for somebody who has not begun to read. */
const mostKept = 65_536

/** Some header values are not ASCII; fetch tells them byte by byte, and the wire as the text they may be. */
function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, given] of Object.entries(raw)) {
    for (const value of Array.isArray(given) ? given : [given ?? '']) {
      const isText = Buffer.byteLength(value) !== value.length
      headers.append(name, isText ? Buffer.from(value).toString('latin1') : value)
    }
  }
  return headers
}

function sizeError(mostBytes: number): Error {
  return new Error(`answer larger than ${Math.floor(mostBytes / 1_048_576)} MiB`)
}

/** What is asked for is not packed; a server that packs nevertheless is understood. */
async function unpacked(bytes: Buffer, encoding: string | null, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const unpack = unpackers[encoding as keyof typeof unpackers]
  if (!unpack || bytes.length === 0) return new Uint8Array(bytes)
  return new Uint8Array(await unpack(bytes, { maxOutputLength: mostBytes }))
}

/** One request on its way: collects what comes, for a reader of the whole or of the flow. */
function createListening() {
  let controller: Dispatcher.DispatchController | undefined
  let headers = new Headers()
  let chunks: Buffer[] = []
  let kept = 0
  let ended = false
  let broken: { error: unknown } | undefined
  let reader: { data(): void; end(): void; fail(error: unknown): void } | undefined
  const head = Promise.withResolvers<PlainAnswer>()

  function fail(error: unknown): void {
    if (broken || ended) return
    broken = { error }
    head.reject(error)
    reader?.fail(error)
  }

  function abort(reason: unknown): void {
    fail(reason)
    controller?.abort(reason instanceof Error ? reason : new Error('The request was called off', { cause: reason }))
  }

  function whole(mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>()
    const finish = () => resolve(unpacked(Buffer.concat(chunks, kept), headers.get('content-encoding'), mostBytes))
    const data = () => {
      if (kept > mostBytes) abort(sizeError(mostBytes))
    }
    reader = { data, end: finish, fail: reject }
    data()
    if (broken) reject(broken.error)
    else if (ended) finish()
    else controller?.resume()
    return promise
  }

  function flow(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const plain = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(out) {
        const data = () => {
          for (const chunk of chunks) out.enqueue(new Uint8Array(chunk))
          chunks = []
          kept = 0
          if ((out.desiredSize ?? 0) <= 0) controller?.pause()
        }
        reader = { data, end: () => out.close(), fail: (error) => out.error(error) }
        data()
        if (broken) out.error(broken.error)
        else if (ended) out.close()
      },
      pull: () => controller?.resume(),
      cancel: (reason) => abort(reason),
    })
    const packed = flowing[headers.get('content-encoding') as keyof typeof flowing]
    return packed ? plain.pipeThrough(new DecompressionStream(packed)) : plain
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(given) {
      controller = given
      if (broken) given.abort(new Error('The request was called off'))
    },
    onResponseStart(_controller, status, raw, statusText = '') {
      // What comes before the answer itself, such as 103, is not the answer.
      if (status < 200) return
      headers = toHeaders(raw)
      head.resolve({ status, statusText, headers, whole, flow })
    },
    onResponseData(given, chunk) {
      chunks.push(chunk)
      kept += chunk.length
      if (reader) reader.data()
      else if (kept > mostKept) given.pause()
    },
    onResponseEnd() {
      if (broken) return
      ended = true
      reader?.end()
    },
    onResponseError: (_controller, error) => fail(error),
  }
  return { handler, answer: head.promise, abort, fail }
}

function optionsOf({ url, method, headers, body }: PlainRequest): Dispatcher.DispatchOptions {
  const sent: Record<string, string> = { accept: '*/*', 'user-agent': 'node', 'accept-encoding': 'identity' }
  for (const [name, value] of headers) sent[name] = value
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: method as Dispatcher.HttpMethod,
    headers: sent,
    body: body ?? null,
  }
}

/** Opens the wire of a process. Nothing is loaded and nothing connects before the first request. */
export function createWire(): Wire {
  let opening: Promise<Agent> | undefined
  let agent: Agent | undefined
  const open = async () => {
    const undici = await import('undici')
    agent = new undici.Agent()
    return agent
  }

  function send(request: PlainRequest): Calling {
    const { handler, answer, abort, fail } = createListening()
    const options = optionsOf(request)
    if (agent) agent.dispatch(options, handler)
    else {
      opening ??= open()
      opening.then((opened) => opened.dispatch(options, handler)).catch(fail)
    }
    return { answer, abort }
  }

  return {
    send,
    async close() {
      await (await opening)?.destroy()
    },
  }
}
