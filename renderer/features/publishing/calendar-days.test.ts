import { expect, test } from 'vitest'
import { daysOf, spanOf, stepped } from './calendar-days.ts'

test('a month shows whole weeks from Monday, a week its own, a list the month alone', () => {
  const month = daysOf('month', '2026-11-23')
  expect([month[0], month.at(-1), month.length]).toEqual(['2026-10-26', '2026-12-06', 42])
  expect(daysOf('month', '2027-02-10')).toHaveLength(28)
  expect(daysOf('week', '2026-11-22')).toEqual(daysOf('week', '2026-11-16'))
  expect(daysOf('list', '2028-02-03')).toHaveLength(29)
})

test('a step goes to the next month whatever its length', () => {
  expect(stepped('month', '2026-01-31', 1)).toBe('2026-02-01')
  expect(stepped('month', '2026-03-31', -1)).toBe('2026-02-01')
  expect(stepped('week', '2026-12-30', 1)).toBe('2027-01-06')
})

test('a week with a change of clocks spans an hour less or more', () => {
  const hours = (day: string) => {
    const { from, to } = spanOf(daysOf('week', day), 'Europe/Berlin')
    return (Date.parse(to) - Date.parse(from)) / 3_600_000
  }
  expect(hours('2027-03-28')).toBe(167)
  expect(hours('2026-10-25')).toBe(169)
  expect(hours('2026-11-25')).toBe(168)
})

test('a day whose midnight is skipped begins when it begins', () => {
  expect(spanOf(['2026-09-06'], 'America/Santiago').from).toBe('2026-09-06T04:00:00.000Z')
})
