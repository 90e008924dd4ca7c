import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '#shared/contract/contract'
import { operatorToken, type RunningApp, runApp } from './running-app.ts'

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

const order = { kind: 'EMAIL_SEND', input: { to: 'a@example.com', subject: 'Hello', text: 'Text' } }

/** A request with headers that fetch would not let through. */
function raw(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const { port } = new URL(running.url)
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, setHost: headers.host === undefined },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    request.on('error', reject)
    request.end()
  })
}

function rawBytes(text: string): Promise<string> {
  const { port } = new URL(running.url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

describe('the door', () => {
  test.each(['evil.example', '127.0.0.1.evil.example', '127.0.0.1', '127.0.0.1:1', '0.0.0.0', '2130706433'])(
    'Host %s is turned away',
    async (host) => {
      expect(await raw('/v1/health', { host })).toBe(421)
    },
  )

  test('another page is turned away, our own and none are let in', async () => {
    const host = new URL(running.url).host
    expect(await raw('/v1/health', { host, origin: 'http://evil.example' })).toBe(403)
    expect(await raw('/v1/health', { host, origin: 'null' })).toBe(403)
    expect(await raw('/v1/health', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).toBe(403)
    expect(await raw('/v1/health', { host, origin: running.url })).toBe(200)
    expect(await raw('/v1/health', { host })).toBe(200)
  })

  test('no answer invites other pages', async () => {
    const { headers } = await running.ask('GET', '/v1/health')
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each([
    ['two hosts', (host: string) => `GET /v1/health HTTP/1.1\r\nHost: ${host}\r\nHost: evil\r\nConnection: close\r\n\r\n`],
    ['an absolute address', (host: string) => `GET http://evil/v1/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`],
    [
      'two lengths',
      (host: string) =>
        `POST /v1/tenants HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['no HTTP at all', () => 'HELLO\r\n\r\n'],
  ])('%s get no answer of worth', async (_name, text) => {
    const answer = await rawBytes(text(new URL(running.url).host))
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/)
  })
})

describe('who may ask', () => {
  test.each(['/v1/tenants', '/v1/jobs', '/v1/audit', '/v1/connections', '/v1/tokens', '/v1/metrics', '/v1/audit/export'])(
    '%s tells strangers nothing',
    async (path) => {
      const response = await fetch(running.url + path)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await response.json()).toMatchObject({ error: { kind: 'unauthorized' } })
    },
  )

  test("a tenant's token reaches its own tenant, unnamed too, and no other", async () => {
    const { body: other } = (await running.ask('POST', '/v1/tenants', { body: { name: 'Other' } })) as { body: { id: string } }
    const { body: made } = (await running.ask('POST', '/v1/tokens', { body: { name: 'script', tenantId: other.id } })) as {
      body: { secret: string; token: { id: string } }
    }
    const as = (tenantId?: string) => ({ authorization: `Bearer ${made.secret}`, 'x-tenant-id': tenantId ?? other.id })
    expect((await running.ask('GET', '/v1/jobs', { headers: as() })).status).toBe(200)
    expect((await running.ask('GET', '/v1/jobs', { headers: as('demo') })).status).toBe(403)
    expect((await running.ask('GET', '/v1/audit/export', { headers: as('demo') })).status).toBe(403)
    expect((await running.ask('POST', '/v1/tenants', { headers: as(), body: { name: 'More' } })).status).toBe(403)
    const { body: seen } = (await running.ask('GET', '/v1/tenants', { headers: as() })) as { body: { items: { id: string }[] } }
    expect(seen.items.map(({ id }) => id)).toEqual([other.id])
    await running.ask('DELETE', `/v1/tokens/${made.token.id}`)
    expect((await running.ask('GET', '/v1/jobs', { headers: as() })).status).toBe(401)
  })

  test("another tenant's job cannot be read, cancelled or resolved by its id", async () => {
    const { body: tenant } = (await running.ask('POST', '/v1/tenants', { body: { name: 'Third' } })) as { body: { id: string } }
    const { body: job } = (await running.ask('POST', '/v1/jobs', { body: order })) as { body: { id: string } }
    const headers = { 'x-tenant-id': tenant.id }
    expect((await running.ask('GET', `/v1/jobs/${job.id}`, { headers })).status).toBe(404)
    expect((await running.ask('POST', `/v1/jobs/${job.id}/cancel`, { headers })).status).toBe(404)
    expect((await running.ask('POST', `/v1/jobs/${job.id}/resolve`, { headers, body: { outcome: 'sent' } })).status).toBe(404)
  })

  test('a link signs a browser in once, and a cookie alone changes nothing', async () => {
    const code = await running.app.access.issueSignInCode()
    const open = () =>
      fetch(`${running.url}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-atlas': '1' },
        body: JSON.stringify({ code }),
      })
    const opened = await open()
    const cookie = opened.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
    expect((await open()).status).toBe(401)
    const headers = { cookie: cookie.split(';')[0] ?? '', 'x-tenant-id': 'demo' }
    expect((await fetch(`${running.url}/v1/jobs`, { headers })).status).toBe(200)
    const change = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(order) }
    expect((await fetch(`${running.url}/v1/jobs`, change)).status).toBe(401)
    expect((await fetch(`${running.url}/v1/jobs`, { ...change, headers: { ...change.headers, 'x-atlas': '1' } })).status).toBe(
      201,
    )
  })
})

describe('answers', () => {
  test('the same key is the same job: 201, then 200', async () => {
    const first = await running.ask('POST', '/v1/jobs', { body: { ...order, key: 'same' } })
    const second = await running.ask('POST', '/v1/jobs', { body: { ...order, key: 'same' } })
    expect([first.status, second.status]).toEqual([201, 200])
    expect((second.body as { id: string }).id).toBe((first.body as { id: string }).id)
  })

  test.each([
    ['an unknown field', { ...order, surprise: 1 }, 'surprise'],
    ['an unknown field of the input', { ...order, input: { ...order.input, surprise: 1 } }, 'input.surprise'],
    ['a wrong type', { ...order, input: { ...order.input, subject: 7 } }, 'input.subject'],
    ['a missing field', { kind: 'TELEGRAM_SEND', input: {} }, 'input.text'],
    ['an unknown kind', { kind: 'NOTHING', input: {} }, 'kind'],
    ['an unknown agent', { ...order, agent: 'nobody' }, 'agent'],
    ['a time without zone', { ...order, runAt: '2026-01-01T00:00:00' }, 'runAt'],
  ])('%s is named, and nothing is stored', async (_name, body, field) => {
    const before = ((await running.ask('POST', '/v1/audit/verify')).body as { events: number }).events
    const { status, body: answer } = await running.ask('POST', '/v1/jobs', { body })
    expect(status).toBe(400)
    expect((answer as { error: { kind: string; fields: { path: string }[] } }).error.fields.map(({ path }) => path)).toContain(
      field,
    )
    expect(((await running.ask('POST', '/v1/audit/verify')).body as { events: number }).events).toBe(before)
  })

  test.each([
    ['no JSON', { body: '{"kind"', status: 400 }],
    ['a body that is no JSON type', { body: 'kind=EMAIL_SEND', headers: { 'content-type': 'text/plain' }, status: 415 }],
    [
      'a body of ten megabytes',
      { body: JSON.stringify({ kind: 'EMAIL_SEND', input: { text: 'x'.repeat(10_000_000) } }), status: 413 },
    ],
    ['no tenant', { body: order, headers: { 'x-tenant-id': '' }, status: 400 }],
    ['an unknown tenant', { body: order, headers: { 'x-tenant-id': 'nobody' }, status: 404 }],
  ])('%s is refused in the fixed shape', async (_name, { status, ...options }) => {
    const answer = await running.ask('POST', '/v1/jobs', options as never)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ error: { kind: expect.any(String), message: expect.any(String) } })
  })

  test('a route that does not exist says so', async () => {
    expect(await running.ask('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { error: { kind: 'not_found' } } })
  })

  test('numbers in a query are numbers, and wrong ones are named', async () => {
    expect((await running.ask('GET', '/v1/jobs?limit=1')).status).toBe(200)
    expect(await running.ask('GET', '/v1/jobs?limit=many')).toMatchObject({
      status: 400,
      body: { error: { fields: [{ path: 'limit' }] } },
    })
    expect(await running.ask('GET', '/v1/jobs?bogus=1')).toMatchObject({
      status: 400,
      body: { error: { fields: [{ path: 'bogus' }] } },
    })
  })

  test('the description names every fixed route', async () => {
    const { body } = (await running.ask('GET', '/v1/openapi.json')) as {
      body: { openapi: string; paths: Record<string, object> }
    }
    expect(body.openapi).toMatch(/^3\.1/)
    for (const path of [
      '/health',
      '/tenants',
      '/tenants/{tenantId}',
      '/providers',
      '/connections/{provider}/check',
      '/oauth/{provider}/start',
      '/jobs/{id}/resolve',
      '/jobs/bulk',
      '/audit/verify',
      '/telegram/save-chat',
      '/telegram/default-chat',
    ]) {
      expect(Object.keys(body.paths)).toContain(path)
    }
  })

  test('an export is the whole chain, one event a line, ended by its checkpoints', async () => {
    const response = await fetch(`${running.url}/v1/audit/export?format=jsonl`, {
      headers: { authorization: `Bearer ${operatorToken}`, 'x-tenant-id': 'demo' },
    })
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(response.headers.get('content-disposition')).toContain('audit-demo.jsonl')
    expect(
      lines
        .filter((line) => line.chain === 'demo')
        .map((line) => line.seq)
        .slice(0, 3),
    ).toEqual([1, 2, 3])
    expect(lines.at(-2)).toHaveProperty('checkpoint.signature')
    expect(lines.at(-1)).toHaveProperty('publicKey')
  })
})

describe('the socket', () => {
  function open(headers: Record<string, string>): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${running.url.replace('http', 'ws')}/rpc`, { headers })
      socket.once('open', () => resolve(socket))
      socket.once('error', reject)
    })
  }

  test('strangers and other pages cannot open it', async () => {
    await expect(open({})).rejects.toThrow('401')
    await expect(open({ authorization: 'Bearer wrong' })).rejects.toThrow('401')
    await expect(open({ authorization: `Bearer ${operatorToken}`, origin: 'http://evil.example' })).rejects.toThrow('403')
  })

  test('every call names its tenant; failures keep their kind and fields; news come and end', async () => {
    const websocket = await open({ authorization: `Bearer ${operatorToken}` })
    const link = new RPCLink<{ tenantId: string }>({
      websocket: websocket as never,
      headers: ({ context }) => ({ 'x-tenant-id': context.tenantId }),
    })
    const client = createORPCClient(link) as ContractRouterClient<Contract, { tenantId: string }>
    const context = { context: { tenantId: 'demo' } }
    expect((await client.jobs.list({ limit: 1 }, context)).items).toHaveLength(1)
    await expect(client.jobs.list({}, { context: { tenantId: 'nobody' } })).rejects.toMatchObject({ data: { kind: 'not_found' } })
    await expect(client.jobs.create({ kind: 'EMAIL_SEND', input: {} } as never, context)).rejects.toMatchObject({
      data: { kind: 'invalid' },
    })
    const news = await client.system.news(undefined, context)
    const first = news.next()
    await client.jobs.create(order as never, context)
    expect((await first).value).toMatchObject({ tenantId: 'demo' })
    await news.return?.(undefined)
    websocket.close()
  })
})
