/** A table of any length reaches its first and its last row, and a row that is asked for is in view. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scrollFor, scrollToShow, spacerHeight, tallestPx, topRow, visibleRows } from './grid-scale.ts'

const million = { count: 5_000_000, rowHeightPx: 28, viewportPx: 700 }

describe('grid scale', () => {
  it('lays a short table out pixel by pixel', () => {
    const shape = { count: 100, rowHeightPx: 32, viewportPx: 320 }
    expect(spacerHeight(shape)).toBe(3_200)
    expect(topRow(shape, 64)).toBeCloseTo(2)
    expect(visibleRows(shape, 64, 0)).toEqual({ first: 2, last: 12, startPx: 64 })
  })

  it('reaches both ends of five million rows', () => {
    const bottom = spacerHeight(million) - million.viewportPx
    expect(spacerHeight(million)).toBe(tallestPx)
    expect(visibleRows(million, 0, 0).first).toBe(0)
    const end = visibleRows(million, bottom, 0)
    expect(end.last).toBe(4_999_999)
    expect(end.startPx + (end.last - end.first + 1) * 28).toBeCloseTo(tallestPx, 0)
  })

  it('draws a handful of rows however long the table is', () => {
    const { first, last } = visibleRows(million, 7_000_000, 6)
    expect(last - first).toBeLessThan(45)
  })

  it('shows any row that is asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_999_999 }), fc.integer({ min: 0, max: tallestPx }), (row, from) => {
        const to = scrollToShow(million, from, row) ?? from
        const top = topRow(million, to)
        expect(row).toBeGreaterThanOrEqual(top - 0.01)
        expect(row + 1).toBeLessThanOrEqual(top + million.viewportPx / million.rowHeightPx + 0.01)
      }),
    )
  })

  it('does not scroll a table that fits', () => {
    const shape = { count: 3, rowHeightPx: 32, viewportPx: 320 }
    expect(scrollFor(shape, 2)).toBe(0)
    expect(visibleRows(shape, 0, 4)).toEqual({ first: 0, last: 2, startPx: 0 })
  })
})
