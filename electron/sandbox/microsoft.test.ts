import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError, type Failure } from '#shared/failure'
import type { Repeat } from '#shared/job'
import { createSignIns, type SignIns } from '../engine/oauth/sign-ins.ts'
import { listenForSignIn } from '../gateway/sign-in-listener.ts'
import type { SignedIn } from '../kit/define.ts'
import { callFailure, makeCall } from '../kit/make-call.ts'
import { microsoft } from '../providers/microsoft/manifest.ts'
import type { Arrival, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { microsoftSandbox } from './microsoft.ts'

const actor = { kind: 'operator', id: 'operator' } as const
const { tenantId, clientId, clientSecret } = microsoftSandbox.demoCredential as Record<string, string>
const arrivals: Arrival[] = []
const kept = new Map<string, SandboxResponse>()
let fault: string | undefined
let server: Server
let endpoint: string

const context: SandboxContext = {
  url: 'http://127.0.0.1:9/microsoft',
  deliver: (arrival) => arrivals.push(arrival),
  recall: (key) => kept.get(key),
  keep: (key, response) => void kept.set(key, response),
  setButtons: () => undefined,
  written: () => [],
  waitForWriting: async () => undefined,
  now: Date.now,
}

async function toRequest(raw: Request): Promise<SandboxRequest> {
  const { pathname, searchParams } = new URL(raw.url)
  const bytes = new Uint8Array(await raw.arrayBuffer())
  const rawBody = new TextDecoder().decode(bytes)
  const body = rawBody.startsWith('{') ? JSON.parse(rawBody) : rawBody
  return { method: raw.method, path: pathname, query: searchParams, headers: raw.headers, body, rawBody, bytes }
}

async function answer(raw: Request): Promise<SandboxResponse> {
  const request = await toRequest(raw)
  const special = microsoftSandbox.faults?.find(({ id }) => id === fault)?.answer(request)
  return special ?? microsoftSandbox.handle(request, context)
}

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { method = 'GET', url = '/', headers } = incoming
    const body = method === 'GET' ? {} : { body: Buffer.concat(chunks) }
    const sent = new Request(`http://127.0.0.1${url}`, { method, headers: headers as Record<string, string>, ...body })
    const { status, headers: told = {}, body: content } = await answer(sent)
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    outgoing.writeHead(status, { 'content-type': 'application/json', ...told }).end(content === undefined ? '' : text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  arrivals.length = 0
  fault = undefined
})

function make(credential: unknown, repeat: Repeat, stored?: (credential: unknown) => void) {
  return makeCall({
    provider: microsoft,
    credential,
    settings: microsoft.settings.parse({ endpoint }) as unknown as Record<string, unknown>,
    repeat,
    key: 'job-1',
    signal: new AbortController().signal,
    rawFetch: fetch,
    now: Date.now,
    beforeEffect: async () => undefined,
    remember: async () => undefined,
    replaceCredential: async (renewed) => stored?.(renewed),
    patchSettings: async () => undefined,
    conversations: async () => [],
  })
}

async function run(id: string, input: unknown, credential: unknown = microsoftSandbox.demoCredential) {
  const action = microsoft.actions[id]
  if (!action) throw new Error(`no action ${id}`)
  const { call, exchange } = make(credential, action.repeat)
  try {
    const refusal = action.refuses?.(call.credential as never, call.settings as never)
    if (refusal) throw new AppError(refusal)
    return { output: action.output.parse(await action.run(action.input.parse(input), call as never)) }
  } catch (error) {
    return { failure: callFailure(error, exchange, action.repeat) }
  }
}

const letter = { to: 'a@b.example', subject: 'Hello', text: 'Good morning', cc: 'c@d.example' }
const post = { teamId: '0d0e0a00-0000-4000-8000-00000000ea01', channelId: '19:demogeneral@thread.tacv2', text: 'Hello' }

describe('the stand-in with the Demo credential', () => {
  it('is accepted by the schema, the check, mail and Teams', async () => {
    const credential = microsoft.credential.parse(microsoftSandbox.demoCredential)
    const result = await microsoft.check.run(make(credential, 'safe').call as never)
    expect(result.unavailable).toEqual({})
    expect(result.account.detail).toContain('operator@demo.example')
    expect(await run('mail.send', letter)).toMatchObject({ output: { accepted: true } })
    expect(await run('teams.message.send', { ...post, title: 'Status' })).toMatchObject({ output: { via: 'graph' } })
    expect(arrivals).toMatchObject([
      { title: 'Hello (from atlas@deadapp.info)', to: 'a@b.example, c@d.example', text: 'Good morning' },
      { title: 'Status', to: 'Demo Team › General', text: 'Hello' },
    ])
  })

  it('lists teams and channels', async () => {
    expect(await run('teams.list', {})).toMatchObject({ output: { items: [{ name: 'Demo Team' }, {}], truncated: false } })
    expect(await run('teams.channels.list', { teamId: post.teamId })).toMatchObject({
      output: { items: [{ name: 'General' }, {}, {}] },
    })
    expect(await run('teams.channels.list', { teamId: 'nobody' })).toMatchObject({ failure: { kind: 'not_found' } })
  })

  it.each([
    ['another secret', { tenantId, clientId, clientSecret: 'other' }, 'AADSTS7000215'],
    ['another app', { tenantId, clientId: 'other', clientSecret }, 'AADSTS700016'],
    ['another directory', { tenantId: 'other.example', clientId, clientSecret }, 'AADSTS90002'],
    ['a forged token', { tenantId, clientId, accessToken: 'a.b.c', scopes: ['Mail.Send'] }, 'InvalidAuthenticationToken'],
  ])('refuses %s as Microsoft would', async (_case, credential, code) => {
    expect(await run('mail.send', letter, credential)).toMatchObject({ failure: { kind: 'unauthorized', code } })
    expect(arrivals).toEqual([])
  })

  it('refuses a post with an application token as Graph would', async () => {
    const form = { grant_type: 'client_credentials', client_id: clientId ?? '', client_secret: clientSecret ?? '' }
    const body = new URLSearchParams({ ...form, scope: 'https://graph.microsoft.com/.default' })
    const token = await fetch(`${endpoint}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body })
    const { access_token: value } = (await token.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/json' }
    const url = `${endpoint}/v1.0/teams/${post.teamId}/channels/${encodeURIComponent(post.channelId)}/messages`
    const refused = await fetch(url, { method: 'POST', headers, body: '{"body":{"content":"x"}}' })
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('Teamwork.Migrate.All')
  })

  it.each<[string, string, Partial<Failure>]>([
    ['teams_permission_missing', 'teams.message.send', { kind: 'forbidden', code: 'Forbidden' }],
    ['revoked', 'teams.message.send', { kind: 'unauthorized', code: 'InvalidAuthenticationToken' }],
  ])('with the fault %s refuses %s', async (id, action, failure) => {
    fault = id
    expect(await run(action, post)).toMatchObject({ failure })
    expect(arrivals).toEqual([])
  })

  it('with an expired secret fails the check', async () => {
    fault = 'secret_expired'
    const { call } = make(microsoftSandbox.demoCredential, 'safe')
    await expect(microsoft.check.run(call as never)).rejects.toMatchObject({
      failure: { kind: 'unauthorized', code: 'AADSTS7000222' },
    })
  })

  it('plays a Teams workflow', async () => {
    const workflowsUrl = `${endpoint}/workflows/demo/triggers/manual/paths/invoke?sig=demo`
    const credential = { tenantId, clientId, workflowsUrl }
    expect(await run('teams.message.send', { ...post, title: 'Status' }, credential)).toEqual({ output: { via: 'workflow' } })
    expect(arrivals).toMatchObject([{ to: 'Teams', text: 'Status\nHello' }])
  })

  it('speaks Graph in the common faults', () => {
    const { body } = microsoftSandbox.errorBody(429, 'Slow down')
    expect(body).toMatchObject({
      error: { code: 'TooManyRequests', message: 'Slow down', innerError: { 'request-id': expect.any(String) } },
    })
  })
})

interface Held {
  credential: unknown
}

function signInWorld(credential: unknown): { signIns: SignIns; held: Held } {
  const held: Held = { credential }
  const signIns = createSignIns({
    now: Date.now,
    after(ms, then) {
      const timer = setTimeout(then, ms)
      return () => clearTimeout(timer)
    },
    providerOf: () => microsoft,
    listen: listenForSignIn,
    connections: {
      callFor: async () => make(held.credential, 'safe'),
      accountOf: () => undefined,
      async storeSignedIn(_tenantId, _provider, signedIn: SignedIn<unknown>) {
        held.credential = microsoft.credential.parse(signedIn.credential)
      },
    },
    announce: () => undefined,
    audit: async () => undefined,
    onUnexpected: (error) => expect.fail(String(error)),
  })
  return { signIns, held }
}

/** Opens the sign-in page and follows the link with these words, as a person would. */
async function click(authorizationUrl: string, words: string): Promise<Response> {
  const page = await (await fetch(authorizationUrl)).text()
  const href = new RegExp(`<a href="([^"]+)">${words}</a>`).exec(page)?.[1]
  if (!href) return expect.fail(`there is no link ${words} on ${page}`)
  return fetch(href.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code))))
}

describe('a sign-in over real HTTP', () => {
  const ids = { tenantId, clientId }
  const stage = (signIns: SignIns) => signIns.status('t', 'microsoft').stage

  it('leads from the page to a post in Teams, and the account goes on by itself', async () => {
    const { signIns, held } = signInWorld(ids)
    const { authorizationUrl, redirectUri } = await signIns.start('t', 'microsoft', { actor })
    expect(redirectUri).toMatch(/^http:\/\/localhost:\d+$/)
    const page = await click(authorizationUrl, 'Sign in as Demo Operator')
    expect(page.status).toBe(200)
    await expect.poll(() => stage(signIns)).toBe('connected')
    expect(await run('teams.message.send', post, held.credential)).toMatchObject({ output: { via: 'graph' } })
    expect(arrivals).toHaveLength(1)

    const { msalCache } = held.credential as { msalCache: string }
    const due = { ...(held.credential as object), msalCache: msalCache.replace(/"expires_on":"\d+"/, '"expires_on":"1"') }
    const renewed: unknown[] = []
    const { call } = make(due, 'safe', (credential) => renewed.push(credential))
    expect(await microsoft.check.run(call as never)).toMatchObject({ account: { name: 'operator@demo.example' } })
    expect(renewed).toHaveLength(1)
    await signIns.stop()
  })

  it('ends as declined, and its port is free again', async () => {
    const { signIns } = signInWorld(ids)
    const { authorizationUrl, redirectUri } = await signIns.start('t', 'microsoft', { actor })
    await click(authorizationUrl, 'Decline')
    expect(signIns.status('t', 'microsoft')).toMatchObject({ stage: 'failed', failure: { kind: 'cancelled' } })
    await signIns.stop()
    await expect(fetch(redirectUri)).rejects.toThrow('fetch failed')
  })

  it('asks before another person takes the place of the one who is signed in', async () => {
    const { signIns, held } = signInWorld(microsoftSandbox.demoCredential)
    const before = held.credential
    const { authorizationUrl } = await signIns.start('t', 'microsoft', { actor })
    await click(authorizationUrl, 'Sign in as Second Demo Operator')
    await expect.poll(() => stage(signIns)).toBe('confirm_account')
    expect(held.credential).toBe(before)
    await signIns.confirm('t', 'microsoft', true, actor)
    expect(microsoft.signIn?.account?.(held.credential as never)?.name).toBe('second@demo.example')
    await signIns.stop()
  })

  it('takes no code that was got with another verifier', async () => {
    const { signIns } = signInWorld(ids)
    const { authorizationUrl } = await signIns.start('t', 'microsoft', { actor })
    const stolen = new URL(authorizationUrl)
    stolen.searchParams.set('code_challenge', 'x'.repeat(43))
    await click(stolen.href, 'Sign in as Demo Operator')
    await expect.poll(() => stage(signIns)).toBe('failed')
    expect(signIns.status('t', 'microsoft').failure).toMatchObject({ code: 'AADSTS501481' })
    await signIns.stop()
  })

  it('is refused on the page when the redirect address is not registered', async () => {
    const { signIns } = signInWorld(ids)
    const { authorizationUrl } = await signIns.start('t', 'microsoft', { actor })
    const elsewhere = new URL(authorizationUrl)
    elsewhere.searchParams.set('redirect_uri', 'https://evil.example/')
    const page = await fetch(elsewhere)
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('AADSTS50011')
    await signIns.stop()
  })
})
