import { expect, test } from 'vitest'
import { dayAfter, instantsOf, localOf, weekdayOf } from './time-zone.ts'

const told = (day: string, clock: string, zone: string) => instantsOf(day, clock, zone).map((at) => new Date(at).toISOString())

test('a local time is one instant, none when the clocks skip it, two when they show it twice', () => {
  expect(told('2027-03-27', '02:30', 'Europe/Berlin')).toEqual(['2027-03-27T01:30:00.000Z'])
  expect(told('2027-03-28', '02:30', 'Europe/Berlin')).toEqual([])
  expect(told('2027-03-28', '03:00', 'Europe/Berlin')).toEqual(['2027-03-28T01:00:00.000Z'])
  expect(told('2026-10-25', '02:30', 'Europe/Berlin')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'])
  expect(told('2026-10-25', '03:00', 'Europe/Berlin')).toEqual(['2026-10-25T02:00:00.000Z'])
  expect(told('2026-11-01', '01:30', 'America/New_York')).toEqual(['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z'])
})

test('zones of half hours, of half-hour changes and far from UTC are read as they are', () => {
  expect(told('2026-06-01', '00:15', 'Asia/Kathmandu')).toEqual(['2026-05-31T18:30:00.000Z'])
  expect(told('2026-10-04', '02:15', 'Australia/Lord_Howe')).toEqual([])
  expect(told('2027-04-04', '01:45', 'Australia/Lord_Howe')).toEqual(['2027-04-03T14:45:00.000Z', '2027-04-03T15:15:00.000Z'])
  expect(told('2026-01-01', '12:00', 'Pacific/Kiritimati')).toEqual(['2025-12-31T22:00:00.000Z'])
})

test('every instant of a year around the changes comes back from its own local time', () => {
  for (let at = Date.parse('2026-10-24T00:00:00Z'); at < Date.parse('2026-10-27T00:00:00Z'); at += 900_000) {
    const { day, clock } = localOf(at, 'Europe/Berlin')
    expect(instantsOf(day, clock, 'Europe/Berlin')).toContain(at)
  }
})

test('what is no time has no instant', () => {
  expect(instantsOf('2026-02-30', '10:00', 'UTC')).toEqual([])
  expect(instantsOf('2026-02-03', '24:30', 'UTC')).toEqual([])
  expect(instantsOf('soon', 'late', 'UTC')).toEqual([])
  expect(told('9999-12-31', '23:59', '+14:00')).toEqual(['9999-12-31T09:59:00.000Z'])
  expect(instantsOf('9999-12-31', '23:59', '-12:00')).toEqual([])
})

test('days follow the calendar', () => {
  expect(dayAfter('2026-02-28', 1)).toBe('2026-03-01')
  expect(dayAfter('2026-01-01', -1)).toBe('2025-12-31')
  expect(weekdayOf('2026-11-23')).toBe(1)
  expect(weekdayOf('2026-11-22')).toBe(7)
})
