/** How tenants reach providers: connections, credentials, proofs, checks, sign-in. */

import { v7 as uuidv7 } from 'uuid'
import { createAgents } from '../engine/agents/agents.ts'
import { createAgentBudgets } from '../engine/agents/budgets.ts'
import { createAskAction } from '../engine/connections/ask-action.ts'
import { createCaller } from '../engine/connections/caller.ts'
import { createChecks } from '../engine/connections/check.ts'
import { createKeeper } from '../engine/connections/keeper.ts'
import { createProofs } from '../engine/connections/proofs.ts'
import { createRenewals } from '../engine/connections/renewals.ts'
import { createConnectionReader } from '../engine/connections/rows.ts'
import { createConnectionViews } from '../engine/connections/view.ts'
import { createNotices } from '../engine/escalation/notices.ts'
import { createBuckets } from '../engine/limits/buckets.ts'
import { createConversations } from '../engine/messaging/conversations.ts'
import { createLeases } from '../engine/messaging/leases.ts'
import { createTriggers } from '../engine/messaging/triggers.ts'
import { openSql } from '../engine/sql/open-sql.ts'
import { createSettings } from '../engine/tenants/settings.ts'
import { createTenants } from '../engine/tenants/tenants.ts'
import { createCases } from '../engine/verification/cases.ts'
import { catalog } from '../providers/catalog.ts'
import type { Foundation } from './foundation.ts'
import { createMediaParts, createTrayOn } from './media-parts.ts'
import type { World } from './world.ts'

/** Where the stand-ins of the Demo tenant listen, as the process that carries them wrote it. */
export const sandboxUrlKey = 'sandbox_url'

export type Reach = ReturnType<typeof createReach>

export function createReach(world: World, foundation: Foundation) {
  const { database, audit, announcements, redactor, state, vaultFor } = foundation
  const { now } = world
  const agents = createAgents({ database, audit, announcements, now })
  const connections = createConnectionReader(database)
  const notices = createNotices(database, announcements, now)
  const budgets = createAgentBudgets({ database, agents, notices, now })
  const nameOf = (provider: string) => catalog[provider as keyof typeof catalog]?.name ?? provider
  const proofs = createProofs({ database, announcements, notices, nameOf, now })
  const keeper = createKeeper({ database, audit, announcements, connections, vaultFor, now })
  const conversations = createConversations({ database, audit, announcements })
  const triggers = createTriggers({ database, audit, announcements })
  const buckets = createBuckets(database)
  const mailProviders = Object.values(catalog)
    .filter((provider) => provider.serves.EMAIL_SEND !== undefined)
    .map(({ id }) => id)
  const settings = createSettings({ database, audit, announcements, mailProviders })
  const tray = createTrayOn(world, foundation)
  const tenants = createTenants({
    database,
    audit,
    announcements,
    agents,
    now,
    async onRemoving(tenantId, actor) {
      for (const provider of Object.keys(catalog)) await keeper.remove(tenantId, provider, actor)
      await tray.removeAll(tenantId)
    },
  })
  const leases = createLeases(database, now)
  const owner = uuidv7()
  const caller = createCaller({
    connections,
    keeper,
    rawFetch: world.fetch,
    sendPlain: world.wire?.send,
    now,
    sandboxEndpoint: (tenantId, provider) =>
      tenants.isDemo(tenantId) ? `${state.get(sandboxUrlKey) ?? 'http://127.0.0.1:9'}/${provider}` : undefined,
    addSecrets: (values) => redactor.add(values),
    redact: redactor.redact,
    conversations: conversations.known,
    renewals: createRenewals({ keeper, leases, owner, addSecrets: redactor.add }),
    media: (tenantId, items, signal) => mediaParts.openMedia.media(tenantId, items, signal),
    file: async (tenantId, id) => tray.hold(tray.one(tenantId, id)),
    sql: openSql,
    onHold: (tenantId, provider, hold) => {
      void database
        .write(() => buckets.hold(tenantId, provider, hold.bucket, hold))
        .catch((error) => foundation.log.error({ error }, 'a hold was not kept'))
    },
  })
  const ask = createAskAction(caller, catalog)
  const mediaParts = createMediaParts(world, foundation, { tray, ask, connections, isDemo: tenants.isDemo })
  const checks = createChecks(database, caller, proofs)
  const cases = createCases({ database, audit, announcements, now })
  const views = createConnectionViews({ database, connections, whyParked: cases.whyParked, now })
  const known = { agents, budgets, connections, notices, proofs, keeper, conversations, buckets, settings, tenants }
  return { ...known, triggers, caller, checks, views, cases, leases, owner, tray, ask, ...mediaParts }
}
