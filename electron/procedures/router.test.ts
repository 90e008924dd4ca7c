import { createRouterClient, ORPCError } from '@orpc/server'
import { expect, test } from 'vitest'
import { type Failure, type FailureKind, failed, failureKinds } from '#shared/failure'
import type { Authority } from '../engine/access/access.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createRouter } from './router.ts'

const operator: Authority = { actor: { kind: 'operator', id: 'operator' }, tenantId: null }
const script: Authority = { actor: { kind: 'token', id: 'script' }, tenantId: 'acme' }

function served() {
  const fake = createFakeEngine()
  const unexpected: unknown[] = []
  const foreign: string[] = []
  const router = createRouter({
    engine: fake.engine,
    onUnexpected: (error) => unexpected.push(error),
    onForeignTenant: ({ actor }, tenantId) => foreign.push(`${actor.id} ${tenantId}`),
  })
  const as = (caller: Authority, tenantHeader?: string) => createRouterClient(router, { context: { caller, tenantHeader } })
  return { ...fake, unexpected, foreign, as }
}

/** The failure that a call ended with, as the other side sees it. */
async function failureOf(work: Promise<unknown>): Promise<Failure & { status: number }> {
  const error = await work.then(
    () => expect.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ORPCError)) throw error
  expect(error.code).toBe((error.data as Failure).kind.toUpperCase())
  return { ...(error.data as Failure), status: error.status }
}

const page = { items: [], nextCursor: null }

test('the tenant is the one that the header names, and the actor whoever asks', async () => {
  const { as, answer, asked } = served()
  answer('jobs.list', () => page)
  await as(operator, 'other').jobs.list({})
  await as(script).jobs.list({})
  expect(asked).toMatchObject([
    { tenantId: 'other', procedure: 'jobs.list', actor: operator.actor },
    { tenantId: 'acme', procedure: 'jobs.list', actor: script.actor },
  ])
})

test('without a tenant, with an unknown one or with another’s, nothing is asked', async () => {
  const { as, asked, foreign } = served()
  expect(await failureOf(as(operator).jobs.list({}))).toMatchObject({ kind: 'invalid', fields: [{ path: 'X-Tenant-Id' }] })
  expect(await failureOf(as(operator, '').jobs.list({}))).toMatchObject({ kind: 'invalid' })
  expect(await failureOf(as(operator, 'nobody').jobs.list({}))).toMatchObject({ kind: 'not_found', status: 404 })
  expect(await failureOf(as(script, 'other').jobs.list({}))).toMatchObject({ kind: 'forbidden', status: 403 })
  expect(foreign).toEqual(['script other'])
  expect(asked).toEqual([])
})

test('a token of one tenant reads what everybody may, and its own tenant alone', async () => {
  const { as, answer } = served()
  const at = '2026-01-01T00:00:00Z'
  const tenants = ['acme', 'other'].map((id) => ({ id, name: id, demo: false, createdAt: at }))
  answer('tenants.list', () => ({ items: tenants, nextCursor: null }))
  answer('providers.list', () => page)
  expect((await as(script).system.health()).status).toBe('ok')
  expect(await as(script).providers.list()).toEqual(page)
  expect((await as(script).tenants.list()).items.map(({ id }) => id)).toEqual(['acme'])
  expect((await as(operator).tenants.list()).items).toHaveLength(2)
})

test.each([
  ['tenants.create', (client: Client) => client.tenants.create({ name: 'More' })],
  ['tenants.update', (client: Client) => client.tenants.update({ tenantId: 'acme', name: 'Mine' })],
  ['tenants.remove', (client: Client) => client.tenants.remove({ tenantId: 'other' })],
  ['tokens.list', (client: Client) => client.tokens.list()],
  ['tokens.create', (client: Client) => client.tokens.create({ name: 'more', tenantId: 'other' })],
  ['tokens.remove', (client: Client) => client.tokens.remove({ id: 'x' })],
  ['system.unlockVault', (client: Client) => client.system.unlockVault({ passphrase: 'long enough' })],
  [
    'system.changePassphrase',
    (client: Client) => client.system.changePassphrase({ current: 'long enough', next: 'longer than that' }),
  ],
  ['system.lockVault', (client: Client) => client.system.lockVault()],
  ['system.recoveryExport', (client: Client) => client.system.recoveryExport({ passphrase: 'long enough' })],
  ['jobs.pause', (client: Client) => client.jobs.pause({ scope: 'all', paused: true })],
  ['jobs.pause', (client: Client) => client.jobs.pause({ scope: 'all', paused: false })],
])('%s is for the operator alone', async (procedure, ask) => {
  const { as, answer, asked } = served()
  answer(procedure, () => page)
  expect(await failureOf(ask(as(script)))).toMatchObject({ kind: 'forbidden' })
  expect(asked).toEqual([])
})

type Client = ReturnType<ReturnType<typeof served>['as']>

test('a token may pause its own tenant', async () => {
  const { as, answer, asked } = served()
  answer('jobs.pause', () => page)
  await as(script).jobs.pause({ scope: 'tenant', paused: true })
  expect(asked).toMatchObject([{ tenantId: 'acme', input: { scope: 'tenant' } }])
})

test.each(Object.keys(failureKinds) as FailureKind[])('%s crosses with its status and all it says', async (kind) => {
  const { as, answer, unexpected } = served()
  const failure = {
    code: 'x1',
    retryAfterMs: 1_500,
    action: { label: 'Open', href: '/jobs' },
    fields: [{ path: 'a', message: 'b' }],
  }
  answer('jobs.list', () => {
    throw failed(kind, 'What happened.', failure)
  })
  const { status } = failureKinds[kind]
  expect(await failureOf(as(script).jobs.list({}))).toEqual({ kind, message: 'What happened.', ...failure, status })
  expect(unexpected).toEqual([])
})

test('what is not ours becomes unexpected without its words, and the true error goes to the log', async () => {
  const { as, answer, unexpected } = served()
  const bug = new Error('SELECT secret FROM vault')
  answer('jobs.list', () => {
    throw bug
  })
  const failure = await failureOf(as(script).jobs.list({}))
  expect(failure).toMatchObject({ kind: 'unexpected', status: 500 })
  expect(JSON.stringify(failure)).not.toContain('SELECT')
  expect(unexpected).toEqual([bug])
})

test('an answer that breaks the contract is our bug, not the caller’s', async () => {
  const { as, answer, unexpected } = served()
  answer('jobs.list', () => ({ items: 'none' }))
  expect(await failureOf(as(script).jobs.list({}))).toMatchObject({ kind: 'unexpected', status: 500 })
  expect(unexpected).toHaveLength(1)
})

test('unknown and wrong fields are named, each by its path', async () => {
  const { as, asked } = served()
  const order = { kind: 'EMAIL_SEND', input: {}, surprise: 1, priority: 'high' }
  const failure = await failureOf(as(script).jobs.create(order as never))
  expect(failure).toMatchObject({ kind: 'invalid', status: 400 })
  expect(failure.fields?.map(({ path }) => path).sort()).toEqual(['priority', 'surprise'])
  expect(asked).toEqual([])
})

test('half a character and bottomless nesting are refused before any schema reads them', async () => {
  const { as } = served()
  let deep: unknown = 1
  for (let level = 0; level < 10_000; level += 1) deep = [deep]
  for (const input of [{ text: '\ud800' }, { text: deep }, { '\udc00': 1 }]) {
    const failure = await failureOf(as(script).jobs.create({ kind: 'TELEGRAM_SEND', input } as never))
    expect(failure).toMatchObject({ kind: 'invalid', fields: [expect.anything()] })
  }
})

test('news of a caller end with its signal', async () => {
  const { as, announce, listeners, listenersBecome } = served()
  const stop = new AbortController()
  const news = await as(script).system.news(undefined, { signal: stop.signal })
  const first = news.next()
  await listenersBecome(1)
  announce({ topic: 'job.changed', tenantId: 'other', ids: ['theirs'] })
  announce({ topic: 'job.changed', tenantId: 'acme', ids: ['ours'] })
  expect((await first).value).toMatchObject({ ids: ['ours'] })
  const waiting = news.next()
  stop.abort()
  await waiting.catch((error: unknown) => expect(stop.signal.reason).toBe(error))
  expect(listeners()).toBe(0)
})
