/** Finds events of one chain: newest first, by keyset, words through the index that is filled outside the hot path. */
import type { AuditEvent, AuditFilter } from '#shared/contract/audit'
import { toMs } from '#shared/time'
import type { Database } from '../database/open.ts'
import { type EventRow, toEvent } from './rows.ts'

export interface EventPage {
  items: AuditEvent[]
  nextCursor: string | null
}

export interface AuditSearch {
  list(chain: string, filter: AuditFilter, page: { cursor?: string | undefined; limit: number }): EventPage
  window(chain: string, offset: number, limit: number): { total: number; items: AuditEvent[] }
  facets(chain: string): { total: number; actions: Facet[]; actors: Facet[]; outcomes: Facet[] }
}

interface Facet {
  value: string
  count: number
}

/** Facets are counted over the newest events only. */
const facetWindow = 10_000

/** Each word must appear, as a prefix; anything that would mean something to the index is quoted away. */
export function toWordQuery(text: string): string {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? []
  return words.map((word) => `"${word}"*`).join(' ')
}

function whereOf(filter: AuditFilter): { sql: string[]; values: Record<string, unknown> } {
  const sql: string[] = []
  const values: Record<string, unknown> = {}
  const add = (clause: string, name: string, value: unknown) => {
    sql.push(clause)
    values[name] = value
  }
  if (filter.from !== undefined) add('at >= @from', 'from', toMs(filter.from))
  if (filter.to !== undefined) add('at <= @to', 'to', toMs(filter.to))
  if (filter.actor !== undefined) add('actor_id = @actor', 'actor', filter.actor)
  if (filter.action !== undefined) add(`(action = @action OR action LIKE @action || '.%')`, 'action', filter.action)
  if (filter.outcome !== undefined) add('outcome = @outcome', 'outcome', filter.outcome)
  if (filter.target !== undefined) add('target_id = @target', 'target', filter.target)
  if (filter.text !== undefined)
    add('id IN (SELECT rowid FROM audit_words WHERE audit_words MATCH @text)', 'text', toWordQuery(filter.text))
  return { sql, values }
}

export function createAuditSearch({ sqlite }: Database): AuditSearch {
  const head = sqlite.prepare('SELECT seq FROM audit_heads WHERE chain = ?')
  const slice = sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? AND seq <= ? AND seq > ? ORDER BY seq DESC')
  const total = (chain: string) => (head.get(chain) as { seq: number } | undefined)?.seq ?? 0
  const facet = (column: string) =>
    sqlite.prepare(
      `SELECT ${column} AS value, count(*) AS count FROM audit_events WHERE chain = ? AND seq > ? GROUP BY ${column} ORDER BY count DESC, value LIMIT 50`,
    )
  const facets = { actions: facet('action'), actors: facet('actor_id'), outcomes: facet('outcome') }

  return {
    list(chain, filter, { cursor, limit }) {
      if (filter.text !== undefined && toWordQuery(filter.text) === '') return { items: [], nextCursor: null }
      const { sql, values } = whereOf(filter)
      const before = cursor === undefined ? [] : ['seq < @cursor']
      const where = ['chain = @chain', ...before, ...sql].join(' AND ')
      const rows = sqlite.prepare(`SELECT * FROM audit_events WHERE ${where} ORDER BY seq DESC LIMIT @limit`).all({
        ...values,
        chain,
        limit: limit + 1,
        ...(cursor === undefined ? {} : { cursor: Number(cursor) || 0 }),
      }) as EventRow[]
      const items = rows.slice(0, limit)
      return { items: items.map(toEvent), nextCursor: rows.length > limit ? String(items.at(-1)?.seq ?? 0) : null }
    },
    window(chain, offset, limit) {
      const count = total(chain)
      const newest = count - offset
      return { total: count, items: (slice.all(chain, newest, newest - limit) as EventRow[]).map(toEvent) }
    },
    facets(chain) {
      const count = total(chain)
      const from = count - facetWindow
      const of = (statement: (typeof facets)['actions']) => statement.all(chain, from) as Facet[]
      return { total: count, actions: of(facets.actions), actors: of(facets.actors), outcomes: of(facets.outcomes) }
    },
  }
}
