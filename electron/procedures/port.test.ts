import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { expect, test } from 'vitest'
import type { Contract } from '#shared/contract/contract'
import { createFakeEngine } from './fake-engine.ts'
import { serveMessagePort } from './port.ts'
import { createRouter } from './router.ts'

test('the page asks over a port as the operator, each call for its tenant, and its news end with it', async () => {
  const fake = createFakeEngine()
  fake.answer('jobs.list', () => ({ items: [], nextCursor: null }))
  const refuse = (what: unknown) => expect.fail(String(what))
  const router = createRouter({ engine: fake.engine, onUnexpected: refuse, onForeignTenant: refuse })
  const { port1, port2 } = new MessageChannel()
  serveMessagePort(port1, router, { actor: { kind: 'operator', id: 'desktop' } })
  port1.start()
  port2.start()
  const link = new RPCLink<{ tenantId: string }>({ port: port2, headers: ({ context }) => ({ 'x-tenant-id': context.tenantId }) })
  const client = createORPCClient(link) as ContractRouterClient<Contract, { tenantId: string }>

  await Promise.all([
    client.jobs.list({}, { context: { tenantId: 'acme' } }),
    client.jobs.list({}, { context: { tenantId: 'other' } }),
  ])
  expect(fake.asked.map(({ tenantId, actor }) => `${tenantId} ${actor.id}`).sort()).toEqual(['acme desktop', 'other desktop'])
  await expect(client.jobs.list({}, { context: { tenantId: 'nobody' } })).rejects.toMatchObject({ data: { kind: 'not_found' } })

  const news = await client.system.news(undefined, { context: { tenantId: 'acme' } })
  const first = news.next()
  await fake.listenersBecome(1)
  fake.announce({ topic: 'job.changed', tenantId: 'acme', ids: ['1'] })
  expect((await first).value).toMatchObject({ ids: ['1'] })
  await news.return?.(undefined)
  await fake.listenersBecome(0)
  port1.close()
})
