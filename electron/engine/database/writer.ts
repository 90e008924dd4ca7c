/** The only way to change the database: changes queue up and are committed together, each all or nothing. */
import type { Database as Sqlite } from 'better-sqlite3'
import { AppError, failed } from '#shared/failure'
import { createGathering, type Gatherer, type Gathering } from './gathering.ts'

/** What a change may do beside its statements. */
export interface Change {
  /** Runs once the change is on disk; never when it failed. */
  afterCommit(effect: () => void): void
}

export interface Writer {
  /** Resolves when the change is durable. The change must be synchronous, and may be run twice: it touches the database alone. */
  write<T>(change: (tx: Change) => T): Promise<T>
  /** Values that changes gather and each commit writes once, by `save`. */
  gather<V>(save: (key: string, value: V) => void): Gathering<V>
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

interface Batch {
  taken: Pending[]
  done: Done[]
}

function tell({ pending, value, effects }: Done): void {
  for (const effect of effects) effect()
  pending.resolve(value)
}

/** Most changes of one commit, and the longest it may run (ms) before it commits: bounds how long the event loop is held. */
const batchSize = 512
const sliceMs = 6

/**
 * Group commit: one fsync for all that was asked within a turn of the event loop.
 *
 * Why   with `synchronous=FULL` a commit costs an fsync; alone that allows a few thousand changes a second, together a hundred thousand
 */
export function createWriter(sqlite: Sqlite, onDiskFull: () => void): Writer {
  let queue: Pending[] = []
  let scheduled = false
  const gatherers: Gatherer[] = []
  const begin = sqlite.prepare('BEGIN IMMEDIATE')
  const commit = sqlite.prepare('COMMIT')
  const mark = sqlite.prepare('SAVEPOINT change')
  const keep = sqlite.prepare('RELEASE change')

  function commitNext(): void {
    scheduled = false
    if (queue.length === 0 || !sqlite.open) return
    commitBatch()
    if (queue.length > 0) schedule()
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(commitNext)
  }

  /** Runs what is queued until the batch is full or the slice of time is over; answers whether every change went through. */
  function runNext({ taken, done }: Batch): boolean {
    const endsAt = performance.now() + sliceMs
    for (const pending of queue) {
      taken.push(pending)
      if (!runOne(pending, done)) return false
      if (taken.length >= batchSize || performance.now() > endsAt) break
    }
    return true
  }

  /** Where a change failed, all is undone and done again, each change by itself, so that the failing one leaves nothing and the others stay. */
  function runAgain({ taken, done }: Batch): void {
    if (sqlite.inTransaction) sqlite.exec('ROLLBACK')
    for (const gatherer of gatherers) gatherer.forget()
    done.length = 0
    begin.run()
    for (const pending of taken) runGuarded(pending, done)
  }

  function commitBatch(): void {
    const batch: Batch = { taken: [], done: [] }
    try {
      begin.run()
      if (!runNext(batch)) runAgain(batch)
      for (const gatherer of gatherers) gatherer.write()
      commit.run()
    } catch (error) {
      refuse(batch, error)
      return
    } finally {
      for (const gatherer of gatherers) gatherer.forget()
    }
    queue = queue.slice(batch.taken.length)
    batch.done.forEach(tell)
  }

  /** Nothing of the batch was kept. Where not even a transaction could begin, whoever waits is told too. */
  function refuse({ taken }: Batch, error: unknown): void {
    if (sqlite.inTransaction) sqlite.exec('ROLLBACK')
    const told = storageError(error, onDiskFull)
    const refused = taken.length > 0 ? taken : queue
    queue = queue.slice(refused.length)
    for (const pending of refused) pending.reject(told)
  }

  /** Without a savepoint, for that copies each page a change touches: a third of the cost of a small change. */
  function runOne(pending: Pending, done: Done[]): boolean {
    const effects: (() => void)[] = []
    try {
      const value = pending.run({ afterCommit: (effect) => effects.push(effect) })
      if (value instanceof Promise) return false
      for (const gatherer of gatherers) gatherer.keep()
      done.push({ pending, value, effects })
      return true
    } catch {
      // It runs once more by itself, and fails there by its own error.
      return false
    }
  }

  function runGuarded(pending: Pending, done: Done[]): void {
    const effects: (() => void)[] = []
    mark.run()
    try {
      const value = pending.run({ afterCommit: (effect) => effects.push(effect) })
      if (value instanceof Promise) throw new TypeError('a change must be synchronous')
      keep.run()
      for (const gatherer of gatherers) gatherer.keep()
      done.push({ pending, value, effects })
    } catch (error) {
      if (!sqlite.inTransaction) throw error
      sqlite.exec('ROLLBACK TO change; RELEASE change')
      for (const gatherer of gatherers) gatherer.undo()
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
        schedule()
      })
    },
    gather(save) {
      const gathering = createGathering(save)
      gatherers.push(gathering)
      return gathering
    },
    flush() {
      while (queue.length > 0 && sqlite.open) commitBatch()
    },
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
