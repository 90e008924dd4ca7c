/** What keeps a database from being opened, in words: which file, what is the matter, what to do. Nothing is mended or begun anew in silence. */
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError, failed } from '#shared/failure'

const restore = 'Put back a backup (atlas backup makes them), or choose another data folder with --data-dir.'

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** An anchor that names a chain: a log was signed here. One that nobody can read was one as well. */
function wasSigned(anchor: string): boolean {
  if (!existsSync(anchor)) return false
  try {
    return Object.keys(JSON.parse(readFileSync(anchor, 'utf8')) as object).length > 0
  } catch {
    return true
  }
}

function traceOf(file: string): string | undefined {
  const anchor = join(dirname(file), 'audit-anchor.json')
  if (sizeOf(`${file}-wal`) > 0) return `${file}-wal`
  return wasSigned(anchor) ? anchor : undefined
}

/** What every database begins with. */
const heading = 'SQLite format 3\0'

function beginsRight(file: string): boolean {
  const handle = openSync(file, 'r')
  try {
    const start = Buffer.alloc(heading.length)
    readSync(handle, start)
    return start.toString('latin1') === heading
  } finally {
    closeSync(handle)
  }
}

/**
 * Refuses a file that cannot be the database of this folder, before SQLite looks at it.
 *
 * Why   an empty or missing file beside the traces of a full one is a loss, not a beginning; SQLite would drop the log without a word,
 *       and would write it into a file that is no database
 */
export function requirePlausible(file: string): void {
  if (sizeOf(file) > 0) {
    if (beginsRight(file)) return
    throw failed('unavailable', `${file} is not a database. Nothing was changed. ${restore}`)
  }
  const trace = traceOf(file)
  // Looked at twice: another process may be making the database this very moment.
  if (trace === undefined || sizeOf(file) > 0) return
  throw failed(
    'conflict',
    `The database ${file} is empty or gone, and ${trace} shows that there was one. Nothing was changed. ${restore} To begin anew in this folder, move ${trace} away.`,
  )
}

const freeSpace = 'Free some space on the disk and start again.'
const allowWriting = 'Let this user write the file and its folder, or choose another data folder with --data-dir.'

/** What is the matter with the file, and what to do about it. */
const unfit: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  SQLITE_NOTADB: ['is not a database', restore],
  SQLITE_CORRUPT: ['is damaged', restore],
  SQLITE_FULL: ['cannot be opened, for the disk is full', freeSpace],
  SQLITE_READONLY: ['cannot be written', allowWriting],
  SQLITE_CANTOPEN: ['cannot be opened', allowWriting],
  SQLITE_IOERR: ['cannot be read or written', `Look after the disk. ${restore}`],
  SQLITE_BUSY: ['is held by another process that does not let go', 'End that process, or wait for it, and start again.'],
  // A schema that cannot be read is told as an error of the statement that needed it.
  SQLITE_ERROR: ['cannot be read', restore],
  EROFS: ['cannot be written: the disk is mounted read-only', allowWriting],
  EACCES: ['cannot be written by this user', allowWriting],
  EPERM: ['cannot be written by this user', allowWriting],
  EISDIR: ['is a folder', 'Move it away, or choose another data folder with --data-dir.'],
  ENOSPC: ['cannot be made, for the disk is full', freeSpace],
}

/** Says a failure to open in words; what is said already stays. */
export function inWords<T>(file: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof Error) || error instanceof AppError) throw error
    const code = 'code' in error ? String(error.code) : ''
    const known = Object.keys(unfit).find((kind) => code === kind || code.startsWith(`${kind}_`))
    const [what, remedy] = (known === undefined ? undefined : unfit[known]) ?? []
    if (what === undefined) throw error
    throw failed('unavailable', `The database ${file} ${what} (${code}: ${error.message}). ${remedy}`, { code })
  }
}
