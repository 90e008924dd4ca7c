/** What happens by itself: start and stop in order, schedules, receivers, watches, other processes' commits. */
import { watchForeignCommits } from '../engine/database/watch.ts'
import type { SignIns } from '../engine/oauth/sign-ins.ts'
import { createDemo, demoTenantId } from '../engine/tenants/demo.ts'
import { storeVersion } from '../engine/vault/credentials.ts'
import { catalog } from '../providers/catalog.ts'
import { sandboxes } from '../sandbox/catalog.ts'
import type { AiParts } from './ai-parts.ts'
import type { Foundation } from './foundation.ts'
import { type Reach, sandboxUrlKey } from './reach.ts'
import type { SandboxParts } from './sandbox-area.ts'
import { createUpkeep } from './upkeep.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

export interface Housekeeping {
  start(): Promise<void>
  /** What can wait until the first screen is there. */
  settleIn(): Promise<void>
  stop(): Promise<void>
  sandboxUrl(): string | null
}

/** Schedules are looked at this often at least; a clock that jumps is noticed as soon. */
const scheduleMs = 1_000
const watchMs = 10_000
/** How often disk, clock and runs are looked at. */
const watchdogMs = 30_000
/** How often sign-ins are looked through for those that end soon. */
const renewalMs = 60_000
/** How often connections are looked through for old evidence. */
const probeMs = 600_000
/** Files that only pass through, and copies that were lent, are looked after this often. */
const sweepMs = 60_000
/** How often is looked whose events are due to be asked for. */
const billingMs = 5_000

export function createHousekeeping(
  world: World,
  foundation: Foundation,
  reach: Reach,
  parts: { work: Work; ai: AiParts; sandbox: SandboxParts | undefined; signIns: SignIns },
): Housekeeping {
  const { database, announcements, auditLog, demoVault, state } = foundation
  const { work, sandbox } = parts
  const upkeep = createUpkeep(world, foundation, reach)
  const { jobs, schedules, receivers, lateWatch, billing, onError } = work
  const timers: NodeJS.Timeout[] = []
  let foreign: { stop(): void } | undefined
  let sandboxUrl: string | null = null
  let firstStart = false

  const demo = createDemo({
    ...reach,
    enqueuer: jobs.enqueuer,
    steering: jobs.steering,
    catalog,
    demoConnections: Object.values(sandboxes),
    breakNextCheck: (provider) => sandbox?.server.faults.set(provider, 'unauthorized', true, 1),
    now: world.now,
  })

  /** The same in every process: what the stand-ins accept is secret to nobody. */
  async function issueDemoCredentials(): Promise<void> {
    for (const { provider, demoCredential } of Object.values(sandboxes)) {
      await storeVersion(demoVault, { tenantId: demoTenantId, provider, version: 1 }, demoCredential)
    }
  }

  function every(ms: number, work: () => Promise<unknown>): void {
    timers.push(setInterval(() => void work().catch(onError), ms).unref())
  }

  async function openSandbox(): Promise<void> {
    if (!sandbox) return
    const { url } = await sandbox.server.start()
    sandboxUrl = url
    await state.set(sandboxUrlKey, url)
    firstStart = await demo.ensure()
  }

  return {
    sandboxUrl: () => sandboxUrl,
    async start() {
      await issueDemoCredentials()
      await openSandbox()
      await auditLog.start()
      await parts.ai.start()
      await schedules.look()
      await jobs.runner.start()
      foreign = watchForeignCommits(database, () => {
        announcements.announceMissed()
        jobs.runner.nudge()
      })
      if (world.host === 'worker') return
      every(scheduleMs, schedules.look)
      every(watchMs, lateWatch.look)
      every(watchMs, work.escalator.look)
      every(watchdogMs, work.watchdogs.look)
      every(probeMs, upkeep.probes.look)
      every(renewalMs, upkeep.renewals.look)
      every(renewalMs, work.agents.approvals.expire)
      every(sweepMs, async () => {
        await reach.tray.sweep()
        await reach.lending.sweep()
      })
      every(billingMs, billing.poller.look)
      announcements.listen((news) => {
        if (news.topic === 'connection.changed' || news.topic === 'missed') receivers.reconcile()
      })
      receivers.reconcile()
    },
    async settleIn() {
      if (firstStart) await demo.firstDay()
      database.layBallast()
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      foreign?.stop()
      await Promise.all([parts.signIns.stop(), receivers.stop(), billing.poller.stop(), jobs.runner.stop()])
      await world.wire?.close()
      await sandbox?.server.stop()
      await auditLog.stop()
      sandbox?.ledger.close()
      database.close()
    },
  }
}
