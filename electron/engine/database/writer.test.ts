import Sqlite from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { createWriter } from './writer.ts'

const open: Sqlite.Database[] = []
afterEach(() => {
  for (const sqlite of open.splice(0)) sqlite.close()
})

function fresh() {
  const sqlite = new Sqlite(':memory:')
  open.push(sqlite)
  sqlite.exec('CREATE TABLE t (x INTEGER PRIMARY KEY) STRICT')
  return {
    sqlite,
    writer: createWriter(sqlite, () => undefined),
    count: () => sqlite.prepare('SELECT count(*) AS n FROM t').get(),
  }
}

test('a failing change undoes itself alone and the others of its commit stay', async () => {
  const { sqlite, writer, count } = fresh()
  const insert = sqlite.prepare('INSERT INTO t VALUES (?)')
  const results = await Promise.allSettled([
    writer.write(() => insert.run(1)),
    writer.write(() => {
      insert.run(2)
      throw new Error('no')
    }),
    writer.write(() => insert.run(3)),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(count()).toEqual({ n: 2 })
})

test('effects run after the commit only, and not for a change that failed', async () => {
  const { sqlite, writer } = fresh()
  const seen: string[] = []
  await writer.write((tx) => tx.afterCommit(() => seen.push(sqlite.inTransaction ? 'inside' : 'after')))
  await writer
    .write((tx) => {
      tx.afterCommit(() => seen.push('never'))
      throw new Error('no')
    })
    .catch((error: Error) => seen.push(error.message))
  expect(seen).toEqual(['after', 'no'])
})

test('a change that returns a promise is refused, since it would run outside its transaction', async () => {
  const { writer } = fresh()
  await expect(writer.write(async () => 1)).rejects.toThrow('synchronous')
})

test('what changes gather is written once a commit, without what a failed change gathered', async () => {
  const { sqlite, writer } = fresh()
  sqlite.exec('CREATE TABLE sums (name TEXT PRIMARY KEY, sum INTEGER NOT NULL, writes INTEGER NOT NULL) STRICT')
  const save = sqlite.prepare(
    'INSERT INTO sums VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET sum = sum + excluded.sum, writes = writes + 1',
  )
  const sums = writer.gather<number>((name, sum) => save.run(name, sum))
  const add = (more: number) => writer.write(() => sums.set('a', (sums.get('a') ?? 0) + more))
  const failing = writer.write(() => {
    sums.set('a', 1_000)
    throw new Error('no')
  })
  await Promise.allSettled([add(1), failing, add(2)])
  await add(4)
  expect(sqlite.prepare('SELECT * FROM sums').all()).toEqual([{ name: 'a', sum: 7, writes: 2 }])
})
