/** When to try again: exponential with jitter, and the provider's own word above all. Pure but for the dice it is handed. */
import type { Failure } from '#shared/failure'
import { spans } from '#shared/time'

const baseMs = 1_000
const longestMs = 15 * spans.minute

/**
 * Milliseconds until the next attempt.
 *
 * Why   full jitter spreads a crowd best; for throttling it collapses to nothing, so half of the wait is kept fixed
 *
 * @param attempts attempts made so far, at least 1
 * @param dice a number in [0, 1)
 */
export function backoffMs(failure: Failure, attempts: number, dice: number): number {
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs
  const ceiling = Math.min(longestMs, baseMs * 2 ** Math.min(attempts, 20))
  if (failure.kind === 'rate_limited') return Math.round(ceiling / 2 + (dice * ceiling) / 2)
  return Math.round(Math.max(100, dice * ceiling))
}
