/** Feeds the word index after the fact, in small steps, so that appending never pays for searching. */
import type { Database } from '../database/open.ts'
import type { SystemState } from '../system-state.ts'
import type { EventRow } from './rows.ts'
import { wordsOf } from './words.ts'

export interface Indexer {
  /** Whether so much is not indexed yet that reading it is quicker than indexing it. */
  isFarBehind(): boolean
  /** The id of the newest event that is indexed. */
  indexedTo(): number
  /** Indexes what there is, so that a search finds what was just written; `steps` bounds how much. */
  catchUp(steps?: number): Promise<void>
}

const stepSize = 500
/** Words remembered so that they are not written again and again. */
const mostKnown = 50_000
const stateKey = 'audit_indexed_to'

export function createIndexer(database: Database, state: SystemState): Indexer {
  const { sqlite } = database
  const newest = sqlite.prepare('SELECT max(id) AS id FROM audit_events')
  const next = sqlite.prepare(`SELECT * FROM audit_events WHERE id > ? ORDER BY id LIMIT ${stepSize}`)
  const insert = sqlite.prepare('INSERT INTO audit_words (rowid, words) VALUES (?, ?)')
  const learn = sqlite.prepare('INSERT OR IGNORE INTO audit_vocabulary (word) VALUES (?)')
  const known = new Set<string>()
  const save = sqlite.prepare(
    'INSERT INTO system_state (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  const indexedTo = () => Number(state.get(stateKey) ?? 0)

  function remember(words: ReadonlySet<string>): void {
    if (known.size > mostKnown) known.clear()
    for (const word of words) known.add(word)
  }

  /** One step; true when there is more. Where to begin is read inside the change: another process may have indexed meanwhile. */
  function step(): Promise<boolean> {
    return database.write((tx) => {
      const rows = next.all(indexedTo()) as EventRow[]
      const last = rows.at(-1)
      if (!last) return false
      const fresh = new Set<string>()
      for (const row of rows) {
        const { text, natural } = wordsOf(row)
        insert.run(row.id, text)
        for (const word of natural) if (!known.has(word)) fresh.add(word)
      }
      for (const word of fresh) learn.run(word)
      tx.afterCommit(() => remember(fresh))
      save.run(stateKey, String(last.id))
      return rows.length === stepSize
    })
  }

  return {
    indexedTo,
    isFarBehind: () => ((newest.get() as { id: number | null }).id ?? 0) - indexedTo() > stepSize,
    async catchUp(mostSteps = Number.POSITIVE_INFINITY) {
      const { id } = newest.get() as { id: number | null }
      if ((id ?? 0) <= indexedTo()) return
      for (let steps = 0; steps < mostSteps && (await step()); steps += 1);
    },
  }
}
