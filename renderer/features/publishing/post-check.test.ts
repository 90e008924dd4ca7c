import { expect, test } from 'vitest'
import { isUnbegun, judgePost } from './post-check.ts'

test('an empty form is blank, though its platform would refuse it; one that was begun is not', () => {
  expect(judgePost('x', {}).faults).not.toEqual([])
  for (const value of [{}, { text: '' }, { text: undefined, media: [] }]) expect(isUnbegun(value)).toBe(true)
  for (const value of [{ text: 'a' }, { media: [{ file: 'f' }] }]) expect(isUnbegun(value)).toBe(false)
})
