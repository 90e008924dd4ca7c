/** Notices that another process committed: its news are nobody's here, so everything is asked again. */
import { type FSWatcher, watch } from 'node:fs'
import type { Database } from './open.ts'

export interface ForeignCommits {
  stop(): void
}

/** The log is written before its commit can be seen, and how long before depends on the disk: looked at so long (ms) after a notice, and again. */
const lookAfterMs = [1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 32, 64] as const
/** File notices can be lost (network folders, full queues): looked at anyway this often. */
const lookAnywayMs = 1_000

export function watchForeignCommits(database: Database, onForeign: () => void): ForeignCommits {
  let seen = database.dataVersion()
  let looks = 0
  let timer: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined

  function look(): boolean {
    const version = database.dataVersion()
    if (version === seen) return false
    seen = version
    onForeign()
    return true
  }

  /** Looks later and later until something is seen or nothing will come. */
  function lookSoon(): void {
    const wait = lookAfterMs[looks]
    timer = undefined
    if (wait === undefined) return
    looks += 1
    timer = setTimeout(() => {
      timer = undefined
      if (!look()) lookSoon()
    }, wait).unref()
  }

  function noticed(): void {
    looks = 0
    if (!timer) lookSoon()
  }

  const regular = setInterval(look, lookAnywayMs).unref()
  try {
    watcher = watch(`${database.file}-wal`, { persistent: false }, noticed)
    watcher.on('error', () => watcher?.close())
  } catch {
    // Some file systems cannot be watched; the timer alone then finds other processes' work, a second later.
    watcher = undefined
  }
  return {
    stop() {
      clearInterval(regular)
      clearTimeout(timer)
      watcher?.close()
    },
  }
}
