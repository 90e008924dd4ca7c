/** Writes a chain out as it is asked for, page by page: JSON lines with checkpoints, or CSV. Oldest first. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import type { AuditEvent, AuditFilter } from '#shared/contract/audit'
import type { Checkpoints } from './checkpoints.ts'
import type { AuditSearch } from './search.ts'

const pageSize = 500

const cells = {
  seq: ({ seq }) => seq,
  at: ({ at }) => at,
  actorKind: ({ actor }) => actor.kind,
  actor: ({ actor }) => actor.id,
  action: ({ action }) => action,
  targetKind: ({ target }) => target.kind,
  target: ({ target }) => target.id,
  outcome: ({ outcome }) => outcome,
  detail: ({ detail }) => JSON.stringify(detail),
  prevHash: ({ prevHash }) => prevHash,
  hash: ({ hash }) => hash,
} satisfies Record<string, (event: AuditEvent) => string | number>

function toCsv(events: AuditEvent[]): string {
  const rows = events.map((event) => Object.values(cells).map((cell) => cell(event)))
  return stringify(rows, { escape_formulas: true })
}

function toJsonLines(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

export interface Exporter {
  /** A JSONL export of a whole chain ends with its checkpoints and their keys, and can be verified by itself. */
  lines(chain: string, format: 'jsonl' | 'csv', filter: AuditFilter): AsyncGenerator<string>
}

export interface ExporterDeps {
  search: AuditSearch
  checkpoints: Checkpoints
}

export function createExporter({ search, checkpoints }: ExporterDeps): Exporter {
  /** A page a turn, up to where the chain ended when it began. */
  async function* pages(chain: string, filter: AuditFilter): AsyncGenerator<AuditEvent[]> {
    const { total } = search.window(chain, 0, 1)
    let cursor: string | undefined
    do {
      const page = search.list(chain, filter, { cursor, limit: pageSize, oldestFirst: true })
      const items = page.items.filter(({ seq }) => seq <= total)
      if (items.length > 0) yield items
      cursor = items.length === page.items.length ? (page.nextCursor ?? undefined) : undefined
      await nextTurn()
    } while (cursor !== undefined)
  }

  function* evidence(chain: string): Generator<string> {
    const signed = checkpoints.of(chain)
    yield toJsonLines(signed.map((checkpoint) => ({ checkpoint })))
    const keys = new Map(signed.map(({ keyId, publicKey }) => [keyId, publicKey]))
    yield toJsonLines([...keys].map(([keyId, publicKey]) => ({ keyId, publicKey })))
  }

  return {
    async *lines(chain, format, filter) {
      if (format === 'csv') yield stringify([Object.keys(cells)])
      for await (const events of pages(chain, filter)) {
        yield format === 'csv' ? toCsv(events) : toJsonLines(events.map((event) => ({ chain, ...event })))
      }
      const isWhole = Object.values(filter).every((value) => value === undefined)
      if (format === 'jsonl' && isWhole) yield* evidence(chain)
    },
  }
}
