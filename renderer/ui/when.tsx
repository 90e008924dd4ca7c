/** An instant: relative in the text, absolute with its zone on hover. */
import { spans } from '#shared/time'
import { useNow } from '../stores/clock.ts'
import { toAbsolute, toClock, toRelative } from './relative.ts'
import { Tip } from './tip.tsx'

export interface WhenProps {
  /** ISO 8601; null is "not known". */
  at: string | null | undefined
  /** `clock` shows "14:02" instead of "3 min ago". */
  as?: 'relative' | 'clock'
}

export function When({ at, as = 'relative' }: WhenProps) {
  const atMs = at ? Date.parse(at) : Number.NaN
  const near = Math.abs(Date.now() - atMs) < 2 * spans.minute
  const now = useNow(near ? spans.second : 30 * spans.second)
  if (Number.isNaN(atMs)) return <span>—</span>
  // The coarse clock may lie behind an instant that has just passed.
  const present = Math.abs(now - atMs) < 30 * spans.second && !near ? Date.now() : now
  return (
    <Tip label={toAbsolute(atMs)}>
      <time dateTime={at ?? undefined}>{as === 'clock' ? toClock(atMs, present) : toRelative(atMs, present)}</time>
    </Tip>
  )
}
