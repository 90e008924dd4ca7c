/** Leases by name: one holder at a time, across processes, kept alive by renewing. */
import type { Database } from '../database/open.ts'

export interface Leases {
  /** Takes or renews the lease; false when another holds it. */
  hold(name: string, owner: string, forMs: number): Promise<boolean>
  release(name: string, owner: string): Promise<void>
}

export function createLeases({ sqlite, write }: Database, now: () => number): Leases {
  const take = sqlite.prepare(
    `INSERT INTO leases (name, owner, until) VALUES (@name, @owner, @until)
     ON CONFLICT DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE leases.owner = excluded.owner OR leases.until < @now`,
  )
  const drop = sqlite.prepare('DELETE FROM leases WHERE name = ? AND owner = ?')
  return {
    hold: (name, owner, forMs) => write(() => take.run({ name, owner, until: now() + forMs, now: now() }).changes === 1),
    release: (name, owner) =>
      write(() => {
        drop.run(name, owner)
      }),
  }
}
