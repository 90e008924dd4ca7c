/** Where rows lie in a table of any length. Browsers cap an element's height, so a long table scrolls in fewer pixels than it has. */

/** No spacer is taller than this; browsers cut elements off between 16 and 33 million pixels. */
export const tallestPx = 15_000_000

export interface GridShape {
  count: number
  rowHeightPx: number
  viewportPx: number
}

/** Height of the spacer that the scroll bar sees. */
export function spacerHeight({ count, rowHeightPx }: Pick<GridShape, 'count' | 'rowHeightPx'>): number {
  return Math.min(count * rowHeightPx, tallestPx)
}

/** The row at the top edge as a fraction: 12.5 means that half of row 12 is scrolled away. */
export function topRow(shape: GridShape, scrollTopPx: number): number {
  const { count, rowHeightPx, viewportPx } = shape
  const spacerPx = spacerHeight(shape)
  const rangePx = spacerPx - viewportPx
  if (rangePx <= 0) return 0
  const lastTop = count - viewportPx / rowHeightPx
  return (Math.min(Math.max(scrollTopPx, 0), rangePx) / rangePx) * lastTop
}

/** The scroll position that puts a row (a fraction is allowed) at the top edge. */
export function scrollFor(shape: GridShape, row: number): number {
  const { count, rowHeightPx, viewportPx } = shape
  const rangePx = spacerHeight(shape) - viewportPx
  const lastTop = count - viewportPx / rowHeightPx
  if (rangePx <= 0 || lastTop <= 0) return 0
  return (Math.min(Math.max(row, 0), lastTop) / lastTop) * rangePx
}

/** The scroll position that brings a row into view with the least movement; undefined when it is in view already. */
export function scrollToShow(shape: GridShape, scrollTopPx: number, row: number): number | undefined {
  const top = topRow(shape, scrollTopPx)
  const rows = shape.viewportPx / shape.rowHeightPx
  if (row < top) return scrollFor(shape, row)
  if (row + 1 > top + rows) return scrollFor(shape, row + 1 - rows)
  return undefined
}

/** Which rows are drawn, and how far down the first of them begins, in pixels of the spacer. */
export function visibleRows(
  shape: GridShape,
  scrollTopPx: number,
  overscan: number,
): { first: number; last: number; startPx: number } {
  const { count, rowHeightPx, viewportPx } = shape
  const top = topRow(shape, scrollTopPx)
  const first = Math.max(0, Math.floor(top) - overscan)
  const last = Math.min(count - 1, Math.ceil(top + viewportPx / rowHeightPx) + overscan)
  return { first, last, startPx: Math.max(scrollTopPx, 0) + (first - top) * rowHeightPx }
}
