/** Signing in against a real OAuth server: nothing lost, and the right state each time. */
import { setTimeout } from 'node:timers'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createAnnouncements } from '../../electron/engine/announcements.ts'
import { createAuditAppender } from '../../electron/engine/audit/append.ts'
import { createCaller } from '../../electron/engine/connections/caller.ts'
import { createChecks } from '../../electron/engine/connections/check.ts'
import { createKeeper } from '../../electron/engine/connections/keeper.ts'
import { createProofs } from '../../electron/engine/connections/proofs.ts'
import { createRenewals } from '../../electron/engine/connections/renewals.ts'
import { createConnectionReader } from '../../electron/engine/connections/rows.ts'
import { createConnectionViews } from '../../electron/engine/connections/view.ts'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { createNotices } from '../../electron/engine/escalation/notices.ts'
import { createLeases } from '../../electron/engine/messaging/leases.ts'
import { createSignIns } from '../../electron/engine/oauth/sign-ins.ts'
import { createMemoryVault } from '../../electron/engine/vault/memory-vault.ts'
import { listenForSignIn } from '../../electron/gateway/sign-in-listener.ts'
import type { Call } from '../../electron/kit/call.ts'
import { type AnyProvider, defineProvider } from '../../electron/kit/define.ts'
import { Endpoint } from '../../electron/kit/endpoints.ts'
import { type OAuthTerms, oauthSignIn, signedDoor, tokenFields } from '../../electron/kit/oauth.ts'
import { lastsSeconds, type OAuthServer, startOAuthServer } from './oauth-server.ts'

const Credential = z.strictObject({ clientId: z.string(), clientSecret: z.string().optional(), ...tokenFields })
type Credential = z.infer<typeof Credential>
const Settings = z.strictObject({ endpoint: Endpoint.optional() })
type Settings = z.infer<typeof Settings>
const Me = z.object({ sub: z.string(), name: z.string().optional() })

const terms: OAuthTerms<Credential, Settings> = {
  title: 'Sign in with Example',
  scopes: () => ['openid', 'offline_access', 'posts'],
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint()}/auth`,
  tokenUrl: (call) => `${call.endpoint()}/token`,
  pkce: 'S256',
  clientAuth: 'basic',
  authorizeParams: { prompt: 'consent' },
  async account(call, token) {
    const { sub } = await call.json(Me, { url: `${call.endpoint()}/me`, headers: { authorization: `Bearer ${token}` } }, 'ask')
    return { id: sub, name: sub }
  },
}
const door = signedDoor(terms, 'Example')

const provider: AnyProvider = defineProvider<Credential, Settings>({
  id: 'example',
  name: 'Example',
  category: 'account',
  summary: '',
  docs: 'https://example.com',
  setup: [],
  notes: [],
  endpoints: { api: 'https://example.com' },
  credential: Credential,
  settings: Settings,
  verification: { required: false, note: '' },
  limits: [],
  serves: {},
  actions: {},
  check: {
    call: 'GET /me',
    async run(call) {
      const { sub } = await door.json(call, Me, { url: `${call.endpoint()}/me` })
      return { account: { id: sub, name: sub } }
    },
  },
  signIn: oauthSignIn(terms, { scopes: ['openid', 'offline_access', 'posts'], redirectPath: '/callback' }),
})

const tenant = 'acme'
const operator = { kind: 'operator', id: 'test' } as const
let server: OAuthServer
beforeAll(async () => {
  server = await startOAuthServer()
})
afterAll(() => server.stop())

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  server.cutTokens('never')
  for (const end of ends.splice(0)) await end()
})

interface Shared {
  database: ReturnType<typeof openDatabase>
  vault: ReturnType<typeof createMemoryVault>
}

/** All that a sign-in needs of the engine, on a database of its own or a shared one. */
function openParts(now: () => number, shared: Shared | undefined) {
  const database = shared?.database ?? openDatabase({ file: ':memory:' })
  const vault = shared?.vault ?? createMemoryVault()
  const announcements = createAnnouncements()
  const audit = createAuditAppender(database, now)
  const connections = createConnectionReader(database)
  const keeper = createKeeper({ database, audit, announcements, connections, vaultFor: () => vault, now })
  const owner = uuidv7()
  const renewals = createRenewals({ keeper, leases: createLeases(database, now), owner, addSecrets: () => undefined })
  const caller = createCaller({
    connections,
    keeper,
    rawFetch: (request) => fetch(request),
    now,
    sandboxEndpoint: () => undefined,
    addSecrets: () => undefined,
    redact: (text) => text,
    conversations: () => [],
    renewals,
    media: async () => [],
    file: () => Promise.reject(new Error('no files here')),
    sql: () => Promise.reject(new Error('no database here')),
    onHold: () => undefined,
  })
  const notices = createNotices(database, announcements, now)
  const proofs = createProofs({ database, announcements, notices, nameOf: () => 'Example', now })
  const checks = createChecks(database, caller, proofs)
  const views = createConnectionViews({ database, connections, whyParked: () => undefined, now })
  return { database, vault, audit, connections, keeper, caller, checks, views }
}

/** One process of the product; `shared` puts a second one beside it on the same database and vault. */
async function openProcess(shared?: Shared) {
  const clock = { shiftMs: 0 }
  const now = () => Date.now() + clock.shiftMs
  const { database, vault, audit, connections, keeper, caller, checks, views } = openParts(now, shared)
  const background: unknown[] = []
  const signIns = createSignIns({
    now,
    after(ms, run) {
      const timer = setTimeout(run, ms).unref()
      return () => clearTimeout(timer)
    },
    providerOf: (id) => (id === 'example' ? provider : undefined),
    listen: listenForSignIn,
    connections: {
      callFor: (tenantId, of, signal) => caller.makeCall({ tenantId, provider: of, repeat: 'safe', key: uuidv7(), signal }),
      accountOf(tenantId, id) {
        const account = connections.row(tenantId, id)?.account
        return account ? (JSON.parse(account) as { id: string; name: string }) : undefined
      },
      async storeSignedIn(tenantId, of, { credential, ...known }, actor) {
        await keeper.store(tenantId, of.id, { credential: credential as Record<string, unknown>, ...known }, actor)
        await checks.record(tenantId, of, await checks.ask(tenantId, of))
      },
    },
    announce: () => undefined,
    audit: (tenantId, entry) => database.write(() => audit.append(tenantId, entry)),
    onUnexpected: (error) => background.push(error),
  })
  if (!shared) {
    await keeper.store(tenant, 'example', { credential: { clientId: 'desktop' } }, operator)
    await keeper.storeSettings(tenant, 'example', { endpoint: server.url }, operator)
  }
  ends.push(async () => {
    await signIns.stop()
    if (!shared) database.close()
    expect(background).toEqual([])
  })

  async function settle(): Promise<string> {
    for (;;) {
      const { stage } = signIns.status(tenant, 'example')
      if (stage !== 'waiting' && stage !== 'finishing') return stage
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    shared: { database, vault },
    clock,
    keeper,
    signIns,
    settle,
    state: () => views.one(tenant, provider),
    credential: async () => (await keeper.read(tenant, 'example')).credential as Credential,
    check: async () => checks.record(tenant, provider, await checks.ask(tenant, provider)),
    call: async () =>
      (await caller.makeCall({ tenantId: tenant, provider, repeat: 'safe', key: uuidv7(), signal: new AbortController().signal }))
        .call as Call<Credential, Settings>,
    /** Signs in as somebody and waits for how it ends. */
    async signIn(login: string): Promise<string> {
      const { authorizationUrl } = await signIns.start(tenant, 'example', { actor: operator })
      await fetch(await server.signIn(authorizationUrl, login))
      return settle()
    },
  }
}

const ask = async (opened: Awaited<ReturnType<typeof openProcess>>) => {
  const call = await opened.call()
  return door.json(call, Me, { url: `${call.endpoint()}/me` })
}

describe('signing in', () => {
  test('stores tokens for whoever signed in, proven by a call', async () => {
    const process = await openProcess()
    expect(await process.signIn('ada')).toBe('connected')
    const { accessToken, refreshToken, scopes } = await process.credential()
    expect(accessToken).toBeTruthy()
    expect(refreshToken).toBeTruthy()
    expect(scopes).toContain('posts')
    expect(process.state()).toMatchObject({ state: 'connected', account: { id: 'ada' }, missingScopes: [] })
  })

  test('works for an app with a secret, and says whose secret is wrong when it is', async () => {
    const process = await openProcess()
    const credential = { clientId: 'confidential', clientSecret: 'a-secret-of-the-tenant-0123456789' }
    await process.keeper.store(tenant, 'example', { credential: { ...credential, clientSecret: 'wrong' } }, operator)
    expect(await process.signIn('ada')).toBe('failed')
    expect(process.signIns.status(tenant, 'example').failure).toMatchObject({ kind: 'unauthorized', code: 'invalid_client' })
    await process.keeper.store(tenant, 'example', { credential }, operator)
    expect(await process.signIn('ada')).toBe('connected')
  })

  test('changes nothing when it is declined', async () => {
    const process = await openProcess()
    const { authorizationUrl } = await process.signIns.start(tenant, 'example', { actor: operator })
    await fetch(await server.decline(authorizationUrl))
    expect(await process.settle()).toBe('failed')
    expect(process.signIns.status(tenant, 'example').failure).toMatchObject({ kind: 'cancelled', code: 'access_denied' })
    expect((await process.credential()).accessToken).toBeUndefined()
  })

  test('ignores an answer with another state, and takes the right one after it', async () => {
    const process = await openProcess()
    const { authorizationUrl } = await process.signIns.start(tenant, 'example', { actor: operator })
    const answer = await server.signIn(authorizationUrl, 'ada')
    const forged = new URL(answer)
    forged.searchParams.set('state', 'somebody-elses')
    expect((await fetch(forged)).status).toBe(404)
    expect(process.signIns.status(tenant, 'example').stage).toBe('waiting')
    await fetch(answer)
    expect(await process.settle()).toBe('connected')
  })

  test('takes the pasted address where the browser could not come back, and no other', async () => {
    const process = await openProcess()
    const { authorizationUrl } = await process.signIns.start(tenant, 'example', { actor: operator })
    const answer = await server.signIn(authorizationUrl, 'ada')
    const forged = new URL(answer)
    forged.searchParams.set('state', 'somebody-elses')
    await expect(process.signIns.paste(tenant, 'example', forged.href)).rejects.toMatchObject({
      failure: { code: 'state_mismatch' },
    })
    await expect(process.signIns.paste(tenant, 'example', answer.searchParams.get('code') ?? '')).rejects.toMatchObject({
      failure: { kind: 'invalid' },
    })
    await process.signIns.paste(tenant, 'example', answer.href)
    expect(await process.settle()).toBe('connected')
  })

  test('fails with a code that was used before, and keeps what was stored', async () => {
    const process = await openProcess()
    const call = await process.call()
    const start = { call, redirectUri: 'http://127.0.0.1:5151/callback', state: 's'.repeat(20), codeVerifier: 'v'.repeat(43) }
    const codeChallenge = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(start.codeVerifier))).toString(
      'base64url',
    )
    const page = await provider.signIn?.authorizationUrl({ ...start, codeChallenge } as never)
    const code = (await server.signIn(page ?? '', 'ada')).searchParams.get('code') ?? ''
    expect(await provider.signIn?.redeem({ ...start, code } as never)).toMatchObject({ account: { id: 'ada' } })
    const again = provider.signIn?.redeem({ ...start, code } as never)
    await expect(again).rejects.toMatchObject({ failure: { kind: 'unauthorized', code: 'invalid_grant' } })
    const unproven = provider.signIn?.redeem({ ...start, code, codeVerifier: 'w'.repeat(43) } as never)
    await expect(unproven).rejects.toMatchObject({ failure: { code: 'invalid_grant' } })
  })

  test('asks before another account takes the place of the first', async () => {
    const process = await openProcess()
    await process.signIn('ada')
    const first = await process.credential()
    expect(await process.signIn('grace')).toBe('confirm_account')
    expect(await process.credential()).toEqual(first)
    await process.signIns.confirm(tenant, 'example', false, operator)
    expect(process.state().account?.id).toBe('ada')
    await process.signIn('grace')
    await process.signIns.confirm(tenant, 'example', true, operator)
    expect(process.state()).toMatchObject({ state: 'connected', account: { id: 'grace' } })
  })
})

describe('a token that ends', () => {
  const nearEndMs = (lastsSeconds - 60) * 1_000

  test('is renewed ahead of its end, and the rotated refresh token is kept', async () => {
    const process = await openProcess()
    await process.signIn('ada')
    const before = await process.credential()
    process.clock.shiftMs = nearEndMs
    expect(await ask(process)).toMatchObject({ sub: 'ada' })
    const after = await process.credential()
    expect(after.accessToken).not.toBe(before.accessToken)
    expect(after.refreshToken).not.toBe(before.refreshToken)
    process.clock.shiftMs = 2 * nearEndMs
    expect(await ask(process)).toMatchObject({ sub: 'ada' })
  })

  test('is renewed once for many who ask at once', async () => {
    const process = await openProcess()
    await process.signIn('ada')
    process.clock.shiftMs = nearEndMs
    const before = server.tokenRequests()
    const asked = await Promise.all(Array.from({ length: 12 }, () => ask(process)))
    expect(asked.every(({ sub }) => sub === 'ada')).toBe(true)
    expect(server.tokenRequests() - before).toBe(1)
  })

  test('is renewed once by two processes that share the database', async () => {
    const first = await openProcess()
    await first.signIn('ada')
    const second = await openProcess(first.shared)
    first.clock.shiftMs = nearEndMs
    second.clock.shiftMs = nearEndMs
    const before = server.tokenRequests()
    await Promise.all([ask(first), ask(second)])
    expect(server.tokenRequests() - before).toBe(1)
    second.clock.shiftMs = 2 * nearEndMs
    expect(await ask(second)).toMatchObject({ sub: 'ada' })
  })

  test('goes on being used while it is good and the server cannot be reached', async () => {
    const process = await openProcess()
    await process.signIn('ada')
    const before = await process.credential()
    process.clock.shiftMs = nearEndMs
    server.cutTokens('before')
    expect(await ask(process)).toMatchObject({ sub: 'ada' })
    expect(await process.credential()).toEqual(before)
    await process.check()
    expect(process.state().state).toBe('connected')
  })

  test('is told as retrying, not as broken, once it has ended and the server cannot be reached', async () => {
    const process = await openProcess()
    await process.signIn('ada')
    process.clock.shiftMs = (lastsSeconds + 1) * 1_000
    server.cutTokens('before')
    await process.check()
    expect(process.state()).toMatchObject({ state: 'retrying', failure: { kind: 'unavailable' } })
    server.cutTokens('never')
    await process.check()
    expect(process.state().state).toBe('connected')
  })

  test('needs a person when the answer with the rotated token was lost, and says so', async () => {
    const process = await openProcess()
    await process.signIn('ada')
    process.clock.shiftMs = (lastsSeconds + 1) * 1_000
    server.cutTokens('after')
    await process.check()
    expect(process.state().state).toBe('retrying')
    server.cutTokens('never')
    await process.check()
    expect(process.state()).toMatchObject({ state: 'needs_attention', failure: { kind: 'unauthorized', code: 'invalid_grant' } })
    expect(await process.signIn('ada')).toBe('connected')
  })
})

test('a grant that was taken back needs attention, and signing in again heals it', async () => {
  const process = await openProcess()
  await process.signIn('ada')
  await server.revokeAll()
  await process.check()
  expect(process.state()).toMatchObject({ state: 'needs_attention', failure: { kind: 'unauthorized' } })
  expect((await process.credential()).refreshToken).toBeTruthy()
  expect(await process.signIn('ada')).toBe('connected')
})

test('renewed tokens that the vault would not take are not asked for twice', async () => {
  const process = await openProcess()
  await process.signIn('ada')
  process.clock.shiftMs = (lastsSeconds - 60) * 1_000
  const { set } = process.shared.vault
  process.shared.vault.set = () => Promise.reject(new Error('the vault is locked'))
  const before = server.tokenRequests()
  await expect(ask(process)).rejects.toThrow()
  process.shared.vault.set = set
  expect(await ask(process)).toMatchObject({ sub: 'ada' })
  expect(server.tokenRequests() - before).toBe(1)
})
