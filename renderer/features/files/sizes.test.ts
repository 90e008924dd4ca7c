import { expect, test } from 'vitest'
import { joinPath, toSize, trailOf } from './sizes.ts'

test.each([
  [null, '—'],
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.0 KB'],
  [3_240_000, '3.2 MB'],
  [250_000_000, '250 MB'],
  [7_000_000_000_000_000, '7000 TB'],
])('%s bytes read %s', (bytes, told) => {
  expect(toSize(bytes)).toBe(told)
})

test('a folder is reached step by step', () => {
  expect(trailOf('')).toEqual([])
  expect(trailOf('a/b')).toEqual([
    { name: 'a', path: 'a' },
    { name: 'b', path: 'a/b' },
  ])
  expect(joinPath('', 'x')).toBe('x')
  expect(joinPath('a/b', 'x')).toBe('a/b/x')
})
