/** The audit log as the engine offers it: search, verify, export; signing and indexing by itself. */
import { join } from 'node:path'
import type { AuditFilter } from '#shared/contract/audit'
import type { Announcements } from '../announcements.ts'
import type { Database } from '../database/open.ts'
import type { Area } from '../engine.ts'
import type { SystemState } from '../system-state.ts'
import type { Vault } from '../vault/vault.ts'
import { createAnchorFile } from './anchor.ts'
import { createCheckpoints } from './checkpoints.ts'
import { createExporter } from './export.ts'
import { createIndexer } from './indexer.ts'
import type { EventRow } from './rows.ts'
import { createAuditSearch } from './search.ts'
import { createVerifier } from './verify.ts'

export interface AuditLog {
  forChain(chain: string): Area<'audit'>
  exportLines(chain: string, format: 'jsonl' | 'csv', filter: AuditFilter | undefined): AsyncIterable<string>
  start(): Promise<void>
  /** Signs what grew and stops. */
  stop(): Promise<void>
}

export interface AuditLogDeps {
  database: Database
  state: SystemState
  vault: Vault
  dataDir: string
  announcements: Announcements
  now(): number
  onError(error: unknown): void
}

/** Signed at the latest after this long, or this many events. */
const signMs = 60_000
const signEvents = 1_000
const tickMs = 1_000
const pageLength = 100

export function createAuditLog(deps: AuditLogDeps): AuditLog {
  const { database, state, vault, now } = deps
  const anchors = createAnchorFile(join(deps.dataDir, 'audit-anchor.json'))
  const checkpoints = createCheckpoints({ database, vault, anchors, now })
  const verifier = createVerifier({ database, checkpoints, anchors, now })
  const search = createAuditSearch(database)
  const indexer = createIndexer(database, state)
  const after = database.sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?')
  const exporter = createExporter({
    search,
    checkpoints,
    rowsAfter: (chain, seq, limit) => after.all(chain, seq, limit) as EventRow[],
  })
  let signedAt = now()
  let timer: NodeJS.Timeout | undefined

  async function tick(): Promise<void> {
    await indexer.catchUp()
    const uncovered = checkpoints.uncovered()
    const due = uncovered >= signEvents || (uncovered > 0 && now() - signedAt >= signMs)
    if (!due) return
    signedAt = now()
    await checkpoints.sign()
  }

  return {
    forChain: (chain) => ({
      async list(input = {}) {
        const { cursor, limit = pageLength, ...filter } = input
        if (filter.text !== undefined) await indexer.catchUp()
        return search.list(chain, filter, { cursor, limit })
      },
      window: async ({ offset, limit }) => search.window(chain, offset, limit),
      facets: async () => ({ ...search.facets(chain), lastVerification: verifier.last(chain) }),
      verify: () => verifier.verify(chain),
    }),
    async *exportLines(chain, format, filter = {}) {
      if (filter.text !== undefined) await indexer.catchUp()
      await checkpoints.sign()
      yield* exporter.lines(chain, format, filter)
    },
    async start() {
      timer = setInterval(() => void tick().catch(deps.onError), tickMs).unref()
    },
    async stop() {
      clearInterval(timer)
      await checkpoints.sign()
    },
  }
}
