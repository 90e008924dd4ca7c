/** Sign-ins of one tenant, as the contract offers them, over the engine's flows. */
import { setTimeout } from 'node:timers'
import { v7 as uuidv7 } from 'uuid'
import type { Area } from '../engine/engine.ts'
import { createSignIns, type SignIns } from '../engine/oauth/sign-ins.ts'
import { catalog } from '../providers/catalog.ts'
import type { Foundation } from './foundation.ts'
import type { Reach } from './reach.ts'
import type { Work } from './work.ts'
import type { World } from './world.ts'

export function createTenantSignIns(world: World, foundation: Foundation, reach: Reach, work: Work): SignIns {
  const { database, audit, announcements } = foundation
  const { caller, connections, keeper, checks } = reach
  return createSignIns({
    now: world.now,
    after(ms, run) {
      const timer = setTimeout(run, ms).unref()
      return () => clearTimeout(timer)
    },
    providerOf: (id) => Object.values(catalog).find((provider) => provider.id === id),
    listen: world.listenForSignIn,
    connections: {
      callFor: (tenantId, provider, signal) => caller.makeCall({ tenantId, provider, repeat: 'safe', key: uuidv7(), signal }),
      accountOf(tenantId, provider) {
        const account = connections.row(tenantId, provider)?.account
        return account ? (JSON.parse(account) as { id: string; name: string }) : undefined
      },
      async storeSignedIn(tenantId, provider, { credential, ...known }, actor) {
        await keeper.store(tenantId, provider.id, { credential: credential as Record<string, unknown>, ...known }, actor)
        await checks.record(tenantId, provider, await checks.ask(tenantId, provider))
        await work.jobs.wake(tenantId, provider.id)
      },
    },
    announce: announcements.announce,
    audit: (tenantId, entry) => database.write(() => audit.append(tenantId, entry)),
    onUnexpected: work.onError,
  })
}

export function createSignInArea(signIns: SignIns) {
  return (tenantId: string): Area<'oauth'> => ({
    start: ({ provider, replaceAccount }, actor) =>
      signIns.start(tenantId, provider, { actor, ...(replaceAccount === undefined ? {} : { replaceAccount }) }),
    status: async ({ provider }) => signIns.status(tenantId, provider),
    paste: ({ provider, address }) => signIns.paste(tenantId, provider, address),
    cancel: ({ provider }, actor) => signIns.cancel(tenantId, provider, actor),
    confirm: ({ provider, replace }, actor) => signIns.confirm(tenantId, provider, replace, actor),
  })
}
