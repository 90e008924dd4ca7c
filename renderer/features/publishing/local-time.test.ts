import { expect, test } from 'vitest'
import { bothWords, readLocalTime, toLocalTime } from './local-time.ts'

const timeZone = 'Europe/Berlin'
const now = Date.parse('2026-10-01T00:00:00Z')

test('a time that exists once is that instant', () => {
  expect(readLocalTime({ day: '2027-03-29', clock: '02:30', timeZone }, now)).toEqual({ runAt: '2027-03-29T00:30:00.000Z' })
})

test('a time that the clocks skip is refused, and the next that exists is offered', () => {
  const read = readLocalTime({ day: '2027-03-28', clock: '02:30', timeZone }, now)
  expect(read.runAt).toBeUndefined()
  expect(read.fault).toContain('does not exist')
  expect(read.next).toBe('03:00')
})

test('a time that comes twice is taken once a person says which', () => {
  const local = { day: '2026-10-25', clock: '02:30', timeZone }
  const open = readLocalTime(local, now)
  expect(open.runAt).toBeUndefined()
  expect(open.fault).toContain('comes twice')
  expect(open.twice?.map((at) => new Date(at).toISOString())).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'])
  expect(readLocalTime({ ...local, which: 'first' }, now).runAt).toBe('2026-10-25T00:30:00.000Z')
  expect(readLocalTime({ ...local, which: 'second' }, now).runAt).toBe('2026-10-25T01:30:00.000Z')
})

test('what has passed, or is not chosen, is told', () => {
  expect(readLocalTime({ day: '2026-09-30', clock: '10:00', timeZone }, now).fault).toContain('has passed')
  expect(readLocalTime({ day: '', clock: '', timeZone }, now).fault).toContain('Choose')
})

test('an instant comes back from its local time, doubled or not', () => {
  for (const at of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2027-03-28T01:00:00.000Z']) {
    expect(readLocalTime(toLocalTime(at, timeZone), now).runAt).toBe(at)
  }
})

test('both clocks are told, with the day where it differs', () => {
  expect(bothWords('2027-03-28T07:00:00Z', timeZone)).toBe('Sun, 28 Mar 2027, 09:00 in Europe/Berlin, which is 07:00 UTC')
  expect(bothWords('2027-03-27T23:30:00Z', timeZone)).toContain('00:30 in Europe/Berlin, which is Sat, 27 Mar 2027, 23:30 UTC')
})
