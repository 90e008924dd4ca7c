/** Rows of connections as they lie in the database, read without waiting. Secrets are not among them. */
import type { Failure } from '#shared/failure'
import type { Database } from '../database/open.ts'

export interface ConnectionRow {
  tenant_id: string
  provider: string
  credential_version: number | null
  credential_fields: string
  credential_updated_at: number | null
  fingerprint: string | null
  settings: string
  account: string | null
  unavailable: string
  scopes: string
  expires_at: number | null
  last_ok_at: number | null
  failure: string | null
  failed_at: number | null
}

export interface ProofRow {
  at: number
  ok: number
  call: string
  failure: string | null
}

/** What a plan asks of a connection. */
export type ConnectionLook = Pick<ConnectionReader, 'isSet' | 'settings'>

export interface ConnectionReader {
  /** The connections of one moment, each read once. Use it up within a change. */
  look(): ConnectionLook
  row(tenantId: string, provider: string): ConnectionRow | undefined
  /** Version of the credential in use; 0 when there is none. */
  version(tenantId: string, provider: string): number
  isSet(tenantId: string, provider: string): boolean
  settings(tenantId: string, provider: string): Record<string, unknown>
  failure(tenantId: string, provider: string): Failure | undefined
  proofs(tenantId: string, provider: string): ProofRow[]
  /** Every connection with a credential, of every tenant that is still there: for receivers and checks at start. */
  connected(): { tenantId: string; provider: string }[]
}

export function createConnectionReader({ sqlite }: Database): ConnectionReader {
  const one = sqlite.prepare('SELECT * FROM connections WHERE tenant_id = ? AND provider = ?')
  const latest = sqlite.prepare(
    'SELECT at, ok, call, failure FROM connection_proofs WHERE tenant_id = ? AND provider = ? ORDER BY id DESC LIMIT 5',
  )
  const all = sqlite.prepare(
    `SELECT c.tenant_id AS tenantId, c.provider FROM connections c JOIN tenants t ON t.id = c.tenant_id
     WHERE c.credential_version IS NOT NULL AND t.removed_at IS NULL`,
  )
  const columnOf = (name: keyof ConnectionRow) => {
    const column = sqlite.prepare(`SELECT ${name} FROM connections WHERE tenant_id = ? AND provider = ?`).pluck()
    return (tenantId: string, provider: string) => column.get(tenantId, provider)
  }
  // Asked for with every call: a row of all columns takes thrice as long to make.
  const [storedVersion, storedSettings] = [columnOf('credential_version'), columnOf('settings')]
  const row = (tenantId: string, provider: string) => one.get(tenantId, provider) as ConnectionRow | undefined
  const version = (tenantId: string, provider: string) => (storedVersion(tenantId, provider) as number | null | undefined) ?? 0
  const isSet = (tenantId: string, provider: string) => version(tenantId, provider) !== 0
  const settings = (tenantId: string, provider: string) =>
    JSON.parse((storedSettings(tenantId, provider) as string | undefined) ?? '{}') as Record<string, unknown>
  return {
    row,
    version,
    isSet,
    settings,
    look() {
      const seen = new Map<string, { isSet: boolean; settings: Record<string, unknown> }>()
      const once = (tenantId: string, provider: string) => {
        const key = `${tenantId} ${provider}`
        const known = seen.get(key)
        if (known) return known
        const read = { isSet: isSet(tenantId, provider), settings: settings(tenantId, provider) }
        seen.set(key, read)
        return read
      }
      return {
        isSet: (tenantId, provider) => once(tenantId, provider).isSet,
        settings: (tenantId, provider) => once(tenantId, provider).settings,
      }
    },
    failure(tenantId, provider) {
      const text = row(tenantId, provider)?.failure
      return text ? (JSON.parse(text) as Failure) : undefined
    },
    proofs: (tenantId, provider) => latest.all(tenantId, provider) as ProofRow[],
    connected: () => all.all() as { tenantId: string; provider: string }[],
  }
}
