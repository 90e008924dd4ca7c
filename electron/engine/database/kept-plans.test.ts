import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { keepPlan, keepPlans } from './kept-plans.ts'

test.each([
  ['SELECT * FROM t WHERE a = ? AND b > @low LIMIT ?', 'SELECT * FROM t WHERE a = +? AND b > +@low LIMIT +?'],
  ['SELECT ?1, ?12', 'SELECT +?1, +?12'],
  ['UPDATE t SET a = ? WHERE b = +?', 'UPDATE t SET a = +? WHERE b = +?'],
  [
    `SELECT '?', "a?", 'it''s @x' FROM t -- why?\n/* @why */ WHERE a = ?`,
    `SELECT '?', "a?", 'it''s @x' FROM t -- why?\n/* @why */ WHERE a = +?`,
  ],
])('%s', (sql, kept) => {
  expect(keepPlan(sql)).toBe(kept)
})

test('a statement answers as before, whatever type a value has', () => {
  const sqlite = new Sqlite(':memory:')
  sqlite.exec(`CREATE TABLE t (text TEXT, number INTEGER); CREATE INDEX i ON t (number, text)`)
  const plain = sqlite.prepare('SELECT number FROM t WHERE text IS ? AND number >= ? ORDER BY number LIMIT ?').pluck()
  keepPlans(sqlite)
  const kept = sqlite.prepare('SELECT number FROM t WHERE text IS ? AND number >= ? ORDER BY number LIMIT ?').pluck()
  const insert = sqlite.prepare('INSERT INTO t VALUES (@text, @number)')
  for (const text of ['a', '1', null]) for (const number of [1, 2.5, '3', null]) insert.run({ text, number })
  for (const text of ['a', '1', 1, null])
    for (const least of [0, '2', 2.5])
      for (const most of [1, 9]) expect(kept.all(text, least, most)).toEqual(plain.all(text, least, most))
  expect(kept.all('1', 0, 9)).toEqual([1, 2.5, 3])
})
