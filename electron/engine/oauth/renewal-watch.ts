/** Renews sign-ins ahead of their end although nobody uses them, and tells a person of those that cannot be renewed. */
import type { Failure } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import type { ConnectionReader, ConnectionRow } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Notices } from '../escalation/notices.ts'

export interface RenewalWatch {
  look(): Promise<void>
}

export interface RenewalWatchDeps {
  database: Database
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  notices: Notices
  now(): number
  /** Renews now; answers the failure, if it failed. Recorded by whoever does it. */
  renew(tenantId: string, provider: AnyProvider): Promise<Failure | undefined>
}

/** A person is told of an end that nothing can put off this long before. */
const noticeMs = spans.day
const shortestPauseMs = 30 * spans.second
const longestPauseMs = 15 * spans.minute
/** A sign-in that could not be renewed for this long is told of. */
const patienceMs = 4 * spans.day

interface Trying {
  since: number
  notBefore: number
  pauseMs: number
}

export function createRenewalWatch(deps: RenewalWatchDeps): RenewalWatch {
  const { database, catalog, connections, notices, now } = deps
  const trying = new Map<string, Trying>()

  function canRenew(provider: AnyProvider, row: ConnectionRow): boolean {
    const { renewsWith, renew } = provider.signIn ?? {}
    if (!renew) return false
    return renewsWith === 'access_token' || (JSON.parse(row.credential_fields) as string[]).includes('refreshToken')
  }

  function tell(tenantId: string, provider: AnyProvider, message: string | undefined): Promise<void> {
    const cause = `ending:${provider.id}`
    return database.write((tx) => {
      if (message === undefined) {
        notices.close(tx, tenantId, 'connection_broken', cause)
        return
      }
      const open = notices.list(tenantId).some((notice) => notice.message === message)
      if (open) return
      const href = `/integrations?provider=${provider.id}`
      notices.raise(tx, tenantId, {
        kind: 'connection_broken',
        cause,
        title: `The sign-in at ${provider.name} ends`,
        message,
        href,
      })
    })
  }

  async function renew(tenantId: string, provider: AnyProvider): Promise<void> {
    const key = `${tenantId}/${provider.id}`
    const before = trying.get(key)
    if (before && now() < before.notBefore) return
    const failure = await deps.renew(tenantId, provider)
    if (!failure) {
      trying.delete(key)
      await tell(tenantId, provider, undefined)
      return
    }
    const pauseMs = Math.min((before?.pauseMs ?? shortestPauseMs / 2) * 2, longestPauseMs)
    const since = before?.since ?? now()
    trying.set(key, { since, notBefore: now() + pauseMs, pauseMs })
    if (now() - since >= patienceMs) {
      await tell(tenantId, provider, `It could not be renewed since ${toInstant(since)}: ${failure.message}`)
    }
  }

  async function consider(tenantId: string, provider: AnyProvider, row: ConnectionRow): Promise<void> {
    const end = row.expires_at
    if (end === null) return
    if (canRenew(provider, row)) {
      if (end - now() <= (provider.signIn?.renewsAheadMs ?? 0)) await renew(tenantId, provider)
      return
    }
    const near = end - now() <= noticeMs
    const words = end <= now() ? `It ended on ${toInstant(end)}` : `It ends on ${toInstant(end)}`
    await tell(tenantId, provider, near ? `${words} and cannot be renewed. Sign in again.` : undefined)
  }

  return {
    async look() {
      for (const { tenantId, provider: id } of connections.connected()) {
        const provider = catalog[id]
        const row = connections.row(tenantId, id)
        // Only tokens of the shared terms say when they end; others tell by their own failure.
        if (provider?.signIn?.renewsWith && row) await consider(tenantId, provider, row)
      }
    },
  }
}
