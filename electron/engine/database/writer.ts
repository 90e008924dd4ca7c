/** The only way to change the database: changes queue up and are committed together, each all or nothing. */
import type { Database as Sqlite } from 'better-sqlite3'
import { AppError, failed } from '#shared/failure'

/** What a change may do beside its statements. */
export interface Change {
  /** Runs once the change is on disk; never when it failed. */
  afterCommit(effect: () => void): void
}

export interface Writer {
  /** Resolves when the change is durable. The change must be synchronous. */
  write<T>(change: (tx: Change) => T): Promise<T>
  /** Commits what is queued, now. */
  flush(): void
}

interface Pending {
  run(tx: Change): unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

interface Done {
  pending: Pending
  value: unknown
  effects: (() => void)[]
}

function tell({ pending, value, effects }: Done): void {
  for (const effect of effects) effect()
  pending.resolve(value)
}

/** Most changes of one commit: bounds how long the event loop is held. */
const batchSize = 256

/**
 * Group commit: one fsync for all that was asked within a turn of the event loop.
 *
 * Why   with `synchronous=FULL` a commit costs an fsync; alone that allows a few thousand changes a second, together a hundred thousand
 */
export function createWriter(sqlite: Sqlite, onDiskFull: () => void): Writer {
  let queue: Pending[] = []
  let scheduled = false
  const begin = sqlite.prepare('BEGIN IMMEDIATE')
  const commit = sqlite.prepare('COMMIT')
  const mark = sqlite.prepare('SAVEPOINT change')
  const keep = sqlite.prepare('RELEASE change')

  function flush(): void {
    scheduled = false
    while (queue.length > 0 && sqlite.open) {
      const batch = queue.slice(0, batchSize)
      queue = queue.slice(batchSize)
      commitBatch(batch)
    }
  }

  function commitBatch(batch: Pending[]): void {
    const done: Done[] = []
    try {
      begin.run()
      for (const pending of batch) runOne(pending, done)
      commit.run()
    } catch (error) {
      if (sqlite.inTransaction) sqlite.exec('ROLLBACK')
      const told = storageError(error, onDiskFull)
      for (const pending of batch) pending.reject(told)
      return
    }
    done.forEach(tell)
  }

  function runOne(pending: Pending, done: Done[]): void {
    const effects: (() => void)[] = []
    mark.run()
    try {
      const value = pending.run({ afterCommit: (effect) => effects.push(effect) })
      if (value instanceof Promise) throw new TypeError('a change must be synchronous')
      keep.run()
      done.push({ pending, value, effects })
    } catch (error) {
      if (!sqlite.inTransaction) throw error
      sqlite.exec('ROLLBACK TO change; RELEASE change')
      // The change failed alone: the others go on, and this one is told after the commit like them.
      done.push({
        pending: { ...pending, resolve: () => pending.reject(readable(error, onDiskFull)) },
        value: undefined,
        effects: [],
      })
    }
  }

  return {
    write<T>(change: (tx: Change) => T) {
      return new Promise<T>((resolve, reject) => {
        queue.push({ run: change, resolve: resolve as (value: unknown) => void, reject })
        if (scheduled) return
        scheduled = true
        setImmediate(flush)
      })
    },
    flush,
  }
}

function readable(error: unknown, onDiskFull: () => void): unknown {
  return isStorage(error) ? storageError(error, onDiskFull) : error
}

function isStorage(error: unknown): error is { code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|BUSY|CANTOPEN|NOTADB)/.test(String(error.code))
  )
}

function storageError(error: unknown, onDiskFull: () => void): unknown {
  if (error instanceof AppError || !isStorage(error)) return error
  const full = error.code === 'SQLITE_FULL' || error.code === 'SQLITE_IOERR_WRITE'
  if (full) onDiskFull()
  const message = full
    ? 'The disk is full, so nothing could be recorded and nothing was done. Free some space; work goes on by itself.'
    : `The database could not be written (${error.code}); nothing was done.`
  return failed('unavailable', message, { code: error.code })
}
