import { expect, test } from 'vitest'
import { median, sideBySide, toTable } from './measure.ts'

test('the median is the middle, or between the two middles', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([1, 2, 10, 4])).toBe(3)
  expect(() => median([])).toThrow('nothing')
})

test('both sides take turns and each keeps its own median', async () => {
  const order: string[] = []
  const taken = await sideBySide(
    3,
    async () => order.push('measured') * 10,
    async () => order.push('yardstick'),
  )
  expect(order).toEqual(['yardstick', 'measured', 'yardstick', 'measured', 'yardstick', 'measured'])
  expect(taken).toEqual({ measuredMs: 40, yardstickMs: 3 })
})

test('the table tells the ratio', () => {
  const table = toTable([{ title: 'start', measured: { name: 'serve', ms: 90 }, yardstick: { name: 'node', ms: 30 }, runs: 7 }])
  expect(table.split('\n')[2]).toBe('| start | serve: 90 ms | node: 30 ms | 3.0 × | 7 |')
})
