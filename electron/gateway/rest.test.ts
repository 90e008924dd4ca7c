import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FailureKind, failed, failureKinds } from '#shared/failure'
import { failureOf, type GatewayWorld, openGatewayWorld, operatorToken } from './gateway-world.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await openGatewayWorld()
})
afterAll(() => world.close())

const order = { kind: 'EMAIL_SEND', input: { to: 'a@example.com', subject: 'Hello', text: 'Text' } }
const at = '2026-01-01T00:00:00.000Z'
const job = {
  id: 'j1',
  kind: 'EMAIL_SEND',
  state: 'queued',
  subject: 'E-mail',
  attempts: 0,
  maxAttempts: 5,
  priority: 0,
  runAt: at,
  dueAt: at,
  createdAt: at,
}

describe('failures', () => {
  test.each(Object.keys(failureKinds) as FailureKind[])('%s has its status and the fixed shape', async (kind) => {
    world.answer('jobs.list', () => {
      throw failed(kind, 'What happened.', {
        action: { label: 'Open' },
        retryAfterMs: 1_500,
        fields: [{ path: 'a', message: 'b' }],
      })
    })
    const answer = await world.send('/v1/jobs')
    expect(answer.status).toBe(failureKinds[kind].status)
    expect(JSON.parse(answer.text)).toEqual({
      error: {
        kind,
        message: 'What happened.',
        action: { label: 'Open' },
        retryAfterMs: 1_500,
        fields: [{ path: 'a', message: 'b' }],
      },
    })
    expect(answer.headers['retry-after']).toBe('2')
  })

  test('a bug tells nothing of itself, and the log hears of it', async () => {
    const before = world.unexpected.length
    world.answer('jobs.list', () => {
      throw new TypeError('x is not a function at /secret/path.ts')
    })
    const answer = await world.send('/v1/jobs')
    expect(answer.status).toBe(500)
    expect(failureOf(answer).kind).toBe('unexpected')
    expect(answer.text).not.toMatch(/secret|TypeError/)
    expect(world.unexpected.length).toBe(before + 1)
  })

  test.each([
    ['no JSON', '{"kind"', {}, 400],
    ['a form', 'kind=EMAIL_SEND', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', JSON.stringify(order), { 'content-type': 'text/plain' }, 415],
    ['a type that only begins like JSON', JSON.stringify(order), { 'content-type': 'application/jsonp' }, 415],
    ['no type', JSON.stringify(order), { 'content-type': undefined }, 415],
    ['chunks', JSON.stringify(order), { 'content-length': undefined, 'transfer-encoding': 'chunked' }, 411],
    ['null', 'null', {}, 400],
    ['a list', '[]', {}, 400],
    ['half a character', '{"kind":"TELEGRAM_SEND","input":{"text":"\\ud800"}}', {}, 400],
  ])('a body that is %s is refused in the fixed shape', async (_what, body, headers, status) => {
    const answer = await world.send('/v1/jobs', { method: 'POST', body, headers })
    expect(answer.status).toBe(status)
    expect(failureOf(answer)).toMatchObject({ kind: 'invalid', message: expect.any(String) })
  })

  test('bodies are capped: six megabytes for an order, one elsewhere, refused by their length alone', async () => {
    const declared = (path: string, size: number) =>
      world.sendBytes(
        `POST ${path} HTTP/1.1\r\nHost: ${world.host}\r\nAuthorization: Bearer ${operatorToken}\r\nX-Tenant-Id: acme\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`,
      )
    expect(await declared('/v1/jobs', 6_500_001)).toMatch(/^HTTP\/1\.1 413 /)
    expect(await declared('/v1/jobs/bulk', 1_000_001)).toMatch(/^HTTP\/1\.1 413 /)
    world.answer('jobs.create', () => ({ status: 201, body: job }))
    const large = { ...order, input: { ...order.input, text: 'x'.repeat(6_000_000) } }
    expect((await world.send('/v1/jobs', { method: 'POST', body: JSON.stringify(large) })).status).toBe(201)
  })

  test('unknown fields are named, in body and query alike', async () => {
    const body = JSON.stringify({ ...order, surprise: 1 })
    expect(failureOf(await world.send('/v1/jobs', { method: 'POST', body })).fields).toMatchObject([{ path: 'surprise' }])
    expect(failureOf(await world.send('/v1/jobs?bogus=1')).fields).toMatchObject([{ path: 'bogus' }])
    expect(failureOf(await world.send('/v1/jobs?__proto__=1')).kind).toBe('invalid')
  })

  test.each([
    ['DELETE', '/v1/jobs', 'GET, POST'],
    ['PUT', '/v1/jobs/j1', 'GET'],
    ['GET', '/v1/jobs/j1/cancel', 'POST'],
    ['POST', '/v1/audit/export', 'GET'],
    ['POST', '/v1/metrics', 'GET'],
    ['POST', '/v1/health', 'GET'],
    ['HEAD', '/v1/jobs', 'GET, POST'],
  ])('%s %s is told which methods there are', async (method, path, allow) => {
    const answer = await world.send(path, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow?.split(', ').sort().join(', ')).toBe(allow)
  })

  test.each([
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/jobs/j1/nothing',
    '/v1//jobs',
    '/v1/../v1/nothing',
    '/v1/%00',
    '/v1/jobs/%E0%A4%A/x',
  ])('there is nothing at %s', async (path) => {
    const answer = await world.send(path)
    expect(answer.status).toBe(404)
    expect(failureOf(answer).kind).toBe('not_found')
  })
})

describe('calls', () => {
  test('query strings become numbers and booleans where the contract wants them', async () => {
    world.answer('jobs.list', () => ({ items: [], nextCursor: null }))
    expect((await world.send('/v1/jobs?limit=5&state=failed&text=12')).status).toBe(200)
    expect(world.asked.at(-1)?.input).toEqual({ limit: 5, state: 'failed', text: '12' })
    expect(failureOf(await world.send('/v1/jobs?limit=many')).fields).toMatchObject([{ path: 'limit' }])
    expect(failureOf(await world.send('/v1/jobs?limit=1.5')).fields).toMatchObject([{ path: 'limit' }])
  })

  test('a new job is 201, the same one 200, and the body is the job itself', async () => {
    for (const status of [201, 200]) {
      world.answer('jobs.create', () => ({ status, body: job }))
      const answer = await world.send('/v1/jobs', { method: 'POST', body: JSON.stringify(order) })
      expect(answer.status).toBe(status)
      expect(JSON.parse(answer.text)).toEqual(job)
    }
    expect(world.asked.at(-1)).toMatchObject({ tenantId: 'acme', input: order, actor: { kind: 'operator' } })
  })

  test('a token speaks for its tenant unnamed, for no other, and every attempt is on record', async () => {
    world.answer('jobs.list', () => ({ items: [], nextCursor: null }))
    const { id, secret } = await world.tokenFor('acme')
    const as = (tenant: string | undefined) => ({ headers: { authorization: `Bearer ${secret}`, 'x-tenant-id': tenant } })
    expect((await world.send('/v1/jobs', as(undefined))).status).toBe(200)
    expect(world.asked.at(-1)).toMatchObject({ tenantId: 'acme', actor: { kind: 'token', id } })
    const before = world.asked.length
    expect((await world.send('/v1/jobs', as('other'))).status).toBe(403)
    expect((await world.send('/v1/audit/export', as('other'))).status).toBe(403)
    expect((await world.send('/v1/audit/export?tenantId=other', as(undefined))).status).toBe(403)
    expect((await world.send('/v1/metrics', as(undefined))).status).toBe(403)
    expect(world.asked.length).toBe(before)
    const refusal = { action: 'tenant.refused', actor: `token ${id}`, target: 'tenant other', outcome: 'refused' }
    expect(world.audited()).toContainEqual(refusal)
  })

  test('metrics are text for the operator', async () => {
    expect(await world.send('/v1/metrics')).toMatchObject({ status: 200, text: 'atlas_up 1\n' })
  })
})

describe('streams', () => {
  /** Opens a stream, hands each chunk to the test, and leaves when the test says so. */
  function follow(path: string, onText: (text: string, leave: () => void) => void): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${operatorToken}`, 'x-tenant-id': 'acme' }
    return new Promise((resolve, reject) => {
      const request = get(`${world.url}${path}`, { headers, agent: false }, (response) => {
        response.setEncoding('utf8')
        response.on('data', (text: string) => onText(text, () => request.destroy()))
        response.on('close', () => resolve(response.headers))
      })
      request.on('error', reject)
    })
  }

  test('news come as server-sent events, and whoever leaves is no longer listened for', async () => {
    let seen = ''
    const stream = follow('/v1/news', (text, leave) => {
      seen += text
      if (seen.includes('j9')) leave()
    })
    await world.listenersBecome(1)
    world.announce({ topic: 'job.changed', tenantId: 'acme', ids: ['j9'] })
    expect((await stream)['content-type']).toContain('text/event-stream')
    await world.listenersBecome(0)
  })

  test('an export streams as a file, and ends when the reader leaves', async () => {
    const headers = await follow('/v1/audit/export?format=jsonl&outcome=failed', (_text, leave) => leave())
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="audit-acme.jsonl"',
    })
    await world.exportEnds()
  })

  test.each([
    ['format=xml', 'format'],
    ['format=constructor', 'format'],
    ['outcome=perhaps', 'outcome'],
    ['bogus=1', 'bogus'],
  ])('an export with %s is refused before it begins', async (query, path) => {
    const answer = await world.send(`/v1/audit/export?${query}`)
    expect(answer.status).toBe(400)
    expect(failureOf(answer).fields).toMatchObject([{ path }])
  })

  test('a link may name the tenant in its query', async () => {
    const answer = await world.send('/v1/audit/export?tenantId=nobody', { headers: { 'x-tenant-id': undefined } })
    expect(answer.status).toBe(404)
    expect(failureOf(await world.send('/v1/audit/export', { headers: { 'x-tenant-id': undefined } })).fields).toMatchObject([
      { path: 'X-Tenant-Id' },
    ])
  })
})

describe('the description', () => {
  interface Operation {
    operationId: string
    parameters?: object[]
    security?: object[]
    responses: Record<string, object>
  }

  async function described() {
    const { text } = await world.send('/v1/openapi.json')
    return {
      text,
      ...(JSON.parse(text) as { openapi: string; servers: object[]; paths: Record<string, Record<string, Operation>> }),
    }
  }

  test('every reference in it leads somewhere, and every name is given once', async () => {
    const { text, openapi, servers, paths } = await described()
    expect(openapi).toMatch(/^3\.1/)
    expect(servers).toEqual([{ url: `${world.url}/v1` }])
    const document = JSON.parse(text) as Record<string, unknown>
    for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = reference.split('/').reduce<unknown>((inside, name) => (inside as Record<string, unknown>)?.[name], document)
      expect(found, reference).toBeDefined()
    }
    const ids = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('every operation tells how it fails, and those of a tenant how it is named', async () => {
    const { paths } = await described()
    const tenantRef = { $ref: '#/components/parameters/Tenant' }
    expect(paths['/jobs']?.get?.parameters).toContainEqual(tenantRef)
    expect(paths['/jobs/{id}/cancel']?.post?.parameters).toContainEqual(tenantRef)
    expect(paths['/tenants']?.get?.parameters).not.toContainEqual(tenantRef)
    expect(paths['/health']?.get?.security).toEqual([])
    expect(Object.keys(paths['/jobs']?.post?.responses ?? {}).sort()).toEqual(['200', '201', 'default'])
    const silent = Object.entries(paths).filter(([path, operations]) =>
      Object.values(operations).some(({ responses }) => !responses.default && path !== '/openapi.json'),
    )
    expect(silent).toEqual([])
  })

  test('what is served beside the contract is in it too', async () => {
    const { paths } = await described()
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/audit/export', '/metrics', '/openapi.json']))
  })
})
