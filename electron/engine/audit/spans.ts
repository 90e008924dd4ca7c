/** The times of events by the span of their numbers: clocks jump, so that time does not order events, but a span knows its earliest and latest. */
import type { Database } from '../database/open.ts'

/** Numbers in a span; the migration that filled the table knows it too. */
const spanSize = 1_024

interface Span {
  chain: string
  span: number
  earliest: number
  latest: number
}

export interface Spans {
  /** Notes when an event happened. Call inside the change that appends it. */
  note(chain: string, seq: number, at: number): void
}

export function createSpans({ sqlite, gather }: Pick<Database, 'sqlite' | 'gather'>): Spans {
  const save = sqlite.prepare(
    `INSERT INTO audit_spans (chain, span, earliest, latest) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)`,
  )
  const noted = gather<Span>((_key, { chain, span, earliest, latest }) => save.run(chain, span, earliest, latest))
  return {
    note(chain, seq, at) {
      const span = Math.floor(seq / spanSize)
      const key = `${span} ${chain}`
      const known = noted.get(key)
      noted.set(key, { chain, span, earliest: Math.min(known?.earliest ?? at, at), latest: Math.max(known?.latest ?? at, at) })
    },
  }
}

/** Between which numbers everything of a time lies; undefined where nothing does. */
export function createSpanSearch({ sqlite }: Pick<Database, 'sqlite'>) {
  const within = sqlite.prepare(
    'SELECT min(span) AS low, max(span) AS high FROM audit_spans WHERE chain = ? AND latest >= ? AND earliest <= ?',
  )
  return (chain: string, from: number, to: number): { low: number; high: number } | undefined => {
    const { low, high } = within.get(chain, from, to) as { low: number | null; high: number | null }
    if (low === null || high === null) return undefined
    return { low: Math.max(low * spanSize, 1), high: (high + 1) * spanSize - 1 }
  }
}
