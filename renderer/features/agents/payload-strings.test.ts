import { expect, test } from 'vitest'
import { stringsIn, withString } from './payload-strings.ts'

const payload = { platform: 'x', text: 'Hello', thread: ['one', 'two'], count: 2 }

test('the words of a payload can be changed, but not where it goes', () => {
  expect(stringsIn(payload).map(({ path }) => path)).toEqual([['text'], ['thread', 0], ['thread', 1]])
})

test('one changed word leaves the rest as it was', () => {
  expect(withString(payload, ['thread', 1], 'three')).toEqual({ ...payload, thread: ['one', 'three'] })
  expect(payload.thread).toEqual(['one', 'two'])
})
