/** Tells the log of refused requests, at most once a second, so that a stranger cannot fill the disk with them. */
import { spans } from '#shared/time'

export interface RefusalLogDeps {
  log: { warn(fields: Record<string, unknown>, message: string): void }
  now(): number
}

export function createRefusalLog({ log, now }: RefusalLogDeps): (status: number) => void {
  let count = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return (status) => {
    count += 1
    if (Math.abs(now() - toldAt) < spans.second) return
    log.warn({ status, count }, 'requests were refused before they reached a route')
    toldAt = now()
    count = 0
  }
}
