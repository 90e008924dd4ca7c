/** Billing of one tenant, as the contract offers it: lists are asked live, changes are ordered as jobs. */
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import type { CredentialKeeper } from '../connections/caller.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { ConnectionViews } from '../connections/view.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area } from '../engine.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import { toJob } from '../jobs/rows.ts'
import type { BillingPoller } from './poller.ts'
import type { BillingStore } from './store.ts'
import type { AskService, Payments } from './take-event.ts'

export interface BillingDeps {
  database: Database
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  keeper: Pick<CredentialKeeper, 'read'>
  views: ConnectionViews
  enqueuer: Enqueuer
  store: BillingStore
  poller: BillingPoller
  ask: AskService
  everyMs(tenantId: string): number
}

const pageLength = 50

interface Page<T> {
  items: T[]
  after?: string | null
}

export function createBilling(deps: BillingDeps): (tenantId: string) => Area<'billing'> {
  const { catalog, connections, keeper, views, enqueuer, store, poller } = deps
  const rooms = Object.values(catalog).flatMap((provider) => (provider.billing ? [{ provider, room: provider.billing }] : []))

  function paymentsOf(tenantId: string): Payments {
    const found = rooms.find(({ provider }) => connections.isSet(tenantId, provider.id)) ?? rooms[0]
    if (!found) throw failed('unsupported', 'Nothing in this build bills customers.')
    return { tenantId, ...found }
  }

  function connectedOf(tenantId: string): Payments {
    const payments = paymentsOf(tenantId)
    const { provider } = payments
    if (connections.isSet(tenantId, provider.id)) return payments
    throw failed('unauthorized', `${provider.name} is not connected, so there is nothing to bill with yet.`, {
      action: { label: `Connect ${provider.name}`, href: `/integrations/${provider.id}` },
    })
  }

  async function read(tenantId: string, actionId: string, input: Record<string, unknown>): Promise<unknown> {
    const payments = connectedOf(tenantId)
    const action = payments.provider.actions[actionId]
    if (!action) throw failed('unsupported', `${payments.provider.name} has no ${actionId}.`)
    return deps.ask(payments, async (call) => action.output.parse(await action.run(action.input.parse(input), call)))
  }

  async function page<T>(tenantId: string, actionId: string, given: Record<string, unknown> = {}) {
    const { cursor, ...input } = given
    const asked = cursor === undefined ? input : { ...input, after: cursor }
    const { items, after = null } = (await read(tenantId, actionId, asked)) as Page<T>
    return { items, nextCursor: after }
  }

  async function order(tenantId: string, action: string, given: { key?: string | undefined }, actor: Actor) {
    const { key, ...input } = given
    const { provider } = connectedOf(tenantId)
    const { row } = await enqueuer.enqueue(
      tenantId,
      { kind: 'ACTION_RUN', input: { provider: provider.id, action, input }, ...(key === undefined ? {} : { key }) },
      actor,
    )
    return toJob(row)
  }

  const act =
    (tenantId: string, action: string) =>
    (input: { key?: string | undefined }, actor: Actor): ReturnType<typeof order> =>
      order(tenantId, action, input, actor)

  /** What the credential says of itself; nothing where it cannot be read now. */
  async function known({ tenantId, provider, room }: Payments): Promise<{ test: boolean | null; proves: boolean }> {
    if (!connections.isSet(tenantId, provider.id)) return { test: null, proves: false }
    try {
      const { credential } = await keeper.read(tenantId, provider.id)
      return { test: room.isTest(credential), proves: room.provesWebhooks(credential) }
    } catch {
      // The closed vault says so by itself.
      return { test: null, proves: false }
    }
  }

  async function overview(tenantId: string) {
    const payments = paymentsOf(tenantId)
    const { id, name } = payments.provider
    const source = { tenantId, provider: id }
    const { state, account } = views.one(tenantId, payments.provider)
    const { test, proves } = await known(payments)
    const row = store.source(source)
    const instant = (at: number | null | undefined) => (at == null ? null : toInstant(at))
    const { currency } = connections.settings(tenantId, id)
    return {
      provider: id,
      name,
      state,
      test,
      account: account?.name ?? null,
      currency: typeof currency === 'string' ? currency : null,
      events: {
        lastAt: instant(store.lastAt(source)),
        webhook: { set: proves, lastAt: instant(row?.webhook_at), refusedAt: instant(row?.refused_at) },
        polling: {
          everyMs: deps.everyMs(tenantId),
          lastAt: instant(row?.polled_at),
          failure: poller.failure(payments) ?? null,
        },
        missedSince: instant(row?.missed_since),
      },
    }
  }

  async function checkEvents(tenantId: string): Promise<{ taken: number }> {
    const payments = connectedOf(tenantId)
    const taken = await poller.check(payments)
    // Whoever asks by hand has read that events were missed.
    await deps.database.write(() => store.note({ tenantId, provider: payments.provider.id }, { missed_since: null }))
    return { taken }
  }

  return (tenantId) => ({
    overview: () => overview(tenantId),
    plans: (input) => page(tenantId, 'plans.list', input),
    customers: (input) => page(tenantId, 'customers.list', input),
    subscriptions: (input) => page(tenantId, 'subscriptions.list', input),
    invoices: (input) => page(tenantId, 'invoices.list', input),
    paymentMethods: (input) => page(tenantId, 'payment_methods.list', input),
    events: async ({ cursor, limit = pageLength } = {}) => store.list(tenantId, { cursor, limit }),
    checkEvents: () => checkEvents(tenantId),
    preview: (input) => read(tenantId, 'subscription.preview', input) as never,
    createPlan: act(tenantId, 'plan.create'),
    archivePlan: act(tenantId, 'plan.archive'),
    createCustomer: act(tenantId, 'customer.create'),
    createCheckout: act(tenantId, 'checkout.create'),
    createPortal: act(tenantId, 'portal.create'),
    createSetup: act(tenantId, 'setup.create'),
    createSubscription: act(tenantId, 'subscription.create'),
    changeSubscription: act(tenantId, 'subscription.change'),
    cancelSubscription: act(tenantId, 'subscription.cancel'),
  })
}
