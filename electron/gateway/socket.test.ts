import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '#shared/contract/contract'
import { type GatewayWorld, openGatewayWorld, operatorToken } from './gateway-world.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await openGatewayWorld()
  world.answer('jobs.list', () => ({ items: [], nextCursor: null }))
})
afterAll(() => world.close())

function open(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}${path}`, { headers })
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

function clientOf(websocket: WebSocket) {
  const link = new RPCLink<{ tenantId: string }>({
    websocket: websocket as never,
    headers: ({ context }) => ({ 'x-tenant-id': context.tenantId }),
  })
  return createORPCClient(link) as ContractRouterClient<Contract, { tenantId: string }>
}

function closed(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve))
}

const acme = { context: { tenantId: 'acme' } }
const asOperator = { authorization: `Bearer ${operatorToken}` }

async function cookieOf(): Promise<{ cookie: string; secret: string }> {
  const secret = (await world.access.signIn(await world.access.issueSignInCode())) ?? ''
  return { cookie: `atlas_session=${secret}`, secret }
}

test('strangers, other pages, other names and other paths cannot open it', async () => {
  const { cookie } = await cookieOf()
  await expect(open({})).rejects.toThrow('401')
  await expect(open({ cookie })).rejects.toThrow('401')
  await expect(open({ origin: world.url })).rejects.toThrow('401')
  await expect(open({ authorization: 'Bearer wrong', cookie, origin: world.url })).rejects.toThrow('401')
  await expect(open({ ...asOperator, origin: 'http://evil.example' })).rejects.toThrow('403')
  await expect(open({ cookie, origin: 'null' })).rejects.toThrow('403')
  await expect(open({ ...asOperator, host: 'evil.example' })).rejects.toThrow('421')
  await expect(open(asOperator, '/v1/jobs')).rejects.toThrow('404')
})

test('a browser comes by cookie and origin, a program by token', async () => {
  const { cookie } = await cookieOf()
  for (const headers of [{ cookie, origin: world.url }, asOperator]) {
    const socket = await open(headers)
    expect(await clientOf(socket).jobs.list({}, acme)).toEqual({ items: [], nextCursor: null })
    socket.close()
  }
})

test('calls of one socket go each to the tenant it names', async () => {
  const socket = await open(asOperator)
  const client = clientOf(socket)
  const before = world.asked.length
  await Promise.all([client.jobs.list({}, acme), client.jobs.list({}, { context: { tenantId: 'other' } })])
  expect(world.asked.slice(before).map(({ tenantId }) => tenantId)).toEqual(['acme', 'other'])
  await expect(client.jobs.list({}, { context: { tenantId: 'nobody' } })).rejects.toMatchObject({ data: { kind: 'not_found' } })
  socket.close()
})

test('a token cannot name another tenant, and hears no news of one', async () => {
  const { secret } = await world.tokenFor('acme')
  const socket = await open({ authorization: `Bearer ${secret}` })
  const client = clientOf(socket)
  await expect(client.jobs.list({}, { context: { tenantId: 'other' } })).rejects.toMatchObject({ data: { kind: 'forbidden' } })
  const news = await client.system.news(undefined, acme)
  const first = news.next()
  await world.listenersBecome(1)
  world.announce({ topic: 'job.changed', tenantId: 'other', ids: ['theirs'] })
  world.announce({ topic: 'job.changed', tenantId: 'acme', ids: ['ours'] })
  expect((await first).value).toMatchObject({ ids: ['ours'] })
  socket.close()
  await world.listenersBecome(0)
})

test('nobody listens any more for a socket that broke', async () => {
  const socket = await open(asOperator)
  const waiting = (await clientOf(socket).system.news(undefined, acme)).next()
  await world.listenersBecome(1)
  socket.terminate()
  await expect(waiting).rejects.toThrow()
  await world.listenersBecome(0)
})

test('a token that was removed is refused on the socket it opened before', async () => {
  const { id, secret } = await world.tokenFor('acme')
  const socket = await open({ authorization: `Bearer ${secret}` })
  const client = clientOf(socket)
  await client.jobs.list({}, acme)
  await world.access.tokens.remove({ id }, { kind: 'operator', id: 'test' })
  const before = world.asked.length
  await expect(client.jobs.list({}, acme)).rejects.toMatchObject({ data: { kind: 'unauthorized' } })
  expect(world.asked.length).toBe(before)
  socket.close()
})

test('signing out closes the sockets of that session, and no other', async () => {
  const [one, two] = [await cookieOf(), await cookieOf()]
  const [leaving, staying] = [
    await open({ cookie: one.cookie, origin: world.url }),
    await open({ cookie: two.cookie, origin: world.url }),
  ]
  const code = closed(leaving)
  const headers = { authorization: undefined, cookie: one.cookie, 'x-atlas': '1' }
  expect((await world.send('/session', { method: 'DELETE', headers })).status).toBe(200)
  expect(await code).toBe(4_401)
  expect(await clientOf(staying).jobs.list({}, acme)).toEqual({ items: [], nextCursor: null })
  staying.close()
})

test("a tenant's script is slowed down here too; the operator's own page is not", async () => {
  const { secret } = await world.tokenFor('acme')
  const many = async (headers: Record<string, string>) => {
    const socket = await open(headers)
    const client = clientOf(socket)
    const calls = await Promise.allSettled(Array.from({ length: 150 }, () => client.jobs.list({}, acme)))
    socket.close()
    return calls.flatMap((call) => (call.status === 'rejected' ? [call.reason as { data: unknown }] : []))
  }
  const refused = await many({ authorization: `Bearer ${secret}` })
  expect(refused).toHaveLength(30)
  expect(refused[0]?.data).toMatchObject({ kind: 'rate_limited', retryAfterMs: expect.any(Number) })
  const { cookie } = await cookieOf()
  expect(await many({ cookie, origin: world.url })).toEqual([])
})

test('a loop that has gone wild over one socket is told when to come back, and another socket is not', async () => {
  const [wild, calm] = [await open(asOperator), await open(asOperator)]
  const client = clientOf(wild)
  const calls = await Promise.allSettled(Array.from({ length: 5_010 }, () => client.jobs.list({}, acme)))
  const refused = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason as { data: unknown }] : []))
  expect(refused).toHaveLength(10)
  expect(refused[0]?.data).toMatchObject({ kind: 'rate_limited', retryAfterMs: expect.any(Number) })
  expect(await clientOf(calm).jobs.list({}, acme)).toEqual({ items: [], nextCursor: null })
  wild.close()
  calm.close()
})

test('a message beyond the cap closes the socket, and the gateway goes on', async () => {
  const socket = await open(asOperator)
  const code = closed(socket)
  socket.send('x'.repeat(6_500_001))
  expect(await code).toBe(1_009)
  expect((await world.send('/v1/health')).status).toBe(200)
})
