import { expect, test } from 'vitest'
import { slotTimes } from './slots.ts'

function first(count: number, weekly: Parameters<typeof slotTimes>[0], after: string): string[] {
  const found: string[] = []
  for (const at of slotTimes(weekly, Date.parse(after))) {
    if (found.push(new Date(at).toISOString()) === count) break
  }
  return found
}

const sunday = (clock: string) => ({ timeZone: 'Europe/Berlin', slots: [{ weekday: 7, clock }] })

test('a slot keeps its local time across the change of clocks', () => {
  expect(first(3, sunday('09:00'), '2026-10-18T00:00:00Z')).toEqual([
    '2026-10-18T07:00:00.000Z',
    '2026-10-25T08:00:00.000Z',
    '2026-11-01T08:00:00.000Z',
  ])
})

test('a slot that the clocks skip falls out that week, and one that they show twice counts once', () => {
  expect(first(2, sunday('02:30'), '2027-03-22T00:00:00Z')).toEqual(['2027-04-04T00:30:00.000Z', '2027-04-11T00:30:00.000Z'])
  expect(first(2, sunday('02:30'), '2026-10-19T00:00:00Z')).toEqual(['2026-10-25T00:30:00.000Z', '2026-11-01T01:30:00.000Z'])
  expect(first(1, sunday('02:30'), '2026-10-25T00:30:00Z')).toEqual(['2026-11-01T01:30:00.000Z'])
})
