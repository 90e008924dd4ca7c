import { expect, test } from 'vitest'
import { parseQuery, toFilter, toQuery } from './query-bar.ts'

test('fields are taken by name, everything else is words', () => {
  expect(parseQuery('actor:fran action:job.failed outcome:failed parcel lost')).toEqual({
    actor: 'fran',
    action: 'job.failed',
    outcome: 'failed',
    text: 'parcel lost',
  })
})

test('what is no field and no outcome is searched as it stands', () => {
  expect(parseQuery('outcome:great who:me')).toEqual({ text: 'outcome:great who:me' })
})

test('a search reads as it was typed', () => {
  const typed = 'actor:fran outcome:ok one two'
  expect(toQuery(parseQuery(typed))).toBe(typed)
})

test('a day is its beginning in UTC, and the open event is no filter', () => {
  expect(toFilter({ from: '2027-01-02', seq: '7' })).toEqual({ from: '2027-01-02T00:00:00.000Z' })
})
