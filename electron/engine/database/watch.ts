/** Notices that another process committed: its news are nobody's here, so everything is asked again. */
import { type FSWatcher, watch } from 'node:fs'
import type { Database } from './open.ts'

export interface ForeignCommits {
  stop(): void
}

/** News are gathered for this long before the database is asked whether it was a stranger's commit. */
const gatherMs = 20
/** File notices can be lost (network folders, full queues): looked at anyway this often. */
const lookAnywayMs = 1_000

export function watchForeignCommits(database: Database, onForeign: () => void): ForeignCommits {
  let seen = database.dataVersion()
  let gathering: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined

  function look(): void {
    gathering = undefined
    const version = database.dataVersion()
    if (version === seen) return
    seen = version
    onForeign()
  }

  function noticed(): void {
    if (!gathering) gathering = setTimeout(look, gatherMs).unref()
  }

  const timer = setInterval(look, lookAnywayMs).unref()
  try {
    watcher = watch(`${database.file}-wal`, { persistent: false }, noticed)
    watcher.on('error', () => watcher?.close())
  } catch {
    // Some file systems cannot be watched; the timer alone then finds other processes' work, a second later.
    watcher = undefined
  }
  return {
    stop() {
      clearInterval(timer)
      clearTimeout(gathering)
      watcher?.close()
    },
  }
}
