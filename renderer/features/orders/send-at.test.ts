import { expect, test } from 'vitest'
import { readSendAt } from './send-at.ts'

const nowMs = new Date(2026, 2, 1, 12, 0).getTime()

test('no time is now', () => {
  expect(readSendAt('', nowMs)).toEqual({})
})

test('a time is the operator’s own, and crosses as an instant with its zone', () => {
  expect(readSendAt('2026-03-02T09:00', nowMs)).toEqual({ runAt: new Date(2026, 2, 2, 9, 0).toISOString() })
})

test('a time that the clocks skip is refused, not shifted', () => {
  const shifts = () => new Date(2026, 2, 29, 3, 30)
  expect(readSendAt('2026-03-29T02:30', nowMs, shifts).fault).toContain('does not exist')
})

test('a time that has passed is refused', () => {
  expect(readSendAt('2026-03-01T11:59', nowMs).fault).toContain('has passed')
})
