/** Feeds the word index after the fact, in small steps, so that appending never pays for searching. */
import type { Database } from '../database/open.ts'
import type { SystemState } from '../system-state.ts'
import type { EventRow } from './rows.ts'
import { wordsOf } from './words.ts'

export interface Indexer {
  /** Indexes what there is, so that a search finds what was just written; `steps` bounds how much. */
  catchUp(steps?: number): Promise<void>
}

const stepSize = 500
const stateKey = 'audit_indexed_to'

export function createIndexer(database: Database, state: SystemState): Indexer {
  const { sqlite } = database
  const newest = sqlite.prepare('SELECT max(id) AS id FROM audit_events')
  const next = sqlite.prepare(`SELECT * FROM audit_events WHERE id > ? ORDER BY id LIMIT ${stepSize}`)
  const insert = sqlite.prepare('INSERT INTO audit_words (rowid, words) VALUES (?, ?)')
  const save = sqlite.prepare(
    'INSERT INTO system_state (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  const indexedTo = () => Number(state.get(stateKey) ?? 0)

  /** One step; true when there is more. Where to begin is read inside the change: another process may have indexed meanwhile. */
  function step(): Promise<boolean> {
    return database.write(() => {
      const rows = next.all(indexedTo()) as EventRow[]
      const last = rows.at(-1)
      if (!last) return false
      for (const row of rows) insert.run(row.id, wordsOf(row))
      save.run(stateKey, String(last.id))
      return rows.length === stepSize
    })
  }

  return {
    async catchUp(mostSteps = Number.POSITIVE_INFINITY) {
      const { id } = newest.get() as { id: number | null }
      if ((id ?? 0) <= indexedTo()) return
      for (let steps = 0; steps < mostSteps && (await step()); steps += 1);
    },
  }
}
