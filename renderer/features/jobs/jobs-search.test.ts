import { expect, test } from 'vitest'
import { JobsSearch } from './jobs-search.ts'

test('a search for digits is a search, and what is not given stays out', () => {
  expect(JobsSearch.parse({ text: 123 })).toEqual({ text: '123' })
  expect(JobsSearch.parse({})).toEqual({})
})
