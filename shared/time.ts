/** Instants: integers of milliseconds UTC inside, ISO 8601 with zone over the contract. */
import { z } from 'zod'

/** An instant as it crosses the contract: ISO 8601 with zone. */
export const Instant = z.iso.datetime({ offset: true })
/** An instant as it crosses the contract. */
export type Instant = z.infer<typeof Instant>

/** Milliseconds UTC to ISO 8601. */
export function toInstant(atMs: number): Instant {
  return new Date(atMs).toISOString()
}

/** ISO 8601 with zone to milliseconds UTC. */
export function toMs(instant: Instant): number {
  return Date.parse(instant)
}

/** One second, minute, hour and day in milliseconds. */
export const spans = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
