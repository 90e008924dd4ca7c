import { expect, test } from 'vitest'
import { bulkSentence, toFilter, toSpan, verbsFor } from './filter-words.ts'

test('a bulk act is told literally, with its number and its filter', () => {
  expect(bulkSentence('retry', 1204, { state: 'failed', kind: 'EMAIL_SEND', failure: 'quota' })).toBe(
    'Retry 1,204 failed jobs matching kind=EMAIL_SEND failure=quota',
  )
  expect(bulkSentence('cancel', 1, { state: 'queued' })).toBe('Cancel 1 queued job')
})

test('what only names an open job chooses none', () => {
  expect(toFilter({ id: 'x', text: '', state: 'failed' })).toEqual({ state: 'failed' })
})

test('nothing is offered that the engine would refuse', () => {
  expect(verbsFor('succeeded')).toEqual([])
  expect(verbsFor('unknown')).toEqual([])
  expect(verbsFor('failed')).toEqual(['retry'])
})

test('what is not known is a dash, and zero is zero', () => {
  expect([toSpan(null), toSpan(0), toSpan(1_500), toSpan(90_000)]).toEqual(['—', '0 ms', '1.5 s', '2 min'])
})
