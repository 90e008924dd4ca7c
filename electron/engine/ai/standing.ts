/** What keeps a provider from being asked now: its connection, a hold, its circuit. */
import { connectionState } from '#shared/connection'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Buckets } from '../limits/buckets.ts'
import type { Circuits } from './circuit.ts'
import type { Hindrance } from './decide.ts'

export interface StandingDeps {
  connections: ConnectionReader
  buckets: Buckets
  circuits: Circuits
  now(): number
}

export interface Standing {
  state(tenantId: string, provider: string): ReturnType<typeof connectionState>
  hold(tenantId: string, provider: string): { until: number; why: string } | undefined
  hindrance(tenantId: string, provider: string): Hindrance | undefined
}

/** The key of a circuit: tenants have keys of their own, and one's failures say nothing of another's. */
export const circuitKey = (tenantId: string, provider: string) => `${tenantId}/${provider}`

export function createStanding({ connections, buckets, circuits, now }: StandingDeps): Standing {
  function state(tenantId: string, provider: string) {
    const row = connections.row(tenantId, provider)
    return connectionState({
      hasCredential: (row?.credential_version ?? null) !== null,
      lastOkAt: row?.last_ok_at ?? undefined,
      failure: connections.failure(tenantId, provider),
      capabilities: [],
    })
  }

  function hold(tenantId: string, provider: string) {
    const held = buckets.list(tenantId, provider).filter(({ heldUntil }) => heldUntil !== null && heldUntil > now())
    const longest = held.toSorted((a, b) => (b.heldUntil ?? 0) - (a.heldUntil ?? 0))[0]
    return longest ? { until: longest.heldUntil ?? 0, why: longest.heldBecause ?? 'it asked to wait' } : undefined
  }

  function broken(tenantId: string, provider: string): Hindrance | undefined {
    const known = state(tenantId, provider)
    if (known === 'not_connected') return { kind: 'unauthorized', why: 'it is not connected' }
    const failure = connections.failure(tenantId, provider)
    if (known === 'needs_attention')
      return { kind: 'unauthorized', why: `its connection needs attention (${failure?.kind ?? 'unknown'})` }
    const unavailable = JSON.parse(connections.row(tenantId, provider)?.unavailable ?? '{}') as Record<string, { why: string }>
    const lacking = unavailable['chat.complete']
    return lacking ? { kind: 'quota', why: lacking.why } : undefined
  }

  return {
    state,
    hold,
    hindrance(tenantId, provider) {
      const unfit = broken(tenantId, provider)
      if (unfit) return unfit
      const held = hold(tenantId, provider)
      if (held) {
        const retryAfterMs = held.until - now()
        return { kind: 'rate_limited', why: `it is held for ${Math.ceil(retryAfterMs / 1_000)} s: ${held.why}`, retryAfterMs }
      }
      const { state: circuit, until, failures } = circuits.view(circuitKey(tenantId, provider))
      if (circuit !== 'open') return undefined
      const seconds = Math.ceil(((until ?? now()) - now()) / 1_000)
      return { kind: 'unavailable', why: `it failed ${failures} times in a row and is left alone for ${seconds} s` }
    },
  }
}
