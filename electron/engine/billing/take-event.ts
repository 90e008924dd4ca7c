/** The one way an event is taken, however it came: once, with its object asked for anew, and what a person must know told. */
import { v7 as uuidv7 } from 'uuid'
import type { ServiceEvent } from '#shared/billing'
import type { TakenEvent } from '#shared/contract/billing'
import { AppError, failed } from '#shared/failure'
import { spans, toMs } from '#shared/time'
import type { BillingRoom, RefetchedObject } from '../../kit/billing.ts'
import type { Call } from '../../kit/call.ts'
import type { AnyProvider } from '../../kit/define.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Caller } from '../connections/caller.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Notices } from '../escalation/notices.ts'
import type { BillingStore } from './store.ts'

/** A connection through which customers are billed. */
export interface Payments {
  tenantId: string
  provider: AnyProvider
  room: BillingRoom
}

/** Asks the service something; what goes wrong is a failure of ours. */
export type AskService = <T>(payments: Payments, ask: (call: Call) => Promise<T>, signal?: AbortSignal) => Promise<T>

const patienceMs = 25 * spans.second

export function createAskService(caller: Caller): AskService {
  return async ({ tenantId, provider }, ask, signal) => {
    const ends = [AbortSignal.timeout(patienceMs), ...(signal ? [signal] : [])]
    const order = { tenantId, provider, repeat: 'safe' as const, key: uuidv7(), signal: AbortSignal.any(ends) }
    const { call, exchange } = await caller.makeCall(order)
    try {
      return await ask(call)
    } catch (error) {
      const failure = callFailure(error, exchange, 'safe')
      // Patience that ends is no wish of anybody's.
      if (failure.kind === 'cancelled' && !signal?.aborted) {
        throw failed('unavailable', `${provider.name} took too long to answer.`)
      }
      throw new AppError(failure, { cause: error })
    }
  }
}

export interface TakingDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  notices: Notices
  store: BillingStore
  ask: AskService
  now(): number
}

/** Takes an event; false where it was taken before. Resolves once it is durable, and throws where the service could not be asked. */
export type TakeEvent = (
  payments: Payments,
  event: ServiceEvent,
  from: { via: TakenEvent['via']; signal?: AbortSignal },
) => Promise<boolean>

export function createTaking(deps: TakingDeps): TakeEvent {
  const { database, audit, announcements, notices, store, now } = deps

  /** A payment that failed and is open calls a person; whatever else became of that object settles it. */
  function tell(tx: Change, tenantId: string, { object }: ServiceEvent, found: RefetchedObject | undefined): void {
    if (object.id === null || !found) return
    const cause = `${object.kind} ${object.id}`
    if (found.unpaid)
      notices.raise(tx, tenantId, { kind: 'payment_failed', cause, ...found.unpaid, href: '/billing?tab=invoices' })
    else if (found.state !== 'open') notices.close(tx, tenantId, 'payment_failed', cause)
  }

  return async (payments, event, { via, signal }) => {
    const { tenantId, provider, room } = payments
    const source = { tenantId, provider: provider.id }
    const at = toMs(event.at)
    // Events come twice and in any order, so how the object stands now counts, not what the event says of it.
    const known = store.has(source, event.id)
    const found = known ? undefined : await deps.ask(payments, (call) => room.refetch(call, event), signal)
    return database.write((tx) => {
      if (via === 'poll') store.advance(source, at)
      else store.note(source, { webhook_at: now() })
      const added = !known && store.add(source, event, { via, receivedAt: now(), state: found?.state ?? null })
      if (!added) return false
      audit.append(tenantId, {
        actor: { kind: 'system', id: via },
        action: 'billing.event',
        outcome: 'ok',
        target: { kind: event.object.kind, id: event.object.id ?? event.id },
        detail: { provider: provider.id, event: event.id, type: event.type, ...(found ? { state: found.state } : {}) },
      })
      tell(tx, tenantId, event, found)
      tx.afterCommit(() => announcements.announce('billing.changed', tenantId, event.id))
      return true
    })
  }
}
