/** Asks for events where no webhook reaches: one asker a connection across processes, a cursor that moves only with what is durable. */
import { type Failure, toFailure } from '#shared/failure'
import { spans } from '#shared/time'
import type { Proofs } from '../connections/proofs.ts'
import type { Database } from '../database/open.ts'
import type { Leases } from '../messaging/leases.ts'
import type { BillingStore } from './store.ts'
import type { AskService, Payments, TakeEvent } from './take-event.ts'

export interface PollerDeps {
  database: Database
  store: BillingStore
  leases: Leases
  /** This process among those that share the database. */
  owner: string
  proofs: Proofs
  ask: AskService
  take: TakeEvent
  connected(): Payments[]
  /** How often a tenant's events are asked for. */
  everyMs(tenantId: string): number
  now(): number
  onError(error: unknown): void
}

export interface BillingPoller {
  /** Asks whatever is due. Resolves when all of it was asked. */
  look(): Promise<void>
  /** Asks now; answers how many events were new. */
  check(payments: Payments): Promise<number>
  /** Why the latest asking failed; undefined after one that did not. */
  failure(payments: Payments): Failure | undefined
  stop(): Promise<void>
}

/** Asked again a little further back than the last one seen: a service may list an event late. What was taken is passed over. */
const overlapMs = 5 * spans.minute
/** How far back a first asking looks. */
const firstLookMs = spans.day
const leaseMs = 2 * spans.minute
/** A source that failed is left alone for a minute. */
const restMs = spans.minute

export function createPoller(deps: PollerDeps): BillingPoller {
  const { database, store, leases, owner, now } = deps
  const flights = new Map<string, Promise<number>>()
  const rests = new Map<string, number>()
  const failures = new Map<string, Failure>()
  const stopping = new AbortController()
  const keyOf = ({ tenantId, provider }: Payments) => `${tenantId}/${provider.id}`
  const sourceOf = ({ tenantId, provider }: Payments) => ({ tenantId, provider: provider.id })

  function isDue(payments: Payments): boolean {
    const asked = store.source(sourceOf(payments))?.polled_at ?? 0
    const rested = now() >= (rests.get(keyOf(payments)) ?? 0)
    // A clock that was set back must not silence a source.
    return rested && (now() - asked >= deps.everyMs(payments.tenantId) || asked > now())
  }

  /** From when to ask, and since when events may be lost because the service has forgotten them. */
  function spanOf(payments: Payments): { from: number; missedSince: number | undefined } {
    const known = store.source(sourceOf(payments))
    const oldest = now() - payments.room.keepsEventsMs
    const polled = known?.polled_at ?? null
    if (known?.cursor == null && polled === null) return { from: now() - firstLookMs, missedSince: undefined }
    const wanted = Math.min(known?.cursor ?? Number.POSITIVE_INFINITY, polled ?? Number.POSITIVE_INFINITY) - overlapMs
    return { from: Math.max(wanted, oldest), missedSince: polled !== null && polled < oldest ? polled : undefined }
  }

  async function poll(payments: Payments): Promise<number> {
    const { from, missedSince } = spanOf(payments)
    const startedAt = now()
    const events = await deps.ask(payments, (call) => payments.room.eventsSince(call, from), stopping.signal)
    let taken = 0
    for (const event of events) {
      if (await deps.take(payments, event, { via: 'poll', signal: stopping.signal })) taken += 1
    }
    await database.write((tx) => {
      store.note(sourceOf(payments), {
        polled_at: startedAt,
        ...(missedSince === undefined ? {} : { missed_since: missedSince }),
      })
      store.trim(now())
      deps.proofs.record(tx, { ...sourceOf(payments), call: 'events' })
    })
    failures.delete(keyOf(payments))
    return taken
  }

  async function failedPoll(payments: Payments, failure: Failure): Promise<void> {
    failures.set(keyOf(payments), failure)
    rests.set(keyOf(payments), now() + Math.max(restMs, failure.retryAfterMs ?? 0))
    await database.write((tx) => deps.proofs.record(tx, { ...sourceOf(payments), call: 'events', failure }))
  }

  function check(payments: Payments): Promise<number> {
    const key = keyOf(payments)
    const flying = flights.get(key)
    if (flying) return flying
    const flight = poll(payments)
      .catch(async (error: unknown) => {
        if (!stopping.signal.aborted) await failedPoll(payments, toFailure(error))
        throw error
      })
      .finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }

  async function checkIfDue(payments: Payments): Promise<void> {
    if (flights.has(keyOf(payments)) || !isDue(payments)) return
    if (!(await leases.hold(`billing/${keyOf(payments)}`, owner, leaseMs))) return
    try {
      await check(payments)
    } catch (error) {
      // A failure is told by the connection; only a defect is news to the log.
      if (toFailure(error).kind === 'unexpected' && !stopping.signal.aborted) deps.onError(error)
    }
  }

  return {
    check,
    failure: (payments) => failures.get(keyOf(payments)),
    async look() {
      if (stopping.signal.aborted) return
      await Promise.all(deps.connected().map(checkIfDue))
    },
    async stop() {
      stopping.abort()
      await Promise.allSettled(flights.values())
    },
  }
}
