/** Copies a data folder while the product works in it, so that the copy alone is enough to go on from. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { failed } from '#shared/failure'
import { copyWhole, syncToDisk } from './copy.ts'

const vaultFile = 'vault.json'
const anchorFile = 'audit-anchor.json'
const databaseFile = 'atlas.db'
/** A credential that is swapped while it is copied makes the copy begin again; so often in a row it never happens. */
const mostTries = 5

function copyIfThere(from: string, to: string, name: string): void {
  if (!existsSync(join(from, name))) return
  copyFileSync(join(from, name), join(to, name))
  syncToDisk(join(to, name), 'file')
}

function sameContent(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return existsSync(one) === existsSync(other)
  return readFileSync(one).equals(readFileSync(other))
}

/** The anchor before the database, so that the copy knows every event that was signed; the vault as the database points to it. */
function copyTogether(dataDir: string, to: string): void {
  for (let at = 0; at < mostTries; at += 1) {
    rmSync(join(to, vaultFile), { force: true })
    copyIfThere(dataDir, to, anchorFile)
    copyIfThere(dataDir, to, vaultFile)
    copyDatabase(join(dataDir, databaseFile), join(to, databaseFile))
    if (sameContent(join(dataDir, vaultFile), join(to, vaultFile))) return
  }
  throw failed('unavailable', 'Credentials kept changing while they were copied. Nothing was kept of the backup; try again.')
}

function copyDatabase(from: string, to: string): void {
  const sqlite = new Sqlite(from, { readonly: true, fileMustExist: true, timeout: 5_000 })
  try {
    copyWhole(sqlite, to)
  } finally {
    sqlite.close()
  }
}

function requireWhole(file: string): void {
  const sqlite = new Sqlite(file, { readonly: true, fileMustExist: true })
  try {
    const found = sqlite.pragma('integrity_check', { simple: true })
    if (found !== 'ok')
      throw failed('unexpected', `The database is damaged (${String(found).slice(0, 200)}), so no backup was made of it.`)
  } finally {
    sqlite.close()
  }
}

/** Copies `dataDir` to the new folder `to`, which appears when all of it is on disk. Secrets in the OS keychain are not part of it. */
export function backUp(dataDir: string, to: string): void {
  if (!existsSync(join(dataDir, databaseFile))) throw failed('not_found', `There is no database in ${dataDir}.`)
  if (existsSync(to)) throw failed('conflict', `${to} is there already. Name a folder that is not.`)
  const part = `${to}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true, mode: 0o700 })
  try {
    copyTogether(dataDir, part)
    requireWhole(join(part, databaseFile))
    if (existsSync(join(dataDir, 'media'))) cpSync(join(dataDir, 'media'), join(part, 'media'), { recursive: true })
    syncToDisk(part, 'folder')
    renameSync(part, to)
    syncToDisk(dirname(to), 'folder')
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    throw error
  }
}
