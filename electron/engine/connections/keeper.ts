/** Keeps credentials and settings of connections: secrets in the vault by version, the database only knows which version counts. */
import { hash, randomInt } from 'node:crypto'
import { failed } from '#shared/failure'
import { toMs } from '#shared/time'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'
import { dropVersion, readVersion, storeVersion } from '../vault/credentials.ts'
import type { Vault } from '../vault/vault.ts'
import type { CredentialKeeper } from './caller.ts'
import type { ConnectionReader } from './rows.ts'

/** What is known of a credential beside its secret. */
export interface Known {
  account?: { id: string; name: string; detail?: string } | undefined
  scopes?: string[] | undefined
  expiresAt?: number | undefined
}

export interface ConnectionKeeper extends CredentialKeeper {
  /** Stores a new credential: written and read back before the database points to it, the old one deleted after. */
  store(tenantId: string, provider: string, given: { credential: Record<string, unknown> } & Known, actor: Actor): Promise<void>
  storeSettings(tenantId: string, provider: string, settings: Record<string, unknown>, actor: Actor): Promise<void>
  /** `detail` says what else was done, such as telling the provider. */
  remove(tenantId: string, provider: string, actor: Actor, detail?: Record<string, unknown>): Promise<boolean>
  /** Forgets what was read, after the vault was locked. */
  forget(): void
}

export interface KeeperDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  connections: ConnectionReader
  vaultFor(tenantId: string): Vault
  now(): number
}

/** Which fields are set, and a digest to tell one credential from another; neither tells what they hold. */
function describe(credential: Record<string, unknown>): { fields: string; fingerprint: string } {
  const fields = Object.keys(credential).filter((name) => credential[name] !== undefined)
  const fingerprint = hash('sha256', JSON.stringify(credential), 'hex').slice(0, 12)
  return { fields: JSON.stringify(fields), fingerprint }
}

/** The end that a pasted token names itself, in ms UTC. */
function endIn({ expiresAt }: Record<string, unknown>): number | undefined {
  if (typeof expiresAt === 'number') return expiresAt
  return typeof expiresAt === 'string' ? toMs(expiresAt) : undefined
}

const system: Actor = { kind: 'system', id: 'connections' }

export function createKeeper(deps: KeeperDeps): ConnectionKeeper {
  const { database, audit, announcements, connections, vaultFor, now } = deps
  const { sqlite } = database
  const cache = new Map<string, { version: number; credential: unknown }>()
  const turns = new Map<string, Promise<void>>()
  const ensure = sqlite.prepare('INSERT OR IGNORE INTO connections (tenant_id, provider) VALUES (?, ?)')
  const point = sqlite.prepare(
    `UPDATE connections SET credential_version = @version, credential_fields = @fields, fingerprint = @fingerprint, credential_updated_at = @at,
       expires_at = @expiresAt, account = coalesce(@account, account), scopes = coalesce(@scopes, scopes)
     WHERE tenant_id = @tenantId AND provider = @provider AND coalesce(credential_version, 0) = @was`,
  )
  const setSettings = sqlite.prepare('UPDATE connections SET settings = ? WHERE tenant_id = ? AND provider = ?')
  const clear = sqlite.prepare('DELETE FROM connections WHERE tenant_id = ? AND provider = ?')
  const keyOf = (tenantId: string, provider: string) => `${tenantId}/${provider}`

  function told(
    tenantId: string,
    provider: string,
    entry: { action: string; actor: Actor; detail?: Record<string, unknown> },
  ): void {
    audit.append(tenantId, { ...entry, outcome: 'ok', target: { kind: 'connection', id: provider } })
  }

  /** One swap of a connection at a time in this process: two at once would write the same name. */
  function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    turns.set(key, settled)
    return mine
  }

  /** Vault first, database second, old version last: a crash at any point leaves a credential that works. */
  async function swap(
    tenantId: string,
    provider: string,
    given: { was: number; credential: Record<string, unknown> } & Known,
    actor: Actor,
  ): Promise<number | undefined> {
    const vault = vaultFor(tenantId)
    // Another process may swap at the same moment: a number of its own keeps the loser from writing over the winner.
    const version = given.was === 0 ? 1 : given.was + 1 + randomInt(1_000_000)
    await storeVersion(vault, { tenantId, provider, version }, given.credential)
    const { fields, fingerprint } = describe(given.credential)
    const swapped = await database.write((tx) => {
      ensure.run(tenantId, provider)
      const { account, scopes } = given
      const expiresAt = given.expiresAt ?? endIn(given.credential)
      const changed =
        point.run({
          tenantId,
          provider,
          version,
          fields,
          fingerprint,
          was: given.was,
          at: now(),
          expiresAt: expiresAt ?? null,
          account: account ? JSON.stringify(account) : null,
          scopes: scopes ? JSON.stringify(scopes) : null,
        }).changes === 1
      if (!changed) return false
      told(tenantId, provider, {
        action: 'connection.credential_stored',
        actor,
        detail: { version, fields: JSON.parse(fields), fingerprint },
      })
      tx.afterCommit(() => announcements.announce('connection.changed', tenantId, provider))
      return true
    })
    if (!swapped) {
      if (connections.version(tenantId, provider) !== version) await dropVersion(vault, { tenantId, provider, version })
      return undefined
    }
    cache.set(keyOf(tenantId, provider), { version, credential: given.credential })
    if (given.was > 0) await dropVersion(vault, { tenantId, provider, version: given.was })
    return version
  }

  return {
    async read(tenantId, provider) {
      const version = connections.version(tenantId, provider)
      if (version === 0) {
        throw failed('unauthorized', `${provider} is not connected.`, {
          action: { label: 'Connect', href: `/integrations?provider=${provider}` },
        })
      }
      const known = cache.get(keyOf(tenantId, provider))
      if (known?.version === version) return known
      const credential = await readVersion(vaultFor(tenantId), { tenantId, provider, version })
      const read = { version, credential }
      cache.set(keyOf(tenantId, provider), read)
      return read
    },
    replace(tenantId, provider, { version, credential, expiresAt }) {
      const renewed = { was: version, credential: credential as Record<string, unknown>, expiresAt }
      return inTurn(keyOf(tenantId, provider), () => swap(tenantId, provider, renewed, system))
    },
    async store(tenantId, provider, { credential, ...known }, actor) {
      const stored = await inTurn(keyOf(tenantId, provider), () =>
        swap(tenantId, provider, { was: connections.version(tenantId, provider), credential, ...known }, actor),
      )
      if (stored === undefined)
        throw failed('conflict', 'The connection was changed by somebody else at the same moment; look at it again.')
    },
    storeSettings(tenantId, provider, settings, actor) {
      return database.write((tx) => {
        ensure.run(tenantId, provider)
        setSettings.run(JSON.stringify(settings), tenantId, provider)
        told(tenantId, provider, { action: 'connection.settings_changed', actor, detail: { fields: Object.keys(settings) } })
        tx.afterCommit(() => announcements.announce('connection.changed', tenantId, provider))
      })
    },
    async patchSettings(tenantId, provider, patch) {
      const settings = { ...connections.settings(tenantId, provider), ...patch }
      await this.storeSettings(tenantId, provider, settings, system)
    },
    async remove(tenantId, provider, actor, detail = {}) {
      const version = connections.version(tenantId, provider)
      const existed = connections.row(tenantId, provider) !== undefined
      if (!existed) return false
      await database.write((tx) => {
        clear.run(tenantId, provider)
        told(tenantId, provider, { action: 'connection.removed', actor, detail })
        tx.afterCommit(() => announcements.announce('connection.changed', tenantId, provider))
      })
      cache.delete(keyOf(tenantId, provider))
      if (version > 0) await dropVersion(vaultFor(tenantId), { tenantId, provider, version })
      return true
    },
    forget: () => cache.clear(),
  }
}
