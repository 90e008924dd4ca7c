/** Where a grid's rows come from: a list that grows at its end, or windows of a very long table fetched by position. */
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'

/** Rows per window. */
export const windowSize = 200

/** A list in hand; `onEnd` is asked for more when the end comes into view. */
export interface ItemsSource<Row> {
  items: readonly Row[]
  onEnd?: (() => void) | undefined
}

/** A table of any length, by position. `windowKey` names its content: another key forgets the windows of the one before. */
export interface WindowSource<Row> {
  total: number
  loadWindow: (offset: number, limit: number) => Promise<readonly Row[]>
  windowKey: readonly unknown[]
}

export type GridSource<Row> = ItemsSource<Row> | WindowSource<Row>

export function isWindowed<Row>(source: GridSource<Row>): source is WindowSource<Row> {
  return 'loadWindow' in source
}

export function countOf<Row>(source: GridSource<Row>): number {
  return isWindowed(source) ? source.total : source.items.length
}

/** The rows of a range; undefined where a window has not come yet. */
export function useGridRows<Row>(source: GridSource<Row>, first: number, last: number): ReadonlyArray<Row | undefined> {
  const windowed = isWindowed(source)
  const pages = windowed && last >= first ? pagesOf(first, last) : []
  const answers = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['grid-window', ...(windowed ? source.windowKey : []), page],
      queryFn: () => (windowed ? source.loadWindow(page * windowSize, windowSize) : []),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
    })),
    combine: toData,
  })
  const firstPage = pages[0] ?? 0
  return useMemo(() => {
    const rows: Array<Row | undefined> = []
    for (let index = first; index <= last; index++) {
      const page = Math.floor(index / windowSize)
      const window = answers[page - firstPage]
      rows.push(windowed ? window?.[index - page * windowSize] : source.items[index])
    }
    return rows
  }, [source, windowed, first, last, firstPage, answers])
}

/** Stable as long as the answers are, so that rows are not made anew with every render. */
function toData<T>(results: ReadonlyArray<{ data: T | undefined }>): Array<T | undefined> {
  return results.map((result) => result.data)
}

function pagesOf(first: number, last: number): number[] {
  const from = Math.floor(first / windowSize)
  const to = Math.floor(last / windowSize)
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
