/** Brings a database to this build's version: each migration in one IMMEDIATE transaction, a copy made before. */
import { existsSync } from 'node:fs'
import type { Database as Sqlite } from 'better-sqlite3'
import { failed } from '#shared/failure'
import { copyWhole } from './copy.ts'
import { migrations } from './migrations.ts'

export function schemaVersion(sqlite: Sqlite): number {
  return sqlite.pragma('user_version', { simple: true }) as number
}

/** A database from a newer build is refused, never touched. */
export function requireKnown(sqlite: Sqlite): void {
  const version = schemaVersion(sqlite)
  if (version > migrations.length) {
    throw failed(
      'conflict',
      `The database was written by a newer version of Atlas UX (schema ${version}, this build knows ${migrations.length}). Install that version, or choose another data folder; nothing was changed.`,
    )
  }
}

/** Runs what is missing. */
export function migrate(sqlite: Sqlite, file: string): void {
  const version = schemaVersion(sqlite)
  if (version > 0 && version < migrations.length) copyBefore(sqlite, file, version)
  for (let at = version; at < migrations.length; at += 1) apply(sqlite, at)
}

function apply(sqlite: Sqlite, at: number): void {
  const migration = migrations[at]
  if (!migration) return
  sqlite
    .transaction(() => {
      // Another process may have migrated while this one waited for the lock.
      if (schemaVersion(sqlite) !== at) return
      sqlite.exec(migration.sql)
      sqlite.pragma(`user_version = ${at + 1}`)
    })
    .immediate()
}

function copyBefore(sqlite: Sqlite, file: string, version: number): void {
  const copy = `${file}.before-${version + 1}`
  if (existsSync(copy)) return
  copyWhole(sqlite, copy)
}
