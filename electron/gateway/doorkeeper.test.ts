import { isContractProcedure } from '@orpc/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contract } from '#shared/contract/contract'
import { spans } from '#shared/time'
import { failureOf, type GatewayWorld, openGatewayWorld, operatorToken } from './gateway-world.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await openGatewayWorld()
  world.answer('jobs.list', () => ({ items: [], nextCursor: null }))
})
afterAll(() => world.close())

const port = () => new URL(world.url).port

test.each(['/v1/health', '/v1/jobs', '/session', '/', '/nothing'])('%s answers under its own names alone', async (path) => {
  for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
    expect((await world.send(path, { headers: { host: `${name}:${port()}` } })).status).not.toBe(421)
  }
  const own = `127.0.0.1:${port()}`
  const foreign = ['evil.example', `evil.example:${port()}`, `127.0.0.1.evil.example:${port()}`, `localhost.:${port()}`]
  const almost = [
    '127.0.0.1',
    '127.0.0.1:1',
    `0.0.0.0:${port()}`,
    `2130706433:${port()}`,
    `127.1:${port()}`,
    `${own}.`,
    `x@${own}`,
  ]
  for (const host of [...foreign, ...almost]) {
    const answer = await world.send(path, { headers: { host } })
    expect(`${host} ${answer.status} ${failureOf(answer).kind}`).toBe(`${host} 421 forbidden`)
  }
})

test('other pages are turned away from every route, whatever they carry', async () => {
  const foreign = ['null', 'http://evil.example', `https://127.0.0.1:${port()}`, `http://127.0.0.1:${port()}.evil.example`]
  const almost = [`http://127.0.0.1:${port()}/`, 'http://127.0.0.1', `HTTP://127.0.0.1:${port()}`, 'file://', '']
  for (const origin of [...foreign, ...almost]) {
    expect(`${origin} ${(await world.send('/v1/jobs', { headers: { origin } })).status}`).toBe(`${origin} 403`)
  }
  const crossSite = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
  expect((await world.send('/v1/jobs', { headers: crossSite })).status).toBe(403)
  expect((await world.send('/v1/jobs', { headers: { origin: world.url, 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  expect((await world.send('/v1/jobs')).status).toBe(200)
})

test('a link on another page may be followed to the screens', async () => {
  const { status } = await world.send('/', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })
  expect(status).toBe(503)
})

test.each(['OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'])('%s is no method here', async (method) => {
  for (const path of ['/', '/v1/jobs', '/session']) expect((await world.send(path, { method })).status).toBe(405)
})

test('every answer carries its guards, and none invites another page', async () => {
  const paths = ['/', '/v1/health', '/v1/jobs', '/v1/nothing', '/session', '/v1/metrics', '/v1/openapi.json']
  const answers = await Promise.all([
    ...paths.map((path) => world.send(path)),
    world.send('/v1/jobs', { method: 'OPTIONS', headers: { origin: 'http://evil.example' } }),
    world.send('/v1/jobs', { headers: { host: 'evil.example' } }),
  ])
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers['content-security-policy']).not.toContain('evil')
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

const routes = Object.values(contract).flatMap((area) =>
  Object.values(area).flatMap((procedure: unknown) => {
    if (!isContractProcedure(procedure)) return []
    const { method = 'POST', path = '' } = procedure['~orpc'].route
    return [{ method, path: `/v1${path.replace(/\{\w+\}/g, 'x')}` }]
  }),
)

test('without a token every route but health and the description answers 401, and no engine is asked', async () => {
  const before = world.asked.length
  const closed = routes.filter(({ path }) => path !== '/v1/health')
  expect(closed.length).toBeGreaterThan(40)
  for (const authorization of [undefined, 'Bearer', 'Bearer wrong', `Basic ${operatorToken}`, `Bearer ${operatorToken} more`]) {
    for (const { method, path } of [
      ...closed,
      { method: 'GET', path: '/v1/metrics' },
      { method: 'GET', path: '/v1/audit/export' },
    ]) {
      const answer = await world.send(path, { method, headers: { authorization } })
      expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} 401`)
      expect(failureOf(answer).kind).toBe('unauthorized')
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  }
  expect(world.asked.length).toBe(before)
})

test('health and the description are for everybody on this machine', async () => {
  const anonymous = { headers: { authorization: undefined, 'x-tenant-id': undefined } }
  expect((await world.send('/v1/health', anonymous)).status).toBe(200)
  expect((await world.send('/v1/openapi.json', anonymous)).status).toBe(200)
})

test('the log hears of refusals once a second, with their number, and never what was tried', async () => {
  world.clock.now += 2 * spans.second
  const before = world.logged.length
  for (let attempt = 0; attempt < 100; attempt += 1)
    await world.send('/v1/jobs', { headers: { authorization: 'Bearer guessed-secret' } })
  expect(world.logged.length).toBe(before + 1)
  world.clock.now += spans.second
  await world.send('/v1/jobs', { headers: { authorization: 'Bearer guessed-secret' } })
  expect(world.logged.slice(before).map(({ fields }) => fields)).toMatchObject([{ status: 401 }, { status: 401, count: 100 }])
  expect(JSON.stringify(world.logged)).not.toContain('guessed-secret')
})

test('a caller is slowed to ten a second in bursts, and told when to come back; another caller is not', async () => {
  const { secret } = await world.tokenFor('acme')
  const asScript = () => world.send('/v1/jobs', { headers: { authorization: `Bearer ${secret}` } })
  const statuses = await Promise.all(Array.from({ length: 130 }, async () => (await asScript()).status))
  expect(statuses.filter((status) => status === 200)).toHaveLength(120)
  const refused = await asScript()
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect(failureOf(refused)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 100 })
  expect((await world.send('/v1/jobs')).status).toBe(200)
  world.clock.now += 100
  expect((await asScript()).status).toBe(200)
  expect((await asScript()).status).toBe(429)
})

test.each([
  ['two hosts', (host: string) => `GET /v1/health HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}\r\n\r\n`],
  ['an empty host', () => 'GET /v1/health HTTP/1.1\r\nHost: \r\n\r\n'],
  ['no host', () => 'GET /v1/health HTTP/1.1\r\n\r\n'],
  ['no host in HTTP/1.0', () => 'GET /v1/health HTTP/1.0\r\n\r\n'],
  [
    'an absolute address',
    (host: string) => `GET http://${host}/v1/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  ],
  ['an authority', (host: string) => `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  [
    'a length and chunks',
    (host: string) =>
      `POST /v1/jobs HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    'two lengths',
    (host: string) => `POST /v1/jobs HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}`,
  ],
  [
    'a bad chunk',
    (host: string) =>
      `POST /session HTTP/1.1\r\nHost: ${host}\r\nX-Atlas: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  ],
  ['a folded header', (host: string) => `GET /v1/health HTTP/1.1\r\nHost: ${host}\r\nX-A: a\r\n b\r\n\r\n`],
  ['a bare line feed', (host: string) => `GET /v1/health HTTP/1.1\nHost: ${host}\n\n`],
  ['a space before the colon', (host: string) => `GET /v1/health HTTP/1.1\r\nHost : ${host}\r\n\r\n`],
  [
    'nine kilobytes of headers',
    (host: string) => `GET /v1/health HTTP/1.1\r\nHost: ${host}\r\nX-A: ${'a'.repeat(9_000)}\r\n\r\n`,
  ],
  ['no HTTP at all', () => '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'],
])('%s gets no good answer, and the connection is closed', async (_what, text) => {
  const answer = await world.sendBytes(text(world.host))
  expect(answer).not.toMatch(/HTTP\/1\.[01] [23]/)
})

test('too long headers are named as such', async () => {
  const answer = await world.sendBytes(`GET / HTTP/1.1\r\nHost: ${world.host}\r\nX-A: ${'a'.repeat(9_000)}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 431 /)
})

test('a client that offers another protocol is answered in this one', async () => {
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'
  const answer = await world.send('/v1/health', { headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' } })
  expect(answer.status).toBe(200)
  expect(await world.sendBytes(`GET /v1/jobs HTTP/1.0\r\nHost: ${world.host}\r\n${offer}\r\n`)).toMatch(/^HTTP\/1\.1 401 /)
})
