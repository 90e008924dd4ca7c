/** Reordering keeps every item, and stops at the ends. */
import { describe, expect, it } from 'vitest'
import { moved } from './moved.ts'

describe('moved', () => {
  it('moves one step and keeps the rest', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  })

  it('changes nothing at the ends', () => {
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
  })
})
