/** Asks connections that nobody used for a while whether they still live, so that "connected" never rests on old evidence. */
import { spans } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import type { Leases } from '../messaging/leases.ts'
import type { Checks } from './check.ts'
import type { ConnectionReader } from './rows.ts'

export interface Probes {
  /** Checks what is due now, one connection after another. */
  look(): Promise<void>
}

export interface ProbesDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  checks: Checks
  leases: Leases
  /** This process among those that share the database. */
  owner: string
  now(): number
}

/** Evidence older than this is renewed. */
const freshMs = 6 * spans.hour
/** Most connections asked in one look, so that many tenants are spread over time. */
const mostAtOnce = 20
const leaseMs = 10 * spans.minute

export function createProbes({ catalog, connections, checks, leases, owner, now }: ProbesDeps): Probes {
  function isDue({ tenantId, provider }: { tenantId: string; provider: string }): boolean {
    const [latest] = connections.proofs(tenantId, provider)
    return latest !== undefined && now() - latest.at >= freshMs
  }

  return {
    async look() {
      const due = connections.connected().filter(isDue).slice(0, mostAtOnce)
      if (due.length === 0 || !(await leases.hold('probes', owner, leaseMs))) return
      try {
        for (const { tenantId, provider: id } of due) {
          const provider = catalog[id]
          if (provider) await checks.record(tenantId, provider, await checks.ask(tenantId, provider))
        }
      } finally {
        await leases.release('probes', owner)
      }
    },
  }
}
