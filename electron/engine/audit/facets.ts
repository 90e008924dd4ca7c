/** Counts of the newest events by action, actor and outcome. */
import type { Database } from '../database/open.ts'

export interface Facet {
  value: string
  count: number
}

export interface Facets {
  total: number
  actions: Facet[]
  actors: Facet[]
  outcomes: Facet[]
}

/** Counted over the newest events only. */
const facetWindow = 10_000

export function createFacets({ sqlite }: Database): (chain: string) => Facets {
  const head = sqlite.prepare('SELECT seq FROM audit_heads WHERE chain = ?')
  /** By number, or the whole chain would be read in the order of the column. */
  const facet = (column: 'action' | 'actor_id' | 'outcome') =>
    sqlite.prepare(
      `SELECT ${column} AS value, count(*) AS count FROM audit_events INDEXED BY audit_events_seq
       WHERE chain = ? AND seq > ? GROUP BY ${column} ORDER BY count DESC, value LIMIT 50`,
    )
  const [actions, actors, outcomes] = [facet('action'), facet('actor_id'), facet('outcome')]
  return (chain) => {
    const total = (head.get(chain) as { seq: number } | undefined)?.seq ?? 0
    const of = (statement: typeof actions) => statement.all(chain, total - facetWindow) as Facet[]
    return { total, actions: of(actions), actors: of(actors), outcomes: of(outcomes) }
  }
}
