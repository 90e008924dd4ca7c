/** A text cut into what fires and what does not. Pure. */
import type { TriggerMatch } from '#shared/triggers'

export interface Piece {
  start: number
  text: string
  fires: boolean
}

/** The pieces in order; together they are the text. Matches that overlap are one piece. */
export function piecesOf(text: string, matches: readonly Pick<TriggerMatch, 'start' | 'end'>[]): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  const add = (end: number, fires: boolean) => {
    if (end > at) pieces.push({ start: at, text: text.slice(at, end), fires })
    at = Math.max(at, end)
  }
  for (const span of merged(matches)) {
    add(span.start, false)
    add(span.end, true)
  }
  add(text.length, false)
  return pieces
}

function merged(matches: readonly Pick<TriggerMatch, 'start' | 'end'>[]): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = []
  for (const { start, end } of [...matches].sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1)
    if (last && start < last.end) last.end = Math.max(last.end, end)
    else spans.push({ start, end })
  }
  return spans
}
