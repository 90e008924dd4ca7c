/** What billing is made of: events taken by webhook and by asking, over the connections that bill customers. */
import { createPoller } from '../engine/billing/poller.ts'
import { createBillingStore } from '../engine/billing/store.ts'
import { createAskService, createTaking, type Payments } from '../engine/billing/take-event.ts'
import { createWebhooks } from '../engine/billing/webhooks.ts'
import { createLeases } from '../engine/messaging/leases.ts'
import { catalog } from '../providers/catalog.ts'
import type { Foundation } from './foundation.ts'
import type { Reach } from './reach.ts'

/** Events are asked for this often; the stand-in of the Demo tenant, on this machine, more often. */
const askMs = 60_000
const askDemoMs = 15_000

export function createBillingParts(
  foundation: Foundation,
  reach: Reach,
  parts: { owner: string; now(): number; onError(error: unknown): void },
) {
  const { database, audit, announcements } = foundation
  const { connections, keeper, caller, notices, proofs, tenants } = reach
  const store = createBillingStore(database)
  const ask = createAskService(caller)
  const take = createTaking({ database, audit, announcements, notices, store, ask, now: parts.now })

  function connected(): Payments[] {
    return connections.connected().flatMap(({ tenantId, provider: id }) => {
      const provider = Object.values(catalog).find((one) => one.id === id)
      return provider?.billing ? [{ tenantId, provider, room: provider.billing }] : []
    })
  }

  const everyMs = (tenantId: string) => (tenants.isDemo(tenantId) ? askDemoMs : askMs)
  const leases = createLeases(database, parts.now)
  const poller = createPoller({ database, store, leases, proofs, ask, take, connected, everyMs, ...parts })
  const takeWebhook = createWebhooks({ database, store, keeper, connected, take, now: parts.now })
  return { store, ask, poller, takeWebhook, everyMs }
}
