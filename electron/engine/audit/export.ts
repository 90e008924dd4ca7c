/** Writes a chain out as it is asked for, page by page: JSON lines with checkpoints, or CSV. */
import { stringify } from 'csv-stringify/sync'
import type { AuditEvent, AuditFilter } from '#shared/contract/audit'
import type { Checkpoints } from './checkpoints.ts'
import { type EventRow, toChained } from './rows.ts'
import type { AuditSearch } from './search.ts'

const pageSize = 500
const columns = [
  'seq',
  'at',
  'actorKind',
  'actor',
  'action',
  'targetKind',
  'target',
  'outcome',
  'detail',
  'prevHash',
  'hash',
] as const

/** A cell that a spreadsheet would take for a formula is led by a quote. */
function cell(value: string | number): string | number {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
}

function toCsvRow(event: AuditEvent): (string | number)[] {
  const { seq, at, actor, action, target, outcome, detail, prevHash, hash } = event
  return [seq, at, actor.kind, actor.id, action, target.kind, target.id, outcome, JSON.stringify(detail), prevHash, hash].map(
    cell,
  )
}

export interface Exporter {
  /** Events oldest first. A JSONL export of a whole chain ends with its checkpoints and can be verified by itself. */
  lines(chain: string, format: 'jsonl' | 'csv', filter: AuditFilter): AsyncGenerator<string>
}

export interface ExporterDeps {
  search: AuditSearch
  checkpoints: Checkpoints
  /** Rows after a sequence number, oldest first, exactly as hashed. */
  rowsAfter(chain: string, seq: number, limit: number): EventRow[]
}

export function createExporter({ search, checkpoints, rowsAfter }: ExporterDeps): Exporter {
  /** The whole chain, with every field as it was hashed. */
  async function* wholeChain(chain: string): AsyncGenerator<string> {
    for (let after = 0; ; ) {
      const rows = rowsAfter(chain, after, pageSize)
      if (rows.length === 0) break
      yield `${rows.map((row) => JSON.stringify({ event: { ...toChained(row), hash: row.hash } })).join('\n')}\n`
      after = rows.at(-1)?.seq ?? after
      await new Promise(setImmediate)
    }
    for (const checkpoint of checkpoints.of(chain)) yield `${JSON.stringify({ checkpoint })}\n`
  }

  async function* found(chain: string, filter: AuditFilter): AsyncGenerator<AuditEvent[]> {
    let cursor: string | undefined
    do {
      const page = search.list(chain, filter, { cursor, limit: pageSize })
      yield page.items
      cursor = page.nextCursor ?? undefined
      await new Promise(setImmediate)
    } while (cursor !== undefined)
  }

  return {
    async *lines(chain, format, filter) {
      if (format === 'jsonl' && Object.keys(filter).length === 0) {
        yield* wholeChain(chain)
        return
      }
      if (format === 'csv') yield stringify([[...columns]])
      for await (const events of found(chain, filter)) {
        if (events.length === 0) continue
        yield format === 'csv' ? stringify(events.map(toCsvRow)) : `${events.map((event) => JSON.stringify(event)).join('\n')}\n`
      }
    },
  }
}
