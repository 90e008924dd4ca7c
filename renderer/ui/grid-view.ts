/** Which rows of a grid are in view. TanStack Virtual watches the element; grid-scale.ts says where rows lie. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useRef } from 'react'
import { scrollToShow, spacerHeight, visibleRows } from './grid-scale.ts'

/** Rows drawn beyond either edge. */
const overscan = 6
const headPx = 28

export interface GridViewOptions {
  count: number
  rowHeightPx: number
  onEnd: (() => void) | undefined
}

export interface GridView {
  ref: RefObject<HTMLDivElement | null>
  first: number
  last: number
  /** Where the first drawn row begins. */
  startPx: number
  spacerPx: number
  pageRows: number
  /** Scrolls as little as possible to bring a row into view. */
  show: (row: number) => void
}

export function useGridView({ count, rowHeightPx, onEnd }: GridViewOptions): GridView {
  const ref = useRef<HTMLDivElement>(null)
  const spacerPx = spacerHeight({ count, rowHeightPx })
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => ref.current,
    // In a scaled table a row owns less of the scroll bar than it is tall.
    estimateSize: () => (count === 0 ? rowHeightPx : spacerPx / count),
    overscan: 0,
    initialRect: { width: 800, height: 600 },
  })
  const viewportPx = Math.max((virtualizer.scrollRect?.height ?? 600) - headPx, rowHeightPx)
  const shape = { count, rowHeightPx, viewportPx }
  const { first, last, startPx } = visibleRows(shape, virtualizer.scrollOffset ?? 0, overscan)
  virtualizer.getVirtualItems()

  const end = useRef(onEnd)
  end.current = onEnd
  const nearEnd = last >= count - 1
  useEffect(() => {
    if (nearEnd && count > 0) end.current?.()
  }, [nearEnd, count])

  function show(row: number): void {
    const element = ref.current
    if (!element) return
    const to = scrollToShow(shape, element.scrollTop, row)
    if (to !== undefined) element.scrollTop = to
  }

  return { ref, first, last, startPx, spacerPx, pageRows: Math.max(1, Math.floor(viewportPx / rowHeightPx) - 1), show }
}
