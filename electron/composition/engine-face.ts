/** The engine as hosts and carriers see it: the contract's areas, for the installation and for one tenant. */

import type { Provider as ProviderEntry } from '#shared/contract/providers'
import type { News } from '#shared/contract/system'
import { toFailure } from '#shared/failure'
import { createAbout, createMetrics } from '../engine/about.ts'
import type { Access } from '../engine/access/access.ts'
import { createBilling } from '../engine/billing/billing.ts'
import { createConnections } from '../engine/connections/connections.ts'
import { createDefaultChat } from '../engine/connections/default-chat.ts'
import type { Actor, Engine, Installation, TenantEngine } from '../engine/engine.ts'
import { createNoticesArea } from '../engine/escalation/notices-area.ts'
import { createFiles } from '../engine/files/files.ts'
import { createJobs } from '../engine/jobs/jobs.ts'
import { createLimitView } from '../engine/limits/view.ts'
import { createMediaArea } from '../engine/media/media-area.ts'
import { createMessaging } from '../engine/messaging/messaging.ts'
import type { SignIns } from '../engine/oauth/sign-ins.ts'
import { createRecoveryArea } from '../engine/vault/recovery-area.ts'
import { createVerification } from '../engine/verification/verification.ts'
import { toProviderEntry } from '../kit/manifest.ts'
import { catalog } from '../providers/catalog.ts'
import type { AiParts } from './ai-parts.ts'
import { download } from './download.ts'
import type { Foundation } from './foundation.ts'
import type { Housekeeping } from './housekeeping.ts'
import { createPostsOver } from './post-parts.ts'
import type { Reach } from './reach.ts'
import { createSandboxArea, type SandboxParts } from './sandbox-area.ts'
import { createSignInArea } from './sign-in-area.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

export interface FaceParts {
  world: World
  foundation: Foundation
  reach: Reach
  work: Work
  ai: AiParts
  sandbox: SandboxParts | undefined
  access: Access
  housekeeping: Housekeeping
  signIns: SignIns
}

function createInstallation({ world, foundation, reach, access, housekeeping }: FaceParts, startedAt: number): Installation {
  const { vault, announcements, audit, database } = foundation
  let entries: ProviderEntry[] | undefined
  /** Describing every form of every provider takes longer than the rest of the start: done when somebody asks. */
  const describe = () => {
    entries ??= Object.values(catalog).map(toProviderEntry)
    return entries
  }
  const about = createAbout({
    database,
    version: world.version,
    host: world.host,
    dataDir: world.dataDir,
    startedAt,
    now: world.now,
    vaultStatus: vault.status,
    restUrl: world.restUrl,
    sandboxUrl: housekeeping.sandboxUrl,
    diskFull: foundation.diskFull,
  })

  function tellVault(told: { action: string; actor: Actor; outcome: 'ok' | 'refused'; detail?: Record<string, unknown> }) {
    return database.write((tx) => {
      audit.append('system', { ...told, target: { kind: 'vault', id: 'vault' } })
      tx.afterCommit(() => announcements.announce('vault.changed', null, 'vault'))
    })
  }

  /** Opening and closing the vault is told, and so is who was not let in; work that waits for it goes on by itself. */
  async function turnVault(turn: () => Promise<void>, action: string, actor: Actor) {
    try {
      await turn()
    } catch (error) {
      const detail = { asked: action, failure: toFailure(error).kind }
      await tellVault({ action: 'vault.refused', actor, outcome: 'refused', detail })
      throw error
    }
    await tellVault({ action, actor, outcome: 'ok' })
    return vault.status()
  }

  return {
    tenants: {
      list: async () => ({ items: reach.tenants.list(), nextCursor: null }),
      create: ({ name }, actor) => reach.tenants.create(name, actor),
      update: ({ tenantId, name }, actor) => reach.tenants.rename(tenantId, name, actor),
      remove: ({ tenantId }, actor) => reach.tenants.remove(tenantId, actor),
    },
    tokens: access.tokens,
    providers: { list: async () => ({ items: describe(), nextCursor: null }) },
    system: {
      ...about,
      vault: () => vault.status(),
      unlockVault: ({ passphrase }, actor) => turnVault(() => vault.unlock(passphrase), 'vault.unlocked', actor),
      changePassphrase: ({ current, next }, actor) =>
        turnVault(() => vault.changePassphrase(current, next), 'vault.passphrase_changed', actor),
      lockVault: (_input, actor) =>
        turnVault(
          async () => {
            await vault.lock()
            reach.keeper.forget()
          },
          'vault.locked',
          actor,
        ),
    },
  }
}

function createTenantEngines(parts: FaceParts): (tenantId: string) => TenantEngine {
  const { world, foundation, reach, work, sandbox } = parts
  const { database, audit, auditLog, announcements } = foundation
  const { connections, keeper, checks, caller, views, settings, notices, conversations, tenants, cases } = reach
  const { jobs, schedules } = work
  const defaultChat = createDefaultChat(connections, keeper)
  const limits = createLimitView(catalog, reach.buckets, world.now)
  const onConnected = async (tenantId: string, provider: string) => {
    await jobs.wake(tenantId, provider)
  }
  const connectionArea = createConnections({
    database,
    audit,
    catalog,
    connections,
    views,
    keeper,
    checks,
    caller,
    environment: world.environment,
    isDemo: tenants.isDemo,
    onConnected,
  })
  const recovery = createRecoveryArea({ database, audit, connections, keeper, knownProviders: Object.keys(catalog), onConnected })
  const jobArea = createJobs(jobs)
  const messaging = createMessaging(conversations, defaultChat.read)
  const signIns = createSignInArea(parts.signIns)
  const verification = createVerification({
    database,
    catalog,
    cases,
    resume: (tenantId, provider, actor) => jobs.wake(tenantId, provider, { reason: 'verification', actor }),
  })
  const filesOf = createFiles({ database, audit, ask: reach.ask, enqueuer: jobs.enqueuer, tray: reach.tray, download })
  const mediaOf = createMediaArea(reach.tray)
  const posts = createPostsOver(world, foundation, reach, work)
  const noticesArea = createNoticesArea({ database, audit, enqueuer: jobs.enqueuer, notices })
  const billingArea = createBilling({
    database,
    catalog,
    connections,
    keeper,
    views,
    enqueuer: jobs.enqueuer,
    ...work.billing,
  })
  const sandboxArea = createSandboxArea(sandbox, tenants.isDemo, announcements)

  return (tenantId) => {
    tenants.one(tenantId)
    const files = filesOf(tenantId)
    const media = mediaOf(tenantId)
    return {
      connections: connectionArea(tenantId),
      oauth: signIns(tenantId),
      jobs: jobArea(tenantId),
      posts: posts(tenantId),
      schedules: schedules.forTenant(tenantId),
      limits: { list: async (input) => ({ items: limits(tenantId, input?.provider), nextCursor: null }) },
      audit: auditLog.forChain(tenantId),
      messaging: messaging(tenantId),
      telegram: defaultChat.forTenant(tenantId),
      triggers: reach.triggers.forTenant(tenantId),
      sandbox: sandboxArea(tenantId),
      verification: verification(tenantId),
      files: files.area,
      uploadFile: files.upload,
      media: media.area,
      addMedia: media.add,
      ai: parts.ai.forTenant(tenantId),
      billing: billingArea(tenantId),
      ...work.agents.forTenant(tenantId),
      system: {
        settings: async () => settings.get(tenantId),
        updateSettings: (patch, actor) => settings.update(tenantId, patch, actor),
        ...noticesArea(tenantId),
        ...recovery(tenantId),
      },
      exportAudit: (format, filter, actor) => exportAudit(tenantId, { format, filter, actor }),
    }
  }

  /** An export is itself an event, written before the first line leaves. */
  async function* exportAudit(
    tenantId: string,
    order: { format: 'jsonl' | 'csv'; filter: Parameters<TenantEngine['exportAudit']>[1]; actor: Actor },
  ) {
    const { format, filter, actor } = order
    await database.write(() => {
      audit.append(tenantId, {
        actor,
        action: 'audit.exported',
        outcome: 'ok',
        target: { kind: 'audit', id: tenantId },
        detail: { format, filter: filter ?? {} },
      })
    })
    yield* auditLog.exportLines(tenantId, format, filter)
  }
}

export function createEngineFace(parts: FaceParts): Engine {
  const { world, foundation, work, housekeeping } = parts
  const startedAt = world.now()
  return {
    installation: createInstallation(parts, startedAt),
    forTenant: createTenantEngines(parts),
    listen: (listener: (news: News) => void) => foundation.announcements.listen(listener),
    takeWebhook: work.billing.takeWebhook,
    metrics: createMetrics({ database: foundation.database, startedAt, now: world.now }),
    start: housekeeping.start,
    stop: housekeeping.stop,
  }
}
