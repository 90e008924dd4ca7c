/** What a key means in a grid. Pure: rows are numbers here. */

export interface GridPlace {
  active: number
  count: number
  /** Rows on one screen. */
  pageRows: number
}

export type GridIntent = { move: number } | { open: true } | { select: true } | undefined

const steps: Readonly<Record<string, (place: GridPlace) => number>> = {
  ArrowDown: ({ active }) => active + 1,
  j: ({ active }) => active + 1,
  ArrowUp: ({ active }) => active - 1,
  k: ({ active }) => active - 1,
  PageDown: ({ active, pageRows }) => active + pageRows,
  PageUp: ({ active, pageRows }) => active - pageRows,
  Home: () => 0,
  End: ({ count }) => count - 1,
}

/** Reads a key press; undefined when it means nothing here. */
export function intentOf(key: string, place: GridPlace): GridIntent {
  if (key === 'Enter') return { open: true }
  if (key === 'x') return { select: true }
  const step = steps[key]
  if (!step || place.count === 0) return undefined
  return { move: Math.min(Math.max(step(place), 0), place.count - 1) }
}
