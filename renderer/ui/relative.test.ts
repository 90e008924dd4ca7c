/** Words for time: unknown is a dash, zero is zero, and nothing is rounded up into the future. */
import { describe, expect, it } from 'vitest'
import { spans } from '#shared/time'
import { toCount, toRelative, toSpan } from './relative.ts'

const now = Date.UTC(2026, 0, 2, 12)

describe('time in words', () => {
  it('tells the past and the future', () => {
    expect(toRelative(now - 3 * spans.minute, now)).toBe('3 min. ago')
    expect(toRelative(now + 40 * spans.second, now)).toBe('in 40 sec.')
    expect(toRelative(now - 90 * spans.minute, now)).toBe('1 hr. ago')
    expect(toRelative(now - 200, now)).toBe('now')
  })

  it('tells spans in two units at most', () => {
    expect(toSpan(null)).toBe('—')
    expect(toSpan(0)).toBe('0 ms')
    expect(toSpan(1_500)).toBe('1.5 s')
    expect(toSpan(61 * spans.second)).toBe('1 min 1 s')
    expect(toSpan(2 * spans.hour)).toBe('2 h')
    expect(toSpan(6 * spans.day + 4 * spans.hour)).toBe('6 d 4 h')
  })

  it('keeps "not known" apart from zero', () => {
    expect(toCount(undefined)).toBe('—')
    expect(toCount(0)).toBe('0')
    expect(toCount(1_204)).toBe('1,204')
  })
})
