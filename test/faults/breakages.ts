/** What a network, and whoever stands in it, can do to one request: each way of it as bytes on a connection. */
import type { Socket } from 'node:net'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

/** How a request must be told to have ended. `lost` is doubtful, `garbled` an answer that is none, `fine` no fault at all. */
export type Ending = 'fine' | 'lost' | 'garbled' | 'throttled' | 'unauthorized' | 'redirected'

interface Carried {
  client: Socket
  /** Lets the request have its effect and resolves with the whole answer. */
  forward(): Promise<Buffer>
}

export interface Breakage {
  ends: Ending
  /** Nothing comes and nothing ends: only a deadline helps. */
  hangs?: true
  /** Takes the connection before a byte of the request is read. */
  unread?(client: Socket): void
  answer?(carried: Carried): Promise<void> | void
}

const portal = '<!doctype html><html><head><title>Sign in to the network</title></head><body><form>Room</form></body></html>'
/** 60 MB of nothing in 60 kB. */
const bomb = gzipSync(Buffer.alloc(60_000_000, 32))

/** Every form in which somebody says when to come back, sensible and not. */
export const retryAfters: readonly string[] = [
  'Retry-After: 1',
  'Retry-After: 0',
  'Retry-After: 1.5',
  'Retry-After: -5',
  'Retry-After: 999999999999',
  'Retry-After: soon',
  'Retry-After:',
  'Retry-After: Wed, 21 Oct 2099 07:28:00 GMT',
  'Retry-After: Wed, 21 Oct 2015 07:28:00 GMT',
  'Retry-After: 1e3',
  'Retry-After: 2\r\nRetry-After: 30',
  'X-RateLimit-Reset: 4102444800',
]
let nextRetryAfter = 0

function written(status: string, body: string | Buffer, headers: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body)
  const head = [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${bytes.length}`, 'Connection: close', '', '']
  return Buffer.concat([Buffer.from(head.join('\r\n')), bytes])
}

const json = 'Content-Type: application/json'

function answering(ends: Ending, make: () => Buffer, after = false): Breakage {
  return {
    ends,
    async answer({ client, forward }) {
      if (after) await forward()
      client.end(make())
    },
  }
}

/** Refuses with a status that asks to come back, in the next of the forms. */
function throttling(status: string): Breakage {
  return answering('throttled', () => {
    const header = retryAfters[nextRetryAfter % retryAfters.length] ?? ''
    nextRetryAfter += 1
    return written(status, 'Wait', [header])
  })
}

const halfOf = (bytes: Buffer) => bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 2)))
const headOf = (bytes: Buffer) => bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4)
/** The head and half of the body; an answer without a body loses the end of its head. */
function withHalfBody(bytes: Buffer): Buffer {
  const head = headOf(bytes)
  const body = bytes.subarray(head.length)
  return body.length < 2 ? bytes.subarray(0, head.length - 3) : Buffer.concat([head, halfOf(body)])
}

async function pour(client: Socket, head: string): Promise<void> {
  client.write(head)
  const piece = Buffer.from(`"${'x'.repeat(65_000)}",`)
  while (!client.destroyed) {
    if (client.write(piece)) await turn()
    else await new Promise<void>((resolve) => client.once('drain', resolve).once('close', resolve))
  }
}

const hung = () => undefined

const some = {
  none: { ends: 'fine', answer: async ({ client, forward }) => void client.end(await forward()) },
  latency: {
    ends: 'fine',
    async answer({ client, forward }) {
      await wait(60)
      client.end(await forward())
    },
  },
  jitter: {
    ends: 'fine',
    async answer({ client, forward }) {
      const bytes = await forward()
      for (let at = 0; at < bytes.length; at += 97) {
        client.write(bytes.subarray(at, at + 97))
        await wait(at % 3)
        if (at > 2_000) {
          client.write(bytes.subarray(at + 97))
          break
        }
      }
      client.end()
    },
  },
  'single bytes': {
    ends: 'fine',
    async answer({ client, forward }) {
      const bytes = await forward()
      for (let at = 0; at < Math.min(bytes.length, 600); at += 1) {
        client.write(bytes.subarray(at, at + 1))
        await turn()
      }
      client.end(bytes.subarray(Math.min(bytes.length, 600)))
    },
  },
  'a hint before the answer': {
    ends: 'fine',
    answer: async ({ client, forward }) =>
      void client.end(Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), await forward()])),
  },
  'more than was promised': {
    ends: 'fine',
    answer: async ({ client, forward }) =>
      void client.end(Buffer.concat([await forward(), Buffer.from('HTTP/1.1 200 OK\r\n\r\n')])),
  },
  'reset on connecting': { ends: 'lost', unread: (client) => void client.resetAndDestroy() },
  'closed on connecting': { ends: 'lost', unread: (client) => void client.resume().end() },
  'reset before anything happens': { ends: 'lost', answer: ({ client }) => void client.resetAndDestroy() },
  'closed without an answer': { ends: 'lost', answer: ({ client }) => void client.end() },
  'reset after the effect': {
    ends: 'lost',
    async answer({ client, forward }) {
      await forward()
      client.resetAndDestroy()
    },
  },
  'half a head': { ends: 'lost', answer: async ({ client, forward }) => void client.end(halfOf(headOf(await forward()))) },
  'half a body': { ends: 'lost', answer: async ({ client, forward }) => void client.end(withHalfBody(await forward())) },
  'half a body, then a reset': {
    ends: 'lost',
    async answer({ client, forward }) {
      client.write(withHalfBody(await forward()))
      await wait(5)
      client.resetAndDestroy()
    },
  },
  'no HTTP': answering('lost', () => Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')),
  'headers without end': {
    ends: 'lost',
    async answer({ client }) {
      client.write('HTTP/1.1 200 OK\r\n')
      for (let at = 0; at < 4_000 && !client.destroyed; at += 1) client.write(`X-Header-${at}: ${'y'.repeat(100)}\r\n`)
    },
  },
  'a body without end': {
    ends: 'lost',
    answer: ({ client }) => pour(client, `HTTP/1.1 200 OK\r\n${json}\r\nConnection: close\r\n\r\n[`),
  },
  'a body of 60 MB in 60 kB': answering('lost', () => written('200 OK', bomb, [json, 'Content-Encoding: gzip'])),
  'gzip that is none': answering('lost', () => written('200 OK', 'not gzip', [json, 'Content-Encoding: gzip'])),
  'out of order (502)': answering('lost', () => written('502 Bad Gateway', '<h1>Bad Gateway</h1>', ['Content-Type: text/html'])),
  'a failure after the effect (500)': answering('lost', () => written('500 Internal Server Error', '{}', [json]), true),
  'a timeout of a gateway after the effect (504)': answering('lost', () => written('504 Gateway Timeout', ''), true),
  'out of service (503)': answering('lost', () => written('503 Service Unavailable', '')),
  'another page (captive portal)': answering('garbled', () => written('200 OK', portal, ['Content-Type: text/html'])),
  'broken JSON after the effect': answering('garbled', () => written('200 OK', '{"ok":true,"result":{"id', [json]), true),
  'an empty answer after the effect': answering('garbled', () => written('200 OK', '', [json]), true),
  'JSON of somebody else': answering('garbled', () => written('200 OK', '[[null]]', [json])),
  'too many requests (429)': throttling('429 Too Many Requests'),
  'overloaded (503 with a time)': answering('throttled', () => written('503 Service Unavailable', 'Wait', ['Retry-After: 3'])),
  'a credential refused (401)': answering('unauthorized', () => written('401 Unauthorized', '{}', [json])),
  'sent elsewhere (302)': answering('redirected', () => written('302 Found', '', ['Location: http://127.0.0.1:9/elsewhere'])),
  'sent round in a circle (307)': answering('redirected', () => written('307 Temporary Redirect', '', ['Location: ?again'])),
  'a black hole': { ends: 'lost', hangs: true, unread: (client) => void client.resume() },
  'no answer': { ends: 'lost', hangs: true, answer: hung },
  'no answer after the effect': { ends: 'lost', hangs: true, answer: async ({ forward }) => void (await forward()) },
  'a head that stops': {
    ends: 'lost',
    hangs: true,
    answer: async ({ client, forward }) => void client.write(halfOf(headOf(await forward()))),
  },
  'a body that stops': {
    ends: 'lost',
    hangs: true,
    answer: async ({ client, forward }) => void client.write(withHalfBody(await forward())),
  },
} as const satisfies Record<string, Breakage>

/** Every fault by its name; `none` is the way through. */
export const breakages: Readonly<Record<string, Breakage>> & { none: Breakage } = some
