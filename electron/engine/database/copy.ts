/** A whole copy of a database that is in use: at its place is all of it or nothing, and it is on disk before it is there. */
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database as Sqlite } from 'better-sqlite3'

/** Brings what was written to disk; nobody can ask a folder for that on Windows, which needs it less. */
export function syncToDisk(path: string, kind: 'file' | 'folder'): void {
  if (kind === 'folder' && process.platform === 'win32') return
  const handle = openSync(path, kind === 'file' ? 'r+' : 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Copies what one moment holds while others go on writing. A copy that was cut short before is begun anew. */
export function copyWhole(sqlite: Sqlite, to: string): void {
  const part = `${to}.part`
  for (const rest of [part, `${part}-journal`]) rmSync(rest, { force: true })
  sqlite.prepare('VACUUM INTO ?').run(part)
  chmodSync(part, 0o600)
  syncToDisk(part, 'file')
  renameSync(part, to)
  syncToDisk(dirname(to), 'folder')
}
