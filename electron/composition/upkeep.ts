/** What keeps connections honest by itself: evidence is renewed before it is old, sign-ins before they end. */
import { v7 as uuidv7 } from 'uuid'
import type { Failure } from '#shared/failure'
import { createProbes } from '../engine/connections/probes.ts'
import { createRenewalWatch } from '../engine/oauth/renewal-watch.ts'
import type { AnyProvider } from '../kit/define.ts'
import { callFailure } from '../kit/make-call.ts'
import { catalog } from '../providers/catalog.ts'
import type { Foundation } from './foundation.ts'
import type { Reach } from './reach.ts'
import type { World } from './world.ts'

const patienceMs = 60_000

export function createUpkeep({ now }: World, { database }: Foundation, reach: Reach) {
  const { caller, proofs, connections, notices, checks, leases, owner } = reach

  async function renew(tenantId: string, provider: AnyProvider): Promise<Failure | undefined> {
    const signal = AbortSignal.timeout(patienceMs)
    const { call, exchange } = await caller.makeCall({ tenantId, provider, repeat: 'safe', key: uuidv7(), signal })
    try {
      await provider.signIn?.renew?.(call)
      return undefined
    } catch (error) {
      const failure = callFailure(error, exchange, 'safe')
      await database.write((tx) => proofs.record(tx, { tenantId, provider: provider.id, call: 'token renewal', failure }))
      return failure
    }
  }

  return {
    probes: createProbes({ catalog, connections, checks, leases, owner, now }),
    renewals: createRenewalWatch({ database, catalog, connections, notices, now, renew }),
  }
}
