import { expect, test } from 'vitest'
import { atLeast, atMost, interleave, median, percentile, type Reading, toTables, within } from './measure.ts'

const fast: Reading = { name: 'ours', value: 4_000, unit: 'per second' }
const slow: Reading = { name: 'peer', value: 1_000, unit: 'per second', cpuMs: 12, durability: 'synced' }

test('the median is the middle, or between the two middles', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([1, 2, 10, 4])).toBe(3)
  expect(() => median([])).toThrow('nothing')
})

test('a percentile is a value that was measured', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(percentile([4, 1, 3, 2], 0.99)).toBe(4)
})

test('the sides take turns, each keeps its own median, and the warm-up counts for nothing', async () => {
  const order: string[] = []
  const side = (name: string, first: number) => ({
    name,
    unit: 'ms' as const,
    async round() {
      order.push(name)
      return { value: order.length <= 2 ? first : 5, peakMb: order.length }
    },
  })
  const readings = await interleave(3, [side('a', 900), side('b', 900)])
  expect(order.join('')).toBe('abababab')
  expect(readings.map(({ value }) => value)).toEqual([5, 5])
  expect(readings[1]?.peakMb).toBe(8)
})

test('a bar is judged on the ratio, and a missed one says so in the table', () => {
  expect(atLeast(4, fast, slow)).toEqual({ says: '≥ 4 × peer', measured: '4.00 ×', met: true })
  expect(atMost(4, slow, fast).met).toBe(true)
  const missed = [atLeast(5, fast, slow), within(fast, { most: 3_000 })]
  const table = toTables([{ area: 'Queue', title: 'enqueue', ours: fast, beside: [slow], bars: missed, rounds: 5 }])
  expect(table).toContain(
    '| enqueue | ours: 4,000/s | peer: 1,000/s (CPU 12.0 ms, synced) | **missed**: ≥ 5 × peer, measured 4.00 ×<br>**missed**: ≤ 3,000/s, measured 4,000/s | 5 |',
  )
})
