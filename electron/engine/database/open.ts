/** Opens the one database of a data folder with the settings its promises rest on. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { failed } from '#shared/failure'
import { changeAloneAtOnce, isLocked } from '../lock-file.ts'
import { createBallast } from './ballast.ts'
import { inWords, requirePlausible } from './damage.ts'
import { keepPlans } from './kept-plans.ts'
import { migrate, requireKnown, schemaVersion } from './migrate.ts'
import { createWriter, type Writer } from './writer.ts'

/** An open database. Every change goes through `write`; `sqlite` and `orm` are for reading and for use inside a change. */
export interface Database {
  sqlite: Sqlite.Database
  orm: BetterSQLite3Database
  write: Writer['write']
  gather: Writer['gather']
  /** Grows whenever another connection committed. */
  dataVersion(): number
  file: string
  schemaVersion(): number
  sizeBytes(): number
  /** Takes up room on the disk to give back when it is full. */
  layBallast(): void
  close(): void
}

/** Below this version two connections that checkpoint at once may corrupt the file. @see https://sqlite.org/wal.html */
const oldestSafeSqlite = [3, 51, 3] as const

export interface DatabaseOptions {
  file: string
  /** `NORMAL` loses acknowledged jobs on a power cut; only the test that proves this asks for it. */
  synchronous?: 'FULL' | 'NORMAL'
  onDiskFull?(): void
}

export function openDatabase({ file, synchronous = 'FULL', onDiskFull }: DatabaseOptions): Database {
  const inMemory = file === ':memory:'
  const sqlite = inWords(file, () => openFile(file, synchronous))
  const ballast = inMemory ? undefined : createBallast(`${file}.ballast`)
  const writer = createWriter(sqlite, () => {
    ballast?.release()
    onDiskFull?.()
  })
  return {
    sqlite,
    orm: drizzle(sqlite),
    write: writer.write,
    gather: writer.gather,
    dataVersion: () => sqlite.pragma('data_version', { simple: true }) as number,
    file,
    schemaVersion: () => schemaVersion(sqlite),
    sizeBytes: () =>
      (sqlite.pragma('page_count', { simple: true }) as number) * (sqlite.pragma('page_size', { simple: true }) as number),
    layBallast: () => ballast?.lay(),
    close: () => {
      writer.flush()
      sqlite.close()
    },
  }
}

/** A new database is made by one process; others that begin at the same moment wait until it is whole. */
function openFile(file: string, synchronous: 'FULL' | 'NORMAL'): Sqlite.Database {
  const isNew = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0
  if (file === ':memory:' || !(isNew || isLocked(file))) return openOnce(file, synchronous)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  return changeAloneAtOnce(file, () => openOnce(file, synchronous))
}

function openOnce(file: string, synchronous: 'FULL' | 'NORMAL'): Sqlite.Database {
  const inMemory = file === ':memory:'
  if (!inMemory) prepareFile(file)
  const sqlite = new Sqlite(file)
  try {
    requireSafeSqlite(sqlite)
    // Before the first setting, for some are written into the file.
    requireKnown(sqlite)
    applyPragmas(sqlite, synchronous)
    keepPlans(sqlite)
    migrate(sqlite, file)
    if (!inMemory) closeToOthers(file)
    return sqlite
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** Made by us before SQLite sees it, for it gives its log the rights of the file it belongs to. */
function prepareFile(file: string): void {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  requirePlausible(file)
  closeSync(openSync(file, 'a', 0o600))
}

/** Files that existed before the umask was ours are narrowed too. */
function closeToOthers(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    if (existsSync(path)) chmodSync(path, 0o600)
  }
}

function requireSafeSqlite(sqlite: Sqlite.Database): void {
  const { version } = sqlite.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [a, b, c] = oldestSafeSqlite
  const safe = major > a || (major === a && (minor > b || (minor === b && patch >= c)))
  if (!safe)
    throw failed('unexpected', `SQLite ${version} can corrupt a database that two processes share; 3.51.3 or newer is needed.`)
}

function applyPragmas(sqlite: Sqlite.Database, synchronous: 'FULL' | 'NORMAL'): void {
  sqlite.pragma('busy_timeout = 5000')
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma(`synchronous = ${synchronous}`)
  if (process.platform === 'darwin') {
    // A plain fsync leaves data in the drive's cache there.
    sqlite.pragma('fullfsync = 1')
    sqlite.pragma('checkpoint_fullfsync = 1')
  }
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('trusted_schema = OFF')
  sqlite.pragma('cell_size_check = ON')
  sqlite.pragma('mmap_size = 0')
  // Hot pages stay in memory; the system keeps the others. The log is written back often enough that it never holds the event loop for long.
  sqlite.pragma('cache_size = -8192')
  // What a change would undo is kept in memory: on disk it costs as much as the change.
  sqlite.pragma('temp_store = MEMORY')
  sqlite.pragma('wal_autocheckpoint = 2000')
  sqlite.pragma('journal_size_limit = 67108864')
}
