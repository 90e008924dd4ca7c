import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { download, isInside } from './download.ts'

let server: Server
let base = ''
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/loop') return response.writeHead(302, { location: '/loop' }).end()
    if (request.url === '/there') return response.writeHead(302, { location: '/file' }).end()
    if (request.url === '/inside') return response.writeHead(302, { location: 'https://127.0.0.1:9/secret' }).end()
    if (request.url === '/gone') return response.writeHead(404).end()
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      return setImmediate(() => response.destroy())
    }
    response.writeHead(200, { 'content-type': 'text/plain' }).end('Hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

async function read(url: string, { mostBytes = 1_000, anyHost = true } = {}): Promise<string> {
  const { bytes } = await download(url, { signal: AbortSignal.timeout(5_000), mostBytes, anyHost })
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

test('it is read, over a redirect too', async () => {
  expect(await read(`${base}/file`)).toBe('Hello')
  expect(await read(`${base}/there`)).toBe('Hello')
})

test.each([
  ['/loop', 'rejected'],
  ['/inside', 'invalid'],
  ['/gone', 'not_found'],
  ['/cut', 'unavailable'],
])('%s is %s', async (path, kind) => {
  await expect(read(base + path)).rejects.toMatchObject({ failure: { kind } })
})

test('what is larger than there is room for is refused', async () => {
  await expect(read(`${base}/file`, { mostBytes: 3 })).rejects.toMatchObject({ failure: { kind: 'rejected' } })
})

test.each([
  'http://example.com/a.png',
  'https://127.0.0.1/a.png',
  'https://localhost/a.png',
  'https://[::1]/a.png',
  'https://10.0.0.1/a.png',
  'https://169.254.169.254/latest/meta-data',
  'https://[fd00::1]/a.png',
  'https://0x7f.1/a.png',
])('%s is not looked at', async (url) => {
  await expect(read(url, { anyHost: false })).rejects.toMatchObject({ failure: { kind: 'invalid' } })
})

test.each([
  ['::ffff:192.168.0.1', true],
  ['::ffff:c0a8:1', true],
  ['100.64.0.1', true],
  ['93.184.215.14', false],
  ['2606:2800:21f:cb07::1', false],
])('%s is inside: %s', (address, inside) => {
  expect(isInside(address)).toBe(inside)
})
