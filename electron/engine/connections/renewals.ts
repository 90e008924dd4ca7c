/** Renews credentials ahead of their end: one renewal a connection at a time, across processes, stored before it is handed out. */
import { setTimeout as wait } from 'node:timers/promises'
import { failed } from '#shared/failure'
import { spans } from '#shared/time'
import type { Leases } from '../messaging/leases.ts'
import type { CredentialKeeper } from './caller.ts'

export interface Renewal<C> {
  credential: C
  /** ms UTC. */
  expiresAt?: number
}

export interface RenewalOrder<C> {
  tenantId: string
  provider: string
  isDue(credential: C): boolean
  renew(credential: C): Promise<Renewal<C>>
}

export interface RenewalsDeps {
  keeper: CredentialKeeper
  leases: Leases
  /** This process among those that share the database. */
  owner: string
  /** Keeps what was renewed out of every log. */
  addSecrets(values: unknown): void
}

export type Renewals = <C>(order: RenewalOrder<C>) => Promise<C>

/** A holder that died frees its lease after this long; a renewal never takes longer than its own deadline of 60 s. */
const leaseMs = 90 * spans.second
const lookMs = 200

export function createRenewals({ keeper, leases, owner, addSecrets }: RenewalsDeps): Renewals {
  const flights = new Map<string, Promise<unknown>>()
  const unstored = new Map<string, { of: number; renewed: Renewal<unknown> }>()
  const nameOf = ({ tenantId, provider }: { tenantId: string; provider: string }) => `renewal/${tenantId}/${provider}`

  async function stored<C>({ tenantId, provider }: RenewalOrder<C>): Promise<{ version: number; credential: C }> {
    return (await keeper.read(tenantId, provider)) as { version: number; credential: C }
  }

  async function renewNow<C>(order: RenewalOrder<C>): Promise<C> {
    const { version, credential } = await stored(order)
    // Whoever held the lease before may have done it already.
    if (!order.isDue(credential)) return credential
    const name = nameOf(order)
    const renewed =
      (unstored.get(name)?.of === version ? unstored.get(name)?.renewed : undefined) ?? (await ask(order, version, credential))
    // The provider has given the new tokens away: until they are stored, they live here.
    unstored.set(name, { of: version, renewed })
    const kept = await keeper.replace(order.tenantId, order.provider, { version, ...renewed })
    unstored.delete(name)
    // A new sign-in was faster: its credential is the one in use.
    return kept === undefined ? (await stored(order)).credential : (renewed.credential as C)
  }

  /** Asks the provider; what it refuses of an old sign-in says nothing about a newer one. */
  async function ask<C>(order: RenewalOrder<C>, version: number, credential: C): Promise<Renewal<unknown>> {
    try {
      const renewed = await order.renew(credential)
      addSecrets(renewed.credential)
      return renewed
    } catch (error) {
      const now = await stored(order)
      if (now.version === version || order.isDue(now.credential)) throw error
      return { credential: now.credential }
    }
  }

  async function takeTurn<C>(name: string, order: RenewalOrder<C>): Promise<C> {
    for (let waited = 0; waited <= leaseMs; waited += lookMs) {
      if (await leases.hold(name, owner, leaseMs)) {
        return renewNow(order).finally(() => leases.release(name, owner))
      }
      await wait(lookMs)
      const { credential } = await stored(order)
      if (!order.isDue(credential)) return credential
    }
    throw failed('unavailable', 'Another process has been renewing this sign-in for too long; it is tried again.')
  }

  return async <C>(order: RenewalOrder<C>) => {
    const name = nameOf(order)
    for (let flight = flights.get(name); flight; flight = flights.get(name)) {
      const credential = (await flight) as C
      if (!order.isDue(credential)) return credential
    }
    const { credential } = await stored(order)
    if (!order.isDue(credential)) return credential
    const joined = flights.get(name) as Promise<C> | undefined
    if (joined) return joined
    const own = takeTurn(name, order).finally(() => flights.delete(name))
    flights.set(name, own)
    return own
  }
}
