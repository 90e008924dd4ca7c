import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { Repeat } from '#shared/job'
import { createFetches } from './fetch.ts'
import { createWire } from './plain-wire.ts'

const endings: (() => unknown)[] = []

afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

/** The fetches of a call over a real wire to a server of this test; `viaFetch` counts what took the other way. */
async function open(listener: RequestListener, repeat: Repeat = 'safe') {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const wire = createWire()
  const stop = new AbortController()
  const seen = { viaFetch: 0 }
  const fetches = createFetches(
    {
      provider: { name: 'Nobody' },
      bases: [base],
      rawFetch: (request) => {
        seen.viaFetch += 1
        return fetch(request)
      },
      sendPlain: wire.send,
      signal: stop.signal,
      now: Date.now,
      redact: (text) => text,
      beforeEffect: async () => undefined,
    },
    repeat,
  )
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  endings.push(wire.close, close)
  return { ...fetches, base, server, stop, seen, close }
}

const echo: RequestListener = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { method, url, headers } = request
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }))
  })
}

test.each([
  ['text', { method: 'POST', body: 'grün' }],
  ['a form', { method: 'post', body: new URLSearchParams({ a: 'b c' }) }],
  ['bytes', { method: 'PUT', body: Buffer.from('raw'), headers: { 'content-type': 'image/png' } }],
  ['nothing', { headers: { 'x-own': 'yes' } }],
])('a request with %s leaves as fetch would send it', async (_what, init) => {
  const { ask, base, seen } = await open(echo)
  const answer = await ask(`${base}/a/b?c=d#e`, init)
  const bare = (await (await fetch(`${base}/a/b?c=d#e`, init)).json()) as { headers: Record<string, string> }
  const ours = (await answer.json()) as { headers: Record<string, string> }
  // Announced by fetch alone; an answer is asked for unpacked.
  const { 'accept-language': _language, 'sec-fetch-mode': _mode, 'accept-encoding': _packed, ...headers } = bare.headers
  expect(ours).toMatchObject({ ...bare, headers })
  expect(ours.headers['accept-encoding']).toBe('identity')
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(seen.viaFetch).toBe(0)
})

test('what only fetch can send goes by fetch', async () => {
  const { ask, base, seen } = await open(echo)
  const form = new FormData()
  form.set('file', new Blob(['bytes']), 'name.txt')
  const answer = (await (await ask(base, { method: 'POST', body: form })).json()) as { body: string }
  expect(answer.body).toContain('name.txt')
  expect(seen.viaFetch).toBe(1)
})

test('a redirect is not followed', async () => {
  const { ask, base } = await open((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end())
  await expect(ask(base)).rejects.toMatchObject({ failure: { kind: 'unexpected', code: '302' } })
})

test('an answer that comes packed although nobody asked for it is read', async () => {
  const { ask, base } = await open((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"ok":true}')),
  )
  expect(await (await ask(base)).json()).toEqual({ ok: true })
})

test('an answer larger than 10 MiB is not read', async () => {
  const { ask, base } = await open((_request, response) => response.end(Buffer.alloc(11 * 1_048_576)))
  await expect(ask(base)).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
})

test('nobody at the other end: nothing was sent, and the code says so', async () => {
  const { fetch: send, base, close, server } = await open(echo, 'unsafe')
  close()
  await once(server, 'close')
  await expect(send(base, { method: 'POST', body: '{}' })).rejects.toMatchObject({
    failure: { kind: 'unavailable', code: 'ECONNREFUSED' },
  })
})

test('a connection that breaks after the request left: nobody knows whether it went out', async () => {
  const { fetch: send, base } = await open((request) => request.socket.destroy(), 'unsafe')
  await expect(send(base, { method: 'POST', body: '{}' })).rejects.toMatchObject({ failure: { kind: 'unknown' } })
})

test('a stop ends a request that waits, and its connection', async () => {
  const { ask, base, stop, server } = await open(() => undefined)
  const ended = ask(base).catch((error: unknown) => error)
  const [request] = await once(server, 'request')
  const closed = once(request.socket, 'close')
  stop.abort()
  expect(await ended).toMatchObject({ failure: { kind: 'cancelled' } })
  await closed
})

test('the signal of a request ends it too', async () => {
  const { ask, base, server } = await open(() => undefined)
  const own = new AbortController()
  const ended = ask(base, { signal: own.signal }).catch((error: unknown) => error)
  await once(server, 'request')
  own.abort()
  expect(await ended).toMatchObject({ failure: { kind: 'unavailable' } })
})

test('a body that flows is handed on piece by piece, and one that is left closes its connection', async () => {
  const { stream, base, server } = await open((_request, response) => response.writeHead(200).write('first'))
  const asked = once(server, 'request')
  const { body } = await stream(base)
  const reader = body?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first')
  const [, response] = await asked
  response.write('second')
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('second')
  const closed = once(response, 'close')
  await reader?.cancel()
  await closed
})

test('a large body that flows arrives whole, also to a slow reader', async () => {
  const size = 3 * 1_048_576
  const { stream, base } = await open((_request, response) => response.end(Buffer.alloc(size, 'x')))
  let read = 0
  for await (const piece of (await stream(base)).body ?? []) {
    read += piece.byteLength
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(read).toBe(size)
})

test('a flow that breaks off is told as a failure', async () => {
  const { stream, base } = await open((_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('first')
    setImmediate(() => response.destroy())
  })
  const response = await stream(base)
  await expect(response.text()).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
})
