/** The queue by lane: the jobs of one tenant, provider and priority, earliest first. However long a lane is, it costs the others nothing. */
import type { Database } from '../database/open.ts'
import type { PlacedRow } from './rows.ts'

/** A lane by its first job. */
export interface Lane {
  /** `tenant/provider`; ends with the slash while no provider is chosen. */
  lane: string
  priority: number
  run_at: number
  place: number
}

export interface Lanes {
  /** Every lane that has a queued job, due or not. */
  list(): Lane[]
  /** Due jobs of a lane, the next ones after a position. */
  due(lane: Lane, now: number, after: Pick<PlacedRow, 'run_at' | 'place'> | undefined, limit: number): PlacedRow[]
}

/** Whether the first comes before the second: higher priority, then earlier. */
export function isBefore(one: Lane | PlacedRow, other: Lane | PlacedRow): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority
  return one.run_at === other.run_at ? one.place < other.place : one.run_at < other.run_at
}

const beforeAll = { run_at: -1, place: 0 }

export function createLanes({ sqlite }: Pick<Database, 'sqlite'>): Lanes {
  const columns = 'lane, priority, run_at, rowid AS place'
  const next = sqlite.prepare(
    `SELECT ${columns} FROM jobs INDEXED BY jobs_lane WHERE state = 'queued' AND lane > ? ORDER BY lane, priority DESC, run_at, rowid LIMIT 1`,
  )
  const lower = sqlite.prepare(
    `SELECT ${columns} FROM jobs INDEXED BY jobs_lane WHERE state = 'queued' AND lane = ? AND priority < ? ORDER BY priority DESC, run_at, rowid LIMIT 1`,
  )
  const page = sqlite.prepare(
    `SELECT *, rowid AS place FROM jobs INDEXED BY jobs_lane WHERE state = 'queued' AND lane = ? AND priority = ? AND run_at <= ? AND (run_at, rowid) > (?, ?)
     ORDER BY run_at, rowid LIMIT ?`,
  )
  return {
    list() {
      const lanes: Lane[] = []
      let found = next.get('') as Lane | undefined
      while (found) {
        lanes.push(found)
        const { lane, priority } = found
        found = (lower.get(lane, priority) ?? next.get(lane)) as Lane | undefined
      }
      return lanes
    },
    due({ lane, priority }, now, { run_at, place } = beforeAll, limit) {
      return page.all(lane, priority, now, run_at, place, limit) as PlacedRow[]
    },
  }
}
