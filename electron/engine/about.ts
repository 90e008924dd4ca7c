/** What the installation tells of itself: health, versions, places, numbers. */
import type { VaultStatus } from '#shared/contract/system'
import { toInstant } from '#shared/time'
import type { Database } from './database/open.ts'
import type { Installation } from './engine.ts'

export interface AboutDeps {
  database: Database
  version: string
  host: 'desktop' | 'serve' | 'worker'
  dataDir: string
  startedAt: number
  now(): number
  vaultStatus(): Promise<VaultStatus>
  restUrl(): string | null
  sandboxUrl(): string | null
  diskFull(): boolean
}

export function createAbout(deps: AboutDeps): Pick<Installation['system'], 'health' | 'about'> {
  const { database, version, startedAt, now } = deps
  const sqlite = () => (database.sqlite.prepare('SELECT sqlite_version() AS version').get() as { version: string }).version
  return {
    async health() {
      const { backend, locked } = await deps.vaultStatus()
      return {
        status: locked || deps.diskFull() ? 'degraded' : 'ok',
        version,
        uptimeMs: now() - startedAt,
        vault: { backend, locked },
        database: { ok: !deps.diskFull(), schemaVersion: database.schemaVersion(), sizeBytes: database.sizeBytes() },
      }
    },
    about: async () => ({
      version,
      host: deps.host,
      node: process.version,
      sqlite: sqlite(),
      platform: `${process.platform} ${process.arch}`,
      dataDir: deps.dataDir,
      startedAt: toInstant(startedAt),
      restUrl: deps.restUrl(),
      sandboxUrl: deps.sandboxUrl(),
    }),
  }
}

/** Prometheus text: what is counted in the database, over all tenants. */
export function createMetrics({ database, startedAt, now }: Pick<AboutDeps, 'database' | 'startedAt' | 'now'>): () => string {
  const states = database.sqlite.prepare('SELECT state, sum(count) AS count FROM job_counts GROUP BY state ORDER BY state')
  const oldest = database.sqlite.prepare(
    `SELECT min((SELECT min(due_at) FROM jobs WHERE tenant_id = tenants.id AND state = 'queued' AND due_at <= ?)) AS at FROM tenants`,
  )
  const audit = database.sqlite.prepare('SELECT sum(seq) AS count FROM audit_heads')
  return () => {
    const { at } = oldest.get(now()) as { at: number | null }
    const waiting = at === null ? 0 : Math.max(0, now() - at) / 1_000
    const { count } = audit.get() as { count: number | null }
    const lines = (states.all() as { state: string; count: number }[]).map(
      (row) => `atlas_jobs{state="${row.state}"} ${row.count}`,
    )
    return [
      '# TYPE atlas_jobs gauge',
      ...lines,
      '# TYPE atlas_oldest_waiting_seconds gauge',
      `atlas_oldest_waiting_seconds ${waiting}`,
      '# TYPE atlas_audit_events_total counter',
      `atlas_audit_events_total ${count ?? 0}`,
      '# TYPE atlas_uptime_seconds gauge',
      `atlas_uptime_seconds ${(now() - startedAt) / 1_000}`,
      '',
    ].join('\n')
  }
}
