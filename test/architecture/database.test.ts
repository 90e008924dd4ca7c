/** Drizzle's description against the database that the migrations make: names, columns, types, what may be null, keys. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { root } from './sources.ts'

interface Column {
  name: string
  type: string
  notNull: boolean
  key: boolean
}

interface Pragma {
  name: string
  type: string
  notnull: 0 | 1
  pk: number
}

const database = openDatabase({ file: ':memory:' })
afterAll(() => database.close())

async function describedTables(): Promise<Map<string, Column[]>> {
  const folder = join(root, 'electron/engine/database/schema')
  const modules = await Promise.all(
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name): Promise<Record<string, unknown>> => import(pathToFileURL(join(folder, name)).href)),
  )
  const tables = modules.flatMap(Object.values).filter((value): value is SQLiteTable => value instanceof SQLiteTable)
  return new Map(
    tables.map((table) => {
      const { name, columns, primaryKeys } = getTableConfig(table)
      const composite = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)))
      const described = columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        notNull: column.notNull,
        key: column.primary || composite.has(column.name),
      }))
      return [name, described]
    }),
  )
}

/** Tables that hold rows of ours; a search index and its shadows are no tables to describe. */
function migratedTables(): Map<string, Column[]> {
  const listed = database.sqlite.prepare("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").all()
  const names = (listed as { name: string; type: string }[])
    .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
    .map(({ name }) => name)
  return new Map(
    names.map((name) => {
      const rows = database.sqlite.prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)').all(name) as Pragma[]
      return [name, rows.map((row) => ({ name: row.name, type: row.type, notNull: row.notnull === 1, key: row.pk > 0 }))]
    }),
  )
}

const byName = (columns: Column[] = []) => [...columns].sort((a, b) => a.name.localeCompare(b.name))

/** A key column can hold no null; SQLite says so only where it was written. */
const told = (columns: Column[] = []) =>
  byName(columns).map(({ notNull, ...rest }) => ({ ...rest, notNull: notNull || rest.key }))

test('the same tables are described and made', async () => {
  expect([...(await describedTables()).keys()].sort()).toEqual([...migratedTables().keys()].sort())
})

test.each([...migratedTables().keys()].map((table) => ({ table })))('$table is as it is described', async ({ table }) => {
  expect(told((await describedTables()).get(table))).toEqual(told(migratedTables().get(table)))
})

test('a column that only one side knows is found', async () => {
  const described = await describedTables()
  database.sqlite.exec('ALTER TABLE tenants ADD COLUMN planted TEXT')
  expect(told(described.get('tenants'))).not.toEqual(told(migratedTables().get('tenants')))
  database.sqlite.exec('ALTER TABLE tenants DROP COLUMN planted')
})

test('the promises rest on these settings', () => {
  const pragma = (name: string) => database.sqlite.pragma(name, { simple: true })
  // 2 is FULL: an acknowledged commit is on the disk.
  expect(pragma('synchronous')).toBe(2)
  expect(pragma('foreign_keys')).toBe(1)
  expect(pragma('trusted_schema')).toBe(0)
  expect(pragma('mmap_size') ?? 0).toBe(0)
})

test('nobody can change or delete what the audit log holds', () => {
  const { sqlite } = database
  sqlite
    .prepare(
      `INSERT INTO audit_events (chain, seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash)
       VALUES ('t', 1, 0, 'system', 'x', 'job.queued', 'job', '1', 'ok', '{}', '', 'h')`,
    )
    .run()
  expect(() => sqlite.exec("UPDATE audit_events SET outcome = 'failed'")).toThrow()
  expect(() => sqlite.exec('DELETE FROM audit_events')).toThrow()
})
