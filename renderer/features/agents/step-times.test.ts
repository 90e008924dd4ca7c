import { expect, test } from 'vitest'
import { shareOf, tookOf } from './step-times.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const now = Date.parse(at(10))
const first = { startedAt: at(0), endedAt: at(4) }
const second = { startedAt: at(4), endedAt: null }

test('bars share the time of the run, and one that is under way reaches to now', () => {
  expect(shareOf(first, [first, second], now)).toEqual({ left: '0%', width: '40%' })
  expect(shareOf(second, [first, second], now)).toEqual({ left: '40%', width: '60%' })
})

test('a step too short to see is drawn all the same, and never beyond the end', () => {
  const instant = { startedAt: at(10), endedAt: at(10) }
  expect(shareOf(instant, [first, instant], now)).toEqual({ left: '99%', width: '1%' })
})

test('how long is told in the unit that fits', () => {
  expect(tookOf(first, now)).toBe('4.0 s')
  expect(tookOf(second, now)).toBe('6.0 s so far')
  expect(tookOf({ startedAt: at(0), endedAt: new Date(Date.parse(at(0)) + 120).toISOString() }, now)).toBe('120 ms')
})
