import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AnyProvider, defineProvider, type Incoming, type Press } from '../../kit/define.ts'
import { createAnnouncements } from '../announcements.ts'
import { createAuditAppender } from '../audit/append.ts'
import { createConnectionReader } from '../connections/rows.ts'
import { pretendedManifest } from '../jobs/pretended-provider.ts'
import { createQueueWorld, type QueueWorld, tenant } from '../jobs/queue-world.ts'
import { createConversations } from './conversations.ts'
import { createLeases } from './leases.ts'
import { createPresses, nothingToDo, type OnPress } from './presses.ts'
import { createReceivers, type ReceiverDeps, type Receivers } from './receiver.ts'

const press: Press = { pressId: '77', data: 'a:1', chatId: '42', messageId: '9', from: { id: '5', name: 'Ada' }, at: 1 }
const message: Incoming = {
  chatId: '42',
  chatTitle: 'Ada',
  chatKind: 'chat',
  messageId: '1',
  author: 'Ada',
  text: 'Tell me when it is done',
  at: 1,
}

let world: QueueWorld
let running: Receivers[] = []
/** What the service tells whoever has not got past it. */
let waiting: { messages: Incoming[]; presses: Press[] }
/** Resolves when somebody asks for what comes after. */
let confirmed: PromiseWithResolvers<void>
/** Happens while a poll is on its way. */
let meanwhile: () => void

const provider: AnyProvider = defineProvider({
  ...pretendedManifest,
  id: 'post',
  name: 'Post',
  receive: {
    pressAnswer: 'press.answer',
    async poll(call, cursor) {
      meanwhile()
      if (cursor === undefined) return { ...waiting, cursor: '10' }
      confirmed.resolve()
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true }))
      return { messages: [], cursor }
    },
  },
})

interface Told {
  presses: [string, string][]
  incoming: string[]
  orders: { key?: string | undefined; input: unknown }[]
}

function receive(told: Told, settings: Record<string, unknown>, onPress?: OnPress): Receivers {
  const { database, clock } = world
  const now = () => clock.now
  const audit = createAuditAppender(database, now)
  const announcements = createAnnouncements({ intervalMs: 1 })
  const takePress = createPresses({
    audit,
    connections: { settings: () => settings },
    enqueuer: {
      prepare: (tenantId, order) => ({ tenantId, order, input: order.input, text: '', subject: '', provider: null, agent: null }),
      place(_tx, { order: { key, input } }) {
        told.orders.push({ key, input })
        return { row: {} as never, created: true }
      },
    },
    onPress:
      onPress ??
      ((_tx, tenantId, _provider, { data }) => {
        told.presses.push([tenantId, data])
        return undefined
      }),
  })
  const deps: ReceiverDeps = {
    database,
    catalog: { post: provider },
    connections: createConnectionReader(database),
    caller: { makeCall: async ({ signal }) => ({ call: { signal } as never, exchange: {} as never }) },
    conversations: createConversations({ database, audit, announcements }),
    proofs: { record: () => undefined },
    onIncoming: (_tx, _tenantId, _provider, { text }) => told.incoming.push(text),
    takePress,
    leases: createLeases(database, now),
    owner: `runner-${running.length}`,
    dice: () => 0,
    onError: (error) => {
      throw error
    },
  }
  const receivers = createReceivers(deps)
  running.push(receivers)
  receivers.reconcile()
  return receivers
}

const empty = (): Told => ({ presses: [], incoming: [], orders: [] })

beforeEach(() => {
  world = createQueueWorld({ providers: { post: provider } })
  const addTenant = 'INSERT INTO tenants (id, name, demo, created_at) VALUES (?, ?, 0, 0)'
  world.database.sqlite.prepare(addTenant).run(tenant, 'Acme')
  running = []
  waiting = { messages: [message], presses: [press] }
  confirmed = Promise.withResolvers()
  meanwhile = () => undefined
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await world.stop()
})

test('a press from the default chat is handed on once, also when the receiver starts anew', async () => {
  const told = empty()
  const first = receive(told, { defaultChatId: '42' })
  await confirmed.promise
  await first.stop()
  confirmed = Promise.withResolvers()
  receive(told, { defaultChatId: '42' })
  await confirmed.promise
  expect(told).toEqual({
    presses: [[tenant, 'a:1']],
    incoming: ['Tell me when it is done'],
    orders: [
      {
        key: 'press/post/77',
        input: { provider: 'post', action: 'press.answer', input: { pressId: '77', text: nothingToDo } },
      },
    ],
  })
  expect(world.audits()).toContainEqual({ action: 'press.received', target_id: '77', outcome: 'ok' })
})

test('a chat named as an operator’s decides, and its taker says what came of it', async () => {
  const told = empty()
  receive(told, { defaultChatId: '1', operatorChatIds: ['42'] }, () => 'x'.repeat(300))
  await confirmed.promise
  expect(told.orders).toMatchObject([{ input: { input: { text: 'x'.repeat(200) } } }])
})

test.each([
  ['another chat', { defaultChatId: '43', operatorChatIds: ['44'] }],
  ['no chat at all', {}],
])('with %s named, nobody else decides: they are told, and it is recorded', async (_what, settings) => {
  const told = empty()
  receive(told, settings)
  await confirmed.promise
  expect(told.presses).toEqual([])
  expect(told.orders).toMatchObject([{ input: { input: { text: 'You may not decide this.' } } }])
  expect(world.audits()).toContainEqual({ action: 'press.refused', target_id: '77', outcome: 'refused' })
})

test('what could not be taken whole was not taken at all, and comes again', async () => {
  const failed = empty()
  const trying = Promise.withResolvers<void>()
  const broken = receive(failed, { defaultChatId: '42' }, () => {
    trying.resolve()
    throw new Error('the disk is full')
  })
  await trying.promise
  await broken.stop()
  expect(world.audits()).toEqual([])
  const told = empty()
  receive(told, { defaultChatId: '42' })
  await confirmed.promise
  expect([told.presses, told.incoming]).toEqual([[[tenant, 'a:1']], ['Tell me when it is done']])
})

test('a poller that another has overtaken takes nothing a second time', async () => {
  const told = empty()
  meanwhile = () => {
    meanwhile = () => undefined
    const overtaken = 'INSERT INTO receive_cursors (tenant_id, provider, cursor) VALUES (?, ?, ?)'
    world.database.sqlite.prepare(overtaken).run(tenant, 'post', '10')
  }
  receive(told, { defaultChatId: '42' })
  await confirmed.promise
  expect(told).toEqual(empty())
})
