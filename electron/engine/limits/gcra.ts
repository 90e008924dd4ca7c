/** GCRA, the leaky bucket that is one number: when the bucket is empty again, in theory. Pure. */

/** A rate: `count` per `perMs`, at most `burst` at once. */
export interface Rate {
  count: number
  perMs: number
  burst?: number
}

export interface Decision {
  allowed: boolean
  /** The bucket's new number (ms UTC); unchanged when refused. */
  tat: number
  /** When one more would pass (ms UTC); now or earlier when it passed. */
  freeAt: number
}

export function intervalMs(rate: Rate): number {
  return rate.perMs / rate.count
}

/**
 * Asks for one passage.
 *
 * Units  tat, now: ms UTC
 * Why    a number from the future (the clock went back) is clamped, so that a bucket never waits longer than its own length
 */
export function ask(tat: number, rate: Rate, now: number): Decision {
  const interval = intervalMs(rate)
  const tolerance = interval * (rate.burst ?? rate.count)
  const from = Math.min(Math.max(tat, now), now + tolerance + interval)
  const next = from + interval
  const freeAt = next - tolerance
  return freeAt > now ? { allowed: false, tat, freeAt } : { allowed: true, tat: next, freeAt }
}

/** How many would pass right now. */
export function headroom(tat: number, rate: Rate, now: number): number {
  const interval = intervalMs(rate)
  const burst = rate.burst ?? rate.count
  const used = Math.max(0, tat - now) / interval
  return Math.max(0, Math.floor(burst - used + 1e-9))
}
