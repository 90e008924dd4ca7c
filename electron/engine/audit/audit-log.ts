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
import { createFacets } from './facets.ts'
import { createIndexer } from './indexer.ts'
import { createAuditSearch, needsWords } from './search.ts'
import { createSigningKeys } from './signing-key.ts'
import { createTending } from './tending.ts'
import { createVerifier } from './verify.ts'

export interface AuditLog {
  forChain(chain: string): Area<'audit'>
  exportLines(chain: string, format: 'jsonl' | 'csv', filter: AuditFilter | undefined): AsyncIterable<string>
  /** Indexes, signs and tells what is due now; `start` does it every second. */
  tend(): Promise<void>
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

const tickMs = 1_000
const pageLength = 100

export function createAuditLog(deps: AuditLogDeps): AuditLog {
  const { database, state, vault, announcements, now } = deps
  const anchors = createAnchorFile(join(deps.dataDir, 'audit-anchor.json'))
  const keys = createSigningKeys({ database, vault, now })
  const checkpoints = createCheckpoints({ database, keys, anchors, now })
  const verifier = createVerifier({ database, checkpoints, anchors, now })
  const search = createAuditSearch(database)
  const facets = createFacets(database)
  const indexer = createIndexer(database, state)
  const exporter = createExporter({ search, checkpoints })
  const tending = createTending({ database, checkpoints, indexer, announcements, now })
  let timer: NodeJS.Timeout | undefined
  let tended: Promise<void> = Promise.resolve()
  let isBusy = false

  /** One at a time: a keychain may take its ten seconds. */
  function tick(): void {
    if (isBusy) return
    isBusy = true
    tended = tending
      .look()
      .catch(deps.onError)
      .finally(() => {
        isBusy = false
      })
  }

  return {
    forChain: (chain) => ({
      async list(input = {}) {
        const { cursor, limit = pageLength, ...filter } = input
        if (!needsWords(filter)) return search.list(chain, filter, { cursor, limit })
        if (filter.text === undefined && indexer.isFarBehind())
          return search.listPastIndex(chain, filter, { cursor, limit }, indexer.indexedTo())
        await indexer.catchUp()
        return search.list(chain, filter, { cursor, limit })
      },
      window: async ({ offset, limit }) => search.window(chain, offset, limit),
      facets: async () => ({ ...facets(chain), lastVerification: verifier.last(chain) }),
      verify: () => verifier.verify(chain),
    }),
    async *exportLines(chain, format, filter = {}) {
      if (needsWords(filter)) await indexer.catchUp()
      await checkpoints.sign()
      yield* exporter.lines(chain, format, filter)
    },
    tend: tending.look,
    async start() {
      timer = setInterval(tick, tickMs).unref()
    },
    async stop() {
      clearInterval(timer)
      await Promise.all([tended, verifier.stop()])
      // A full disk must not keep the database from being closed; what is unsigned is signed next time.
      await checkpoints.sign().catch(deps.onError)
    },
  }
}
