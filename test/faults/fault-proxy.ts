/** A proxy between a provider's client and its stand-in that breaks what it carries: one connection for each request, every byte in its hands. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Breakage, breakages } from './breakages.ts'

/** Which fault befalls the n-th request, from 1; undefined lets it through. */
export type Choose = (nth: number) => string | undefined

export interface FaultProxy {
  url: string
  /** From now on: counts begin anew. */
  choose(next: Choose): void
  /** Requests since the counts began. */
  requests(): number
  /** Connections still open on which the client asked something. */
  open(): number
  stop(): Promise<void>
}

const headEnd = Buffer.from('\r\n\r\n')

/** Whether a request has come whole: its head, and as much body as the head names. */
function isWhole(bytes: Buffer): boolean {
  const at = bytes.indexOf(headEnd)
  if (at < 0) return false
  const head = bytes.toString('latin1', 0, at)
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length !== undefined) return bytes.length >= at + 4 + Number(length)
  if (/^transfer-encoding: *chunked/im.test(head)) return bytes.subarray(-7).toString('latin1').endsWith('\r\n0\r\n\r\n')
  return true
}

/** Reads a request whole, telling when its first byte came; resolves with nothing when the client leaves first. */
function readRequest(client: Socket, onFirst: () => void): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    client.on('data', (chunk: Buffer) => {
      if (chunks.length === 0) onFirst()
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      if (isWhole(all)) resolve(all)
    })
    client.once('close', () => resolve(undefined))
  })
}

/** Both ends speak of the other's address in the same number of characters, or lengths would no longer hold. */
function renamed(bytes: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error(`${from} and ${to} must be of one length`)
  return bytes.includes(from) ? Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1') : bytes
}

/** One connection for each request: what is left open afterwards was forgotten by somebody. */
function closing(request: Buffer): Buffer {
  const at = request.indexOf(headEnd)
  const head = request
    .toString('latin1', 0, at)
    .replace(/\r\nconnection: [^\r\n]*/gi, '')
    .concat('\r\nConnection: close')
  return Buffer.concat([Buffer.from(head, 'latin1'), request.subarray(at)])
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let choose: Choose = () => undefined
  let count = 0
  const clients = new Set<Socket>()
  const busy = new Set<Socket>()
  let url = ''

  /** Lets the request have its effect and resolves with the whole answer, as bytes. */
  function forward(request: Buffer): Promise<Buffer> {
    const { hostname, port, host } = new URL(target)
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      const upstream = connect(Number(port), hostname, () => {
        upstream.write(closing(renamed(request, new URL(url).host, host)))
      })
      upstream.on('data', (chunk: Buffer) => chunks.push(chunk))
      upstream.once('error', reject)
      upstream.once('close', () => resolve(renamed(Buffer.concat(chunks), target, url)))
    })
  }

  const chosen = (nth: number): Breakage => breakages[choose(nth) ?? 'none'] ?? breakages.none

  function take(client: Socket): Breakage {
    count += 1
    busy.add(client)
    return chosen(count)
  }

  async function carry(client: Socket): Promise<void> {
    // A pool opens spare connections when one was cut; a fault waits for whoever asks something.
    let breakage = chosen(count + 1).unread ? take(client) : undefined
    if (breakage?.unread) return breakage.unread(client)
    const request = await readRequest(client, () => {
      breakage = take(client)
      breakage.unread?.(client)
    })
    if (request && !client.destroyed) await breakage?.answer?.({ client, forward: () => forward(request) })
  }

  const server = createServer((client) => {
    clients.add(client)
    client.setNoDelay(true)
    client.on('error', () => client.destroy())
    client.once('close', () => {
      clients.delete(client)
      busy.delete(client)
    })
    carry(client).catch(() => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    choose(next) {
      choose = next
      count = 0
    },
    requests: () => count,
    open: () => busy.size,
    stop() {
      for (const client of clients) client.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
