/** What a connection looks like to a person: row, proofs and what depends on it, with the state derived from evidence. */

import { type Capability, connectionState } from '#shared/connection'
import type { Connection } from '#shared/contract/connections'
import type { Failure } from '#shared/failure'
import type { PlatformId } from '#shared/social/post'
import { spans, toInstant } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import { fieldsOf } from '../../kit/manifest.ts'
import type { Database } from '../database/open.ts'
import type { ConnectionReader, ConnectionRow, ProofRow } from './rows.ts'

const blank = (tenantId: string, provider: string): ConnectionRow => ({
  tenant_id: tenantId,
  provider,
  credential_version: null,
  credential_fields: '[]',
  credential_updated_at: null,
  fingerprint: null,
  settings: '{}',
  account: null,
  unavailable: '{}',
  scopes: '[]',
  expires_at: null,
  last_ok_at: null,
  failure: null,
  failed_at: null,
})

/** An agent uses a connection that it had work for within this, or has waiting. */
const usedWithinMs = 30 * spans.day

const instant = (at: number | null) => (at === null ? null : toInstant(at))

function toProof({ at, ok, call, failure }: ProofRow): Connection['proofs'][number] {
  return { at: toInstant(at), ok: ok === 1, call, ...(failure ? { failure: JSON.parse(failure) as Failure } : {}) }
}

function unprovenWhy(row: ConnectionRow): string | undefined {
  if (row.credential_version === null) return 'not connected'
  const failure = row.failure ? (JSON.parse(row.failure) as Failure) : undefined
  if (failure?.kind === 'unauthorized') return 'the credential was refused'
  return row.last_ok_at === null ? 'no call has succeeded yet' : undefined
}

/** Every action with whether it can be done now; before a first proof nothing is claimed to be possible. */
function capabilitiesOf(provider: AnyProvider, row: ConnectionRow, parked: Readonly<Record<string, string>>): Capability[] {
  const unavailable = JSON.parse(row.unavailable) as Record<string, { why: string; fix?: string }>
  const unproven = unprovenWhy(row)
  const granted = JSON.parse(row.scopes) as string[]
  return Object.entries(provider.actions).map(([action, entry]) => {
    const review = parked[action] ? { why: parked[action], fix: 'Open its case under Verification.' } : undefined
    const reason = unavailable[action] ?? (unproven ? { why: unproven } : (ungranted(provider, entry, granted) ?? review))
    return { action, title: entry.title, available: reason === undefined, ...reason }
  })
}

/** Scopes that a sign-in asks for with the settings as they are. */
function requiredScopes({ signIn, settings }: AnyProvider, text: string): readonly string[] {
  const parsed = settings.safeParse(JSON.parse(text))
  if (!signIn) return []
  return signIn.scopesFor && parsed.success ? signIn.scopesFor(parsed.data as never) : signIn.scopes
}

/** What an action cannot be done for: a permission that was asked for and not granted. Undefined while nothing is known. */
function ungranted({ signIn }: AnyProvider, action: AnyProvider['actions'][string], granted: readonly string[]) {
  if (!signIn?.scopesFor || granted.length === 0) return undefined
  const lacking = (action.scopes ?? []).filter((scope) => !granted.includes(scope))
  if (lacking.length === 0) return undefined
  return { why: `not granted: ${lacking.join(', ')}`, fix: 'Sign in again under Access and allow it.' }
}

/** Settings as they may be told: fields marked secret are left out. */
function toldSettings(provider: AnyProvider, text: string): Connection['settings'] {
  const secret = new Set(
    fieldsOf(provider.settings)
      .filter((field) => field.secret)
      .map((field) => field.name),
  )
  const all = Object.entries(JSON.parse(text) as Connection['settings'])
  return Object.fromEntries(all.filter(([name]) => !secret.has(name)))
}

export interface ConnectionViews {
  one(tenantId: string, provider: AnyProvider): Connection
}

export interface ViewsDeps {
  database: Database
  connections: ConnectionReader
  now(): number
  /** Why posts on a platform wait for the provider's review. */
  whyParked(tenantId: string, provider: AnyProvider, platform: PlatformId): string | undefined
}

export function createConnectionViews({ database: { sqlite }, connections, whyParked, now }: ViewsDeps): ConnectionViews {
  const agents = sqlite
    .prepare(
      `SELECT DISTINCT agent FROM job_counts WHERE tenant_id = ? AND provider = ? AND agent <> '' AND (last_at >= ?
         OR (state IN ('queued', 'waiting') AND count > 0)) ORDER BY agent`,
    )
    .pluck()
  const waiting = sqlite
    .prepare(
      `SELECT coalesce(sum(count), 0) FROM job_counts WHERE tenant_id = ? AND provider = ? AND state IN ('queued', 'waiting')`,
    )
    .pluck()
  /** Actions whose posts wait for the provider's review, with why. */
  function parkedActions(tenantId: string, provider: AnyProvider): Record<string, string> {
    const entries = Object.entries(provider.publishes ?? {}) as [PlatformId, string][]
    const parked = entries.map(([platform, action]) => [action, whyParked(tenantId, provider, platform)] as const)
    return Object.fromEntries(parked.filter((entry): entry is [string, string] => entry[1] !== undefined))
  }

  return {
    one(tenantId, provider) {
      const row = connections.row(tenantId, provider.id) ?? blank(tenantId, provider.id)
      const parked = parkedActions(tenantId, provider)
      const capabilities = capabilitiesOf(provider, row, parked)
      const failure = row.failure ? (JSON.parse(row.failure) as Failure) : null
      const settings = toldSettings(provider, row.settings)
      const scopes = JSON.parse(row.scopes) as string[]
      const evidence = {
        hasCredential: row.credential_version !== null,
        lastOkAt: row.last_ok_at ?? undefined,
        failure: failure ?? undefined,
        capabilities,
        inReview: Object.keys(parked).length > 0,
      }
      const required = requiredScopes(provider, row.settings)
      const missing = scopes.length > 0 ? required.filter((scope) => !scopes.includes(scope)) : []
      return {
        provider: provider.id,
        state: connectionState(evidence),
        account: row.account ? (JSON.parse(row.account) as Connection['account']) : null,
        credential: {
          set: row.credential_version !== null,
          fields: JSON.parse(row.credential_fields) as string[],
          updatedAt: instant(row.credential_updated_at),
          fingerprint: row.fingerprint,
        },
        settings,
        capabilities,
        scopes,
        requiredScopes: [...required],
        missingScopes: missing,
        expiresAt: instant(row.expires_at),
        lastOkAt: instant(row.last_ok_at),
        failure,
        proofs: connections.proofs(tenantId, provider.id).map(toProof),
        usedBy: {
          agents: agents.all(tenantId, provider.id, now() - usedWithinMs) as string[],
          waitingJobs: waiting.get(tenantId, provider.id) as number,
        },
        endpoint: settings.endpoint === undefined ? null : JSON.stringify(settings.endpoint).replace(/^"|"$/g, ''),
      }
    },
  }
}
