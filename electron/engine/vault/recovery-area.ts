/** A tenant's sealed recovery export and its way back in. */
import { failed } from '#shared/failure'
import type { AuditAppender } from '../audit/append.ts'
import type { ConnectionKeeper } from '../connections/keeper.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Actor, TenantEngine } from '../engine.ts'
import { openRecovery, sealRecovery } from './recovery.ts'

export interface RecoveryDeps {
  database: Database
  audit: AuditAppender
  connections: ConnectionReader
  keeper: ConnectionKeeper
  knownProviders: readonly string[]
  onConnected(tenantId: string, provider: string): Promise<void>
}

interface Carried {
  credential: Record<string, unknown>
  settings: Record<string, unknown>
}

export function createRecoveryArea(deps: RecoveryDeps) {
  const { database, audit, connections, keeper } = deps

  function told(tenantId: string, action: string, actor: Actor, providers: string[]) {
    return database.write(() => {
      audit.append(tenantId, { actor, action, outcome: 'ok', target: { kind: 'tenant', id: tenantId }, detail: { providers } })
    })
  }

  async function collect(tenantId: string): Promise<Record<string, Carried>> {
    const carried: Record<string, Carried> = {}
    for (const provider of deps.knownProviders.filter((id) => connections.isSet(tenantId, id))) {
      const { credential } = await keeper.read(tenantId, provider)
      carried[provider] = {
        credential: credential as Record<string, unknown>,
        settings: connections.settings(tenantId, provider),
      }
    }
    return carried
  }

  return (tenantId: string): Pick<TenantEngine['system'], 'recoveryExport' | 'recoveryImport'> => ({
    async recoveryExport({ passphrase }, actor) {
      const carried = await collect(tenantId)
      const providers = Object.keys(carried)
      if (providers.length === 0) throw failed('conflict', 'Nothing is connected in this tenant, so there is nothing to carry.')
      const sealed = await sealRecovery(carried, passphrase)
      await told(tenantId, 'vault.exported', actor, providers)
      return { sealed, connections: providers }
    },
    async recoveryImport({ passphrase, sealed }, actor) {
      const carried = (await openRecovery(sealed, passphrase)) as Record<string, Carried>
      const providers = Object.keys(carried).filter((id) => deps.knownProviders.includes(id))
      for (const provider of providers) {
        const { credential, settings } = carried[provider] as Carried
        await keeper.store(tenantId, provider, { credential }, actor)
        await keeper.storeSettings(tenantId, provider, settings, actor)
        await deps.onConnected(tenantId, provider)
      }
      await told(tenantId, 'vault.imported', actor, providers)
      return { connections: providers }
    },
  })
}
