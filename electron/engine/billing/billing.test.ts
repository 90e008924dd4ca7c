/** Events are taken once, whichever way and however often they come, and none is lost to a crash between asking and storing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ServiceEvent } from '#shared/billing'
import { failed } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import type { BillingRoom, RefetchedObject } from '../../kit/billing.ts'
import type { AnyProvider } from '../../kit/define.ts'
import { createAnnouncements } from '../announcements.ts'
import { createAuditAppender } from '../audit/append.ts'
import type { Proofs } from '../connections/proofs.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { createNotices } from '../escalation/notices.ts'
import { createLeases } from '../messaging/leases.ts'
import { createPoller } from './poller.ts'
import { createBillingStore } from './store.ts'
import { type AskService, createTaking, type Payments } from './take-event.ts'
import { createWebhooks } from './webhooks.ts'

const start = 1_790_000_000_000
const provider = { id: 'stripe', name: 'Stripe', actions: {} } as unknown as AnyProvider

function eventOf(number: number, type = 'invoice.payment_failed'): ServiceEvent {
  return { id: `evt_${number}`, type, at: toInstant(start + number * 1_000), object: { kind: 'invoice', id: 'in_1' } }
}

let database: Database
let world: ReturnType<typeof openWorld>

/** A service whose events, objects and secrets the test decides. */
function openWorld(tenants: Record<string, string | undefined> = { acme: 'secret-of-acme' }) {
  const clock = { now: start + spans.minute }
  const now = () => clock.now
  const service = {
    events: [] as ServiceEvent[],
    asked: [] as number[],
    refetched: 0,
    object: { state: 'paid' } as RefetchedObject,
    breaks: undefined as (() => void) | undefined,
  }
  const room: BillingRoom = {
    isTest: () => true,
    provesWebhooks: (credential) => credential !== 'none',
    async prove({ body, signature }, credential) {
      if (signature !== credential) throw failed('unauthorized', 'no')
      return JSON.parse(body) as ServiceEvent
    },
    async eventsSince(_call, from) {
      service.asked.push(from)
      return service.events.filter(({ at }) => Date.parse(at) >= from)
    },
    keepsEventsMs: 30 * spans.day,
    async refetch() {
      service.refetched += 1
      service.breaks?.()
      return service.object
    },
  }
  const connected = (): Payments[] => Object.keys(tenants).map((tenantId) => ({ tenantId, provider, room }))
  const announcements = createAnnouncements()
  const notices = createNotices(database, announcements, now)
  const store = createBillingStore(database)
  const ask: AskService = async (_payments, work) => work({} as never)
  const take = createTaking({ database, audit: createAuditAppender(database, now), announcements, notices, store, ask, now })
  const errors: unknown[] = []
  const makePoller = () =>
    createPoller({
      database,
      store,
      leases: createLeases(database, now),
      owner: crypto.randomUUID(),
      proofs: { record: () => undefined } as Proofs,
      ask,
      take,
      connected,
      everyMs: () => spans.minute,
      now,
      onError: (error) => errors.push(error),
    })
  const keeper = {
    async read(tenantId: string) {
      const credential = tenants[tenantId]
      if (credential === undefined) throw failed('unavailable', 'The vault is locked.')
      return { version: 1, credential }
    },
  }
  const webhook = createWebhooks({ database, store, keeper, connected, take, now })
  const deliver = (event: ServiceEvent, signature: string, tenantId?: string) =>
    webhook({ tenantId, body: JSON.stringify(event), signature })
  const kept = (tenantId = 'acme') => store.list(tenantId, { limit: 100 }).items.map(({ id }) => id)
  const acme = { tenantId: 'acme', provider: 'stripe' }
  return { clock, service, makePoller, deliver, notices, store, kept, acme, errors }
}

beforeEach(() => {
  database = openDatabase({ file: ':memory:' })
  world = openWorld()
})
afterEach(() => database.close())

describe('by webhook', () => {
  test('an event is taken once; a repeated delivery is well and changes nothing', async () => {
    expect(await world.deliver(eventOf(1), 'secret-of-acme')).toBe(true)
    expect(await world.deliver(eventOf(1), 'secret-of-acme')).toBe(false)
    expect(world.kept()).toEqual(['evt_1'])
    expect(world.service.refetched).toBe(1)
    const audited = database.sqlite.prepare("SELECT count(*) AS count FROM audit_events WHERE action = 'billing.event'").get()
    expect(audited).toEqual({ count: 1 })
  })

  test('two deliveries at the same moment are one event', async () => {
    const taken = await Promise.all([1, 1, 1].map((number) => world.deliver(eventOf(number), 'secret-of-acme')))
    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  test('an event whose object cannot be asked for is not taken, so that it is delivered again', async () => {
    world.service.breaks = () => {
      throw failed('unavailable', 'Stripe is down.')
    }
    await expect(world.deliver(eventOf(1), 'secret-of-acme')).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
    expect(world.kept()).toEqual([])
    world.service.breaks = undefined
    expect(await world.deliver(eventOf(1), 'secret-of-acme')).toBe(true)
  })

  test('it belongs to the tenant whose secret signed it, whoever is named', async () => {
    world = openWorld({ acme: 'secret-of-acme', other: 'secret-of-other', bare: 'none' })
    await world.deliver(eventOf(1), 'secret-of-other')
    expect([world.kept('acme'), world.kept('other')]).toEqual([[], ['evt_1']])
    await expect(world.deliver(eventOf(2), 'secret-of-other', 'acme')).rejects.toMatchObject({
      failure: { kind: 'unauthorized' },
    })
    expect(world.store.source(world.acme)?.refused_at).toBe(world.clock.now)
    expect(world.kept('acme')).toEqual([])
  })

  test('without any secret, or for a tenant that is not there, the refusal is the same', async () => {
    world = openWorld({ acme: 'secret-of-acme', bare: 'none' })
    const told = await Promise.all(
      [world.deliver(eventOf(1), 'none', 'bare'), world.deliver(eventOf(1), 'x', 'nobody'), world.deliver(eventOf(1), 'x')].map(
        (one) => one.catch((error: Error) => error.message),
      ),
    )
    expect(new Set(told).size).toBe(1)
  })

  test('with the vault closed it is to come again', async () => {
    world = openWorld({ acme: undefined })
    await expect(world.deliver(eventOf(1), 'secret-of-acme')).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
  })
})

describe('by asking', () => {
  test('a crash in the middle loses nothing and repeats nothing', async () => {
    world.service.events = [eventOf(1), eventOf(2), eventOf(3)]
    let left = 1
    world.service.breaks = () => {
      if (left === 0) throw failed('unavailable', 'the process ends here')
      left -= 1
    }
    await world.makePoller().look()
    expect(world.kept()).toEqual(['evt_1'])
    expect(world.store.source(world.acme)).toMatchObject({ cursor: start + 1_000, polled_at: null })
    world.service.breaks = undefined
    // Until the lease of the dead process is over.
    world.clock.now += 2 * spans.minute + 1
    await world.makePoller().look()
    expect(world.kept().sort()).toEqual(['evt_1', 'evt_2', 'evt_3'])
    expect(world.service.refetched).toBe(4)
    expect(world.store.source(world.acme)).toMatchObject({ cursor: start + 3_000, polled_at: world.clock.now })
  })

  test('what a webhook brought is not taken again', async () => {
    world.service.events = [eventOf(1)]
    await world.deliver(eventOf(1), 'secret-of-acme')
    await world.makePoller().look()
    expect(world.kept()).toEqual(['evt_1'])
    expect(world.service.refetched).toBe(1)
  })

  test('once a minute, by one of all processes, and after a failure not before a minute is over', async () => {
    const [one, other] = [world.makePoller(), world.makePoller()]
    await Promise.all([one.look(), other.look()])
    expect(world.service.asked).toHaveLength(1)
    world.clock.now += spans.minute - 1
    await one.look()
    expect(world.service.asked).toHaveLength(1)
    world.clock.now += 1
    await one.look()
    expect(world.service.asked).toHaveLength(2)
  })

  test('an event that is listed late is still found', async () => {
    const poller = world.makePoller()
    world.service.events = [eventOf(30)]
    await poller.look()
    world.service.events = [eventOf(20), eventOf(30)]
    world.clock.now += spans.minute
    await poller.look()
    expect(world.kept().sort()).toEqual(['evt_20', 'evt_30'])
  })

  test('after more than thirty days it asks as far back as there is, and says that something may be missing', async () => {
    const poller = world.makePoller()
    await poller.look()
    const last = world.clock.now
    world.clock.now += 45 * spans.day
    await poller.look()
    expect(world.service.asked.at(-1)).toBe(world.clock.now - 30 * spans.day)
    expect(world.store.source(world.acme)?.missed_since).toBe(last)
  })
})

describe('a failed payment', () => {
  const unpaid = { state: 'open', unpaid: { title: 'A payment of $29.00 failed', message: 'Invoice 1 is not paid.' } }
  const told = () => world.notices.list('acme').map(({ title, count }) => ({ title, count }))

  test('calls a person once an invoice, and is settled when the invoice is paid', async () => {
    world.service.object = unpaid
    await world.deliver(eventOf(1), 'secret-of-acme')
    await world.deliver(eventOf(2), 'secret-of-acme')
    expect(told()).toEqual([{ title: 'A payment of $29.00 failed', count: 2 }])
    world.service.object = { state: 'paid' }
    await world.deliver(eventOf(3, 'invoice.paid'), 'secret-of-acme')
    expect(told()).toEqual([])
  })

  test('that was paid meanwhile calls nobody, however late its event comes', async () => {
    world.service.object = { state: 'paid' }
    await world.deliver(eventOf(1), 'secret-of-acme')
    expect(told()).toEqual([])
  })
})
