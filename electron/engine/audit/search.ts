/** Finds events of one chain by keyset: in the order of the chain, or through the word index for fields and for words. */
import type { AuditEvent, AuditFilter } from '#shared/contract/audit'
import { failed } from '#shared/failure'
import { toMs } from '#shared/time'
import type { Database } from '../database/open.ts'
import { type EventRow, toEvent } from './rows.ts'
import { createSpanSearch } from './spans.ts'
import { toMatch, wordsIn } from './words.ts'

export interface EventPage {
  items: AuditEvent[]
  nextCursor: string | null
}

/** Which page: those after the cursor in the direction that is asked for. */
export interface PageOrder {
  cursor: string | undefined
  limit: number
  oldestFirst?: boolean
}

export interface AuditSearch {
  list(chain: string, filter: AuditFilter, page: PageOrder): EventPage
  /** The newest of what no words are asked of, though the word index ends at the event with this id: what came after is read. */
  listPastIndex(chain: string, filter: AuditFilter, page: PageOrder, indexedTo: number): Promise<EventPage>
  window(chain: string, offset: number, limit: number): { total: number; items: AuditEvent[] }
}

/** Whether the word index is asked, which must then have caught up. */
export function needsWords({ from: _from, to: _to, ...fields }: AuditFilter): boolean {
  return Object.values(fields).some((value) => value !== undefined)
}

/** Events read at once of those that the word index does not know yet. */
const readAtOnce = 10_000

/** Events read one by one before the word index is asked. */
const nearbyEvents = 1_000

/** With more words than this for one beginning, the index looks for them itself. */
const mostBegun = 128
/** A chain with this share of the log is read past the others' events; below it, its own word leads. */
const ownShare = 1 / 8

const columns = { actor: 'actor_id', outcome: 'outcome', target: 'target_id' } as const

/** Sequence numbers between which everything lies; both included. */
interface Bounds {
  low: number
  high: number
}

interface Query extends Bounds {
  chain: string
  filter: AuditFilter
  limit: number
  order: 'ASC' | 'DESC'
}

function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw failed('invalid', 'The list was refused: its cursor is not one that was given out. Begin again without it.', {
    fields: [{ path: 'cursor', message: 'is not one that was given out' }],
  })
}

function timeOf({ from, to }: AuditFilter): { sql: string; values: Record<string, number> } {
  return {
    sql: `${from === undefined ? '' : ' AND e.at >= @from'}${to === undefined ? '' : ' AND e.at <= @to'}`,
    values: { ...(from === undefined ? {} : { from: toMs(from) }), ...(to === undefined ? {} : { to: toMs(to) }) },
  }
}

/** The exact fields again: the word index only knows digests of them. */
function fieldsOf({ actor, action, outcome, target }: AuditFilter): { sql: string; values: Record<string, string> } {
  const equal = { actor, outcome, target }
  const set = Object.entries(equal).filter((entry): entry is [keyof typeof columns, string] => entry[1] !== undefined)
  const sql = set.map(([name]) => ` AND e.${columns[name]} = @${name}`)
  if (action !== undefined) sql.push(` AND (e.action = @action OR substr(e.action, 1, length(@action) + 1) = @action || '.')`)
  return { sql: sql.join(''), values: { ...Object.fromEntries(set), ...(action === undefined ? {} : { action }) } }
}

export function createAuditSearch(database: Database): AuditSearch {
  const { sqlite } = database
  const head = sqlite.prepare('SELECT seq FROM audit_heads WHERE chain = ?')
  const slice = sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? AND seq <= ? AND seq > ? ORDER BY seq DESC')
  const newest = sqlite.prepare('SELECT max(id) FROM audit_events').pluck()
  const begun = sqlite
    .prepare(`SELECT word FROM audit_vocabulary WHERE word >= ? AND word < ? ORDER BY word LIMIT ${mostBegun + 1}`)
    .pluck()
  const idAt = sqlite.prepare('SELECT id FROM audit_events WHERE chain = ? AND seq = ?')
  const within = createSpanSearch(database)
  const total = (chain: string) => (head.get(chain) as { seq: number } | undefined)?.seq ?? 0

  function boundsOf(chain: string, { from, to }: AuditFilter): Bounds {
    const high = total(chain)
    if (from === undefined && to === undefined) return { low: 1, high }
    const found = within(chain, from === undefined ? 0 : toMs(from), to === undefined ? Number.MAX_SAFE_INTEGER : toMs(to))
    return found ? { low: found.low, high: Math.min(found.high, high) } : { low: 1, high: 0 }
  }

  function inOrder({ chain, filter, low, high, limit, order }: Query): EventRow[] {
    const time = timeOf(filter)
    const fields = fieldsOf(filter)
    const sql = `SELECT e.* FROM audit_events e INDEXED BY audit_events_seq
      WHERE e.chain = @chain AND e.seq BETWEEN @low AND @high${fields.sql}${time.sql} ORDER BY e.seq ${order} LIMIT @limit`
    return sqlite.prepare(sql).all({ ...fields.values, ...time.values, chain, low, high, limit }) as EventRow[]
  }

  /** What is frequent is found by reading on from where the page begins; only what is rare is worth the word index, which reads up to there. */
  function nearby(query: Query): EventRow[] | undefined {
    if (query.filter.text !== undefined) return undefined
    const { low, high, order, limit } = query
    const near = order === 'DESC' ? { low: Math.max(low, high - nearbyEvents) } : { high: Math.min(high, low + nearbyEvents) }
    const rows = inOrder({ ...query, ...near })
    return rows.length >= limit ? rows : undefined
  }

  function begunBy(beginning: string): string[] | undefined {
    const words = begun.all(beginning, `${beginning}\u{10ffff}`) as string[]
    return words.length > mostBegun ? undefined : words
  }

  /** The chain's own word is in each of its events: where it has many, leading by it costs more than it leaves out. */
  function leading(chain: string): string | undefined {
    return total(chain) >= Number(newest.get() ?? 0) * ownShare ? undefined : chain
  }

  /** Numbers and row ids of a chain grow together, so that the index can be read in order and left early. */
  function byWords({ chain, filter, low, high, limit, order }: Query): EventRow[] {
    const ends = [low, high].map((seq) => (idAt.get(chain, seq) as { id: number } | undefined)?.id)
    const [lowId, highId] = ends
    if (lowId === undefined || highId === undefined) return []
    const time = timeOf(filter)
    const fields = fieldsOf(filter)
    const sql = `SELECT e.* FROM audit_words w CROSS JOIN audit_events e ON e.id = w.rowid
      WHERE w.audit_words MATCH @match AND w.rowid BETWEEN @lowId AND @highId AND e.chain = @chain${fields.sql}${time.sql}
      ORDER BY w.rowid ${order} LIMIT @limit`
    const match = toMatch(filter, leading(chain), begunBy)
    if (match === undefined) return []
    return sqlite.prepare(sql).all({ ...fields.values, ...time.values, chain, lowId, highId, match, limit }) as EventRow[]
  }

  const throughIndex = (query: Query): EventRow[] => nearby(query) ?? byWords(query)

  /** The first number of a chain that the word index does not know; numbers and row ids of a chain grow together. */
  function firstUnindexed(chain: string, { low, high }: Bounds, indexedTo: number): number {
    let [known, unknown] = [low - 1, high + 1]
    while (unknown - known > 1) {
      const seq = Math.floor((known + unknown) / 2)
      if (((idAt.get(chain, seq) as { id: number } | undefined)?.id ?? 0) <= indexedTo) known = seq
      else unknown = seq
    }
    return unknown
  }

  function queryOf(chain: string, filter: AuditFilter, { cursor: given, limit, oldestFirst = false }: PageOrder): Query {
    const cursor = cursorOf(given)
    const bounds = boundsOf(chain, filter)
    const low = oldestFirst && cursor !== undefined ? Math.max(bounds.low, cursor + 1) : bounds.low
    const high = !oldestFirst && cursor !== undefined ? Math.min(bounds.high, cursor - 1) : bounds.high
    return { chain, filter, low, high, limit: limit + 1, order: oldestFirst ? 'ASC' : 'DESC' }
  }

  function pageOf(rows: EventRow[], { limit }: PageOrder): EventPage {
    const items = rows.slice(0, limit)
    return { items: items.map(toEvent), nextCursor: rows.length > limit ? String(items.at(-1)?.seq) : null }
  }

  return {
    list(chain, filter, page) {
      const query = queryOf(chain, filter, page)
      const isNone = filter.text !== undefined && wordsIn(filter.text).length === 0
      if (isNone || query.low > query.high) return pageOf([], page)
      return pageOf(needsWords(filter) ? throughIndex(query) : inOrder(query), page)
    },
    async listPastIndex(chain, filter, page, indexedTo) {
      const query = queryOf(chain, filter, page)
      const first = firstUnindexed(chain, query, indexedTo)
      const rows: EventRow[] = []
      for (let high = query.high; high >= first && rows.length < query.limit; high -= readAtOnce) {
        const low = Math.max(first, high - readAtOnce + 1)
        rows.push(...inOrder({ ...query, low, high, limit: query.limit - rows.length }))
        await new Promise(setImmediate)
      }
      const older = { ...query, high: first - 1, limit: query.limit - rows.length }
      if (older.limit > 0 && older.low <= older.high) rows.push(...throughIndex(older))
      return pageOf(rows, page)
    },
    window(chain, offset, limit) {
      const count = total(chain)
      const newest = count - offset
      return { total: count, items: (slice.all(chain, newest, newest - limit) as EventRow[]).map(toEvent) }
    },
  }
}
