import { describe, expect, it } from 'vitest'
import { AppError, type Failure, failed } from '#shared/failure'
import type { CallAgent } from '../../kit/call.ts'
import { callFailure, makeCall } from '../../kit/make-call.ts'
import { toProviderEntry } from '../../kit/manifest.ts'
import type { Arrival, SandboxResponse } from '../../sandbox/define.ts'
import { resendSandbox } from '../../sandbox/resend.ts'
import { resend } from './manifest.ts'

const apiKey = 're_test_1234'
const atlas: CallAgent = { id: 'atlas', name: 'Atlas', email: 'atlas@deadapp.info' }
const letter = { to: 'ops@example.com', subject: 'Report', text: 'All well.' }

interface Seen {
  method: string
  url: string
  headers: Headers
  body: unknown
}

type Answering = (request: Request) => Response | Promise<Response>

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

function world(answer: Answering, more: { settings?: Record<string, unknown>; agent?: CallAgent; credential?: unknown } = {}) {
  const seen: Seen[] = []
  const holds: { bucket: string; until: number }[] = []
  const made = makeCall({
    provider: resend,
    credential: more.credential ?? { apiKey },
    settings: more.settings ?? { from: 'Reports <reports@example.com>' },
    agent: more.agent,
    repeat: 'keyed',
    key: 'job-1',
    signal: new AbortController().signal,
    async rawFetch(request) {
      const text = await request.clone().text()
      const { method, url, headers } = request
      seen.push({ method, url, headers, body: text === '' ? undefined : JSON.parse(text) })
      return answer(request)
    },
    now: () => 1_000_000,
    beforeEffect: async () => undefined,
    remember: async () => undefined,
    replaceCredential: async () => undefined,
    patchSettings: async () => undefined,
    conversations: async () => [],
    onHold: (hold) => holds.push(hold),
  })
  async function run(action: string, input: unknown): Promise<unknown> {
    const { input: schema, run: act } = resend.actions[action] ?? failing(action)
    return act(schema.parse(input), made.call as never)
  }
  async function failureOf(action: string, input: unknown): Promise<Failure> {
    return run(action, input).then(
      (output) => expect.fail(`it was sent: ${JSON.stringify(output)}`),
      (error: unknown) => callFailure(error, made.exchange, 'keyed'),
    )
  }
  return { seen, holds, run, failureOf, check: () => resend.check.run(made.call as never) }
}

function failing(action: string): never {
  throw new Error(`no action ${action}`)
}

const refusal = (status: number, name: string, headers?: Record<string, string>) => () =>
  json(status, { statusCode: status, name, message: `about ${name}` }, headers)

describe('mail.send', () => {
  it('asks exactly what the API documents', async () => {
    const { seen, run } = world(() => json(200, { id: 'e-1' }))
    expect(await run('mail.send', letter)).toEqual({ id: 'e-1' })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ method: 'POST', url: 'https://api.resend.com/emails' })
    expect(seen[0]?.body).toEqual({ ...letter, from: 'Reports <reports@example.com>' })
    expect(seen[0]?.headers.get('authorization')).toBe(`Bearer ${apiKey}`)
    expect(seen[0]?.headers.get('idempotency-key')).toBe('job-1')
    expect(seen[0]?.headers.get('content-type')).toBe('application/json')
  })

  it('carries every field under the name that Resend knows', async () => {
    const { seen, run } = world(() => json(200, { id: 'e-1' }))
    const attachments = [{ filename: 'a.txt', contentType: 'text/plain', contentBase64: 'aGk=' }]
    await run('mail.send', { ...letter, html: '<p>x</p>', cc: ['c@d.ee'], bcc: 'e@f.gg', replyTo: 'r@s.tt', attachments })
    expect(seen[0]?.body).toEqual({
      ...letter,
      from: 'Reports <reports@example.com>',
      html: '<p>x</p>',
      cc: ['c@d.ee'],
      bcc: 'e@f.gg',
      reply_to: 'r@s.tt',
      attachments: [{ filename: 'a.txt', content_type: 'text/plain', content: 'aGk=' }],
    })
  })

  it.each([
    ['from its own address', { from: 'x@example.com', agentDomain: 'agents.example.com' }, 'Atlas <atlas@agents.example.com>'],
    ['from the shared one', { from: 'Reports <reports@example.com>' }, 'Atlas <reports@example.com>'],
    ['without a shared one', { agentDomain: 'agents.example.com' }, 'Atlas <atlas@agents.example.com>'],
  ])('lets an agent send under its name, %s', async (_case, settings, from) => {
    const { seen, run } = world(() => json(200, { id: 'e-1' }), { settings, agent: atlas })
    await run('mail.send', { ...letter, fromAgent: 'atlas' })
    expect(seen[0]?.body).toMatchObject({ from })
  })

  it('keeps a name with signs of its own from becoming another address', async () => {
    const agent = { ...atlas, name: 'Eve, "CFO" <eve@evil.example>\r\nBcc: x' }
    const { seen, run } = world(() => json(200, { id: 'e-1' }), { agent })
    await run('mail.send', letter)
    expect(seen[0]?.body).toMatchObject({ from: '"Eve, \\"CFO\\"  eve@evil.example   Bcc: x" <reports@example.com>' })
  })

  it('never sends as somebody else than it was told', async () => {
    const { seen, failureOf } = world(() => json(200, { id: 'e-1' }), { agent: atlas })
    expect(await failureOf('mail.send', { ...letter, fromAgent: 'mercer' })).toMatchObject({ kind: 'invalid' })
    expect(seen).toHaveLength(0)
  })

  it('refuses before sending when no sender is set, and says where to set it', async () => {
    const refuses = resend.actions['mail.send']?.refuses
    expect(refuses?.({ apiKey }, {})).toMatchObject({ kind: 'forbidden', action: { href: '/integrations/resend' } })
    expect(refuses?.({ apiKey }, { from: 'a@b.cc' })).toBeUndefined()
    const { seen, failureOf } = world(() => json(200, {}), { settings: { agentDomain: 'agents.example.com' } })
    expect(await failureOf('mail.send', letter)).toMatchObject({ kind: 'forbidden' })
    expect(seen).toHaveLength(0)
  })

  it.each([
    [401, 'missing_api_key', 'unauthorized'],
    [403, 'invalid_api_key', 'unauthorized'],
    [401, 'validation_error', 'unauthorized'],
    [401, 'restricted_api_key', 'forbidden'],
    [403, 'validation_error', 'forbidden'],
    [422, 'validation_error', 'rejected'],
    [422, 'invalid_from_address', 'forbidden'],
    [422, 'missing_required_field', 'rejected'],
    [422, 'invalid_attachment', 'rejected'],
    [451, 'security_error', 'rejected'],
    [429, 'daily_quota_exceeded', 'quota'],
    [429, 'monthly_quota_exceeded', 'quota'],
    [409, 'invalid_idempotent_request', 'conflict'],
    [409, 'concurrent_idempotent_requests', 'unavailable'],
  ])('reads %i %s as %s', async (status, name, kind) => {
    const failure = await world(refusal(status, name)).failureOf('mail.send', letter)
    expect(failure).toMatchObject({ kind, code: name })
    expect(failure.message).toContain(`about ${name}`)
    expect(failure.retryAfterMs).toBeUndefined()
  })

  it('leads to the domains page when the domain is not verified', async () => {
    const failure = await world(refusal(403, 'validation_error')).failureOf('mail.send', letter)
    expect(failure.action?.href).toBe('https://resend.com/domains')
  })

  it.each([
    [500, 'internal_server_error'],
    [503, 'application_error'],
  ])('tries again after %i, as the key makes it safe', async (status, name) => {
    expect(await world(refusal(status, name)).failureOf('mail.send', letter)).toMatchObject({ kind: 'unavailable' })
  })

  it.each([
    ['retry-after', { 'retry-after': '3', 'ratelimit-reset': '1' }, 3_000],
    ['ratelimit-reset', { 'ratelimit-reset': '2' }, 2_000],
  ])('waits as long as %s says', async (_header, headers, retryAfterMs) => {
    const failure = await world(refusal(429, 'rate_limit_exceeded', headers)).failureOf('mail.send', letter)
    expect(failure).toMatchObject({ kind: 'rate_limited', retryAfterMs })
  })

  it('holds the account once its window is used up, and not before', async () => {
    const used = world(() => json(200, { id: 'e-1' }, { 'ratelimit-remaining': '0', 'ratelimit-reset': '1' }))
    await used.run('mail.send', letter)
    expect(used.holds).toMatchObject([{ bucket: 'account', until: 1_001_000 }])
    const left = world(() => json(200, { id: 'e-1' }, { 'ratelimit-remaining': '4', 'ratelimit-reset': '1' }))
    await left.run('mail.send', letter)
    expect(left.holds).toEqual([])
  })

  it.each([
    ['another shape', () => json(200, { ok: true })],
    ['no JSON', () => new Response('<html>')],
  ])('says so when Resend answers in %s', async (_case, answer) => {
    expect(await world(answer).failureOf('mail.send', letter)).toMatchObject({ kind: 'unavailable' })
  })
})

describe('mail.batch', () => {
  it('sends all under one key and names each', async () => {
    const { seen, run } = world(() => json(200, { data: [{ id: 'e-1' }, { id: 'e-2' }] }))
    const output = await run('mail.batch', { emails: [letter, { ...letter, subject: 'Second' }] })
    expect(output).toEqual({ ids: ['e-1', 'e-2'] })
    expect(seen[0]).toMatchObject({ method: 'POST', url: 'https://api.resend.com/emails/batch' })
    expect(seen[0]?.body).toEqual(
      [letter, { ...letter, subject: 'Second' }].map((one) => ({ ...one, from: 'Reports <reports@example.com>' })),
    )
    expect(seen[0]?.headers.get('idempotency-key')).toBe('job-1')
  })

  it('takes no attachments and no more than a hundred', () => {
    const { input } = resend.actions['mail.batch'] ?? failing('mail.batch')
    expect(input.safeParse({ emails: [{ ...letter, attachments: [] }] }).success).toBe(false)
    expect(input.safeParse({ emails: Array.from({ length: 101 }, () => letter) }).success).toBe(false)
    expect(input.safeParse({ emails: [letter] }).success).toBe(true)
  })
})

describe('check', () => {
  const domain = { id: 'd-1', name: 'example.com', status: 'verified', created_at: '2026-01-01T00:00:00Z' }

  it('names the account by its domains, with a question that has no effect', async () => {
    const { seen, check } = world(() => json(200, { data: [domain], has_more: false }))
    expect(await check()).toEqual({ account: { id: 'd-1', name: 'example.com', detail: '1 of 1 domains verified' } })
    expect(seen[0]).toMatchObject({ method: 'GET', url: 'https://api.resend.com/domains?limit=100' })
  })

  it('takes a sending-only key for what it is', async () => {
    const result = await world(refusal(401, 'restricted_api_key')).check()
    expect(result).toMatchObject({ account: { id: 'sending-only' } })
    expect(result.unavailable).toBeUndefined()
  })

  it('says what keeps it from sending', async () => {
    const pending = world(() => json(200, { data: [{ ...domain, status: 'pending' }] }))
    expect((await pending.check()).unavailable).toMatchObject({ 'mail.send': { why: 'example.com is not verified at Resend' } })
    const more = world(() => json(200, { data: [{ ...domain, status: 'pending' }], has_more: true }))
    expect((await more.check()).unavailable).toBeUndefined()
    const unset = world(() => json(200, { data: [domain] }), { settings: {} })
    expect((await unset.check()).unavailable).toMatchObject({ 'mail.batch': { why: 'no sender address is set' } })
  })

  it('refuses a wrong key', async () => {
    await expect(world(refusal(401, 'validation_error')).check()).rejects.toThrow(AppError)
  })
})

describe('manifest', () => {
  it('projects to the catalogue', () => {
    const entry = toProviderEntry(resend)
    expect(entry.serves).toEqual([{ kind: 'EMAIL_SEND', action: 'mail.send' }])
    expect(entry.credential).toMatchObject({ properties: { apiKey: { secret: true, env: 'RESEND_API_KEY' } } })
  })

  it.each(['a@b.cc', 'Name <a@b.cc>', 'Name, Inc. <a@b.cc>'])('takes %s as sender', (from) => {
    expect(resend.settings.safeParse({ from }).success).toBe(true)
  })

  it.each(['a', 'a@b', 'Name <a@b.cc', '<a@b.cc>', 'a@b.cc, c@d.ee', 'Na\nme <a@b.cc>'])('refuses %j as sender', (from) => {
    expect(resend.settings.safeParse({ from }).success).toBe(false)
  })
})

describe('against the stand-in', () => {
  function standIn() {
    const arrivals: Arrival[] = []
    const kept = new Map<string, SandboxResponse>()
    const context = {
      url: 'http://127.0.0.1:9',
      deliver: (arrival: Arrival) => arrivals.push(arrival),
      recall: (key: string) => kept.get(key),
      keep: (key: string, response: SandboxResponse) => void kept.set(key, response),
      setButtons: () => undefined,
      written: () => [],
      waitForWriting: async () => undefined,
      now: () => 1_000_000,
    }
    async function answer(request: Request): Promise<Response> {
      const rawBody = await request.text()
      const { pathname: path, searchParams: query } = new URL(request.url)
      const body: unknown = rawBody === '' ? undefined : JSON.parse(rawBody)
      const asked = { method: request.method, path, query, headers: request.headers, body, rawBody, bytes: new Uint8Array() }
      const { status, body: told, headers } = await resendSandbox.handle(asked, context)
      return json(status, told, headers)
    }
    return { arrivals, answer }
  }

  const demo = { credential: resendSandbox.demoCredential, settings: resendSandbox.demoSettings, agent: atlas }

  it('delivers once for one key, however often it is asked', async () => {
    const { arrivals, answer } = standIn()
    const first = await world(answer, demo).run('mail.send', letter)
    expect(await world(answer, demo).run('mail.send', letter)).toEqual(first)
    expect(arrivals).toEqual([{ title: 'Report · from Atlas <atlas@demo.example>', to: 'ops@example.com', text: 'All well.' }])
    const other = await world(answer, demo).failureOf('mail.send', { ...letter, text: 'Other' })
    expect(other).toMatchObject({ kind: 'conflict', code: 'invalid_idempotent_request' })
    expect(arrivals).toHaveLength(1)
  })

  it('delivers each of a batch', async () => {
    const { arrivals, answer } = standIn()
    const output = (await world(answer, demo).run('mail.batch', { emails: [letter, letter] })) as { ids: string[] }
    expect(new Set(output.ids).size).toBe(2)
    expect(arrivals).toHaveLength(2)
  })

  it('refuses a wrong key and an unverified domain as Resend does', async () => {
    const { arrivals, answer } = standIn()
    const wrong = world(answer, { ...demo, credential: { apiKey } })
    expect(await wrong.failureOf('mail.send', letter)).toMatchObject({ kind: 'unauthorized' })
    const elsewhere = world(answer, { ...demo, settings: { from: 'a@elsewhere.example' } })
    expect(await elsewhere.failureOf('mail.send', letter)).toMatchObject({ kind: 'forbidden' })
    expect(arrivals).toEqual([])
  })

  it('checks with the demo credential', async () => {
    expect(await world(standIn().answer, demo).check()).toMatchObject({ account: { name: 'demo.example' } })
  })

  it('words its refusals so that they are understood', async () => {
    const kinds = [401, 403, 429, 500, 503].map((status) => {
      const { body, status: told = status } = resendSandbox.errorBody(status, 'as asked')
      return world(() => json(told, body)).failureOf('mail.send', letter)
    })
    expect((await Promise.all(kinds)).map(({ kind }) => kind)).toEqual([
      'unauthorized',
      'forbidden',
      'rate_limited',
      'unavailable',
      'unavailable',
    ])
  })

  it.each([
    ['daily_quota', 'quota'],
    ['domain_not_verified', 'forbidden'],
  ])('fault %s reads as %s', async (id, kind) => {
    const fault = resendSandbox.faults?.find((one) => one.id === id)
    const asked = {
      method: 'POST',
      path: '/emails',
      query: new URLSearchParams(),
      headers: new Headers(),
      body: {},
      rawBody: '{}',
      bytes: new Uint8Array(),
    }
    const answer = fault?.answer(asked) ?? failing(id)
    expect(await world(() => json(answer.status, answer.body)).failureOf('mail.send', letter)).toMatchObject({ kind })
    expect(fault?.answer({ ...asked, method: 'GET', path: '/domains' })).toBeUndefined()
  })

  it.each([
    ['to', { subject: 's', text: 't', from: 'a@demo.example' }, 422],
    ['content', { to: 'a@b.cc', subject: 's', from: 'a@demo.example' }, 422],
    ['from', { to: 'a@b.cc', subject: 's', text: 't' }, 422],
  ])('refuses an e-mail without %s', async (_field, body, status) => {
    const { arrivals, answer } = standIn()
    const headers = { authorization: `Bearer ${resendSandbox.demoCredential.apiKey}` }
    const request = new Request('http://127.0.0.1/emails', { method: 'POST', headers, body: JSON.stringify(body) })
    expect((await answer(request)).status).toBe(status)
    expect(arrivals).toEqual([])
  })
})

it('keeps the key out of every failure', async () => {
  const refusals = [401, 403, 409, 422, 429, 500].map((status) =>
    world(refusal(status, 'validation_error')).failureOf('mail.send', letter),
  )
  const lost = world(() => Promise.reject(failed('unavailable', 'lost'))).failureOf('mail.send', letter)
  expect(JSON.stringify(await Promise.all([...refusals, lost]))).not.toContain(apiKey)
})
