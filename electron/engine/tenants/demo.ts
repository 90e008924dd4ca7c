/** The Demo tenant: connected to the local stand-ins, with a first day of work that really happened there. */
import type { AnyProvider } from '../../kit/define.ts'
import type { Checks } from '../connections/check.ts'
import type { ConnectionKeeper } from '../connections/keeper.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Actor } from '../engine.ts'
import type { Enqueuer, JobOrder } from '../jobs/enqueue.ts'
import type { Steering } from '../jobs/steer.ts'
import type { Tenants } from './tenants.ts'

export const demoTenantId = 'demo'

/** What a stand-in brings along: a credential that is secret to nobody, and settings. */
export interface DemoConnection {
  provider: string
  demoCredential: Record<string, unknown>
  demoSettings: Record<string, unknown>
}

export interface DemoDeps {
  tenants: Tenants
  connections: ConnectionReader
  keeper: ConnectionKeeper
  checks: Checks
  enqueuer: Enqueuer
  steering: Steering
  catalog: Readonly<Record<string, AnyProvider>>
  demoConnections: readonly DemoConnection[]
  /** Lets a stand-in refuse the next check, as a revoked credential would be. */
  breakNextCheck(provider: string): void
  now(): number
}

export interface Demo {
  /** Makes the tenant and its connections where they are missing; true on the first start. */
  ensure(): Promise<boolean>
  /** Checks the connections and orders the first day's work. Whatever is shown later was observed here. */
  firstDay(): Promise<void>
}

const system: Actor = { kind: 'system', id: 'demo' }
const day = 86_400_000

/** One order for every way a job can go: it arrives, it is refused, its answer is lost, it waits for its time. */
export function firstOrders(now: number): JobOrder[] {
  const tomorrow = new Date(now + day).toISOString()
  return [
    {
      kind: 'EMAIL_SEND',
      agent: 'cheryl',
      input: {
        to: 'customer@example.com',
        subject: 'Welcome aboard',
        text: 'Thank you for your order. Reply to this mail and a person will answer.',
      },
    },
    { kind: 'TELEGRAM_SEND', agent: 'atlas', input: { text: 'Good morning. Three drafts wait for your approval.' } },
    { kind: 'SLACK_SEND', agent: 'sunday', input: { channel: '#general', text: 'The week’s plan is in the shared folder.' } },
    {
      kind: 'TEAMS_SEND',
      agent: 'petra',
      input: {
        teamId: '0d0e0a00-0000-4000-8000-00000000ea01',
        channelId: '19:demogeneral@thread.tacv2',
        title: 'Stand-up',
        text: 'Notes of today are below.',
      },
    },
    { kind: 'SLACK_SEND', agent: 'larry', input: { channel: '#old-launch', text: 'Quarterly check finished.' } },
    { kind: 'TELEGRAM_SEND', agent: 'cheryl', input: { chatId: '504504', text: 'Your parcel left the warehouse.' } },
    {
      kind: 'EMAIL_SEND',
      agent: 'tina',
      input: { to: 'ops@example.com', subject: 'Spending so far', text: 'The report follows tomorrow.' },
      runAt: tomorrow,
    },
  ].map((order, at) => ({ ...order, key: `first-day-${at + 1}` }) as JobOrder)
}

export function createDemo(deps: DemoDeps): Demo {
  const { tenants, connections, keeper, checks, catalog, demoConnections } = deps

  /** Stand-in credentials live in memory and are issued anew at each start, so the version in use is always the first. */
  async function connect({ provider, demoCredential, demoSettings }: DemoConnection): Promise<void> {
    const row = connections.row(demoTenantId, provider)
    if (row?.credential_version === 1) return
    if (row) await keeper.remove(demoTenantId, provider, system)
    await keeper.store(demoTenantId, provider, { credential: demoCredential }, system)
    await keeper.storeSettings(demoTenantId, provider, demoSettings, system)
  }

  async function check(provider: AnyProvider): Promise<void> {
    await checks.record(demoTenantId, provider, await checks.ask(demoTenantId, provider))
  }

  return {
    async ensure() {
      const first = !tenants.list().some((tenant) => tenant.demo)
      if (first) await tenants.create('Demo', system, demoTenantId)
      const meant = demoConnections.filter(({ provider }) => first || connections.isSet(demoTenantId, provider))
      await Promise.all(meant.map(connect))
      return first
    },
    async firstDay() {
      for (const order of firstOrders(deps.now())) await deps.enqueuer.enqueue(demoTenantId, order, system)
      const { row } = await deps.enqueuer.enqueue(
        demoTenantId,
        {
          kind: 'TELEGRAM_SEND',
          input: { text: 'This one was called back before it went.' },
          runAt: new Date(deps.now() + day).toISOString(),
          key: 'first-day-cancelled',
        },
        system,
      )
      await deps.steering.cancel(demoTenantId, row.id, system)
      for (const { provider } of demoConnections) {
        const known = catalog[provider]
        if (known) await check(known)
      }
      // The spare way for mail is shown broken: mail itself goes on, and one real call mends what is shown.
      const [, spare] = Object.values(catalog).filter((provider) => provider.serves.EMAIL_SEND !== undefined)
      if (!spare) return
      deps.breakNextCheck(spare.id)
      await check(spare)
    },
  }
}
