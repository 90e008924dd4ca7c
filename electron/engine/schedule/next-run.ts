/** When a schedule runs next, in its own time zone, DST included; and what was missed meanwhile. */

import { Cron } from 'croner'
import { failed } from '#shared/failure'

/** Refuses a pattern or zone in words, naming the field. */
export function checkCadence(cron: string, timeZone: string): void {
  try {
    if (!Intl.supportedValuesOf('timeZone').includes(timeZone) && timeZone !== 'UTC')
      throw new RangeError('is not a known time zone, such as Europe/Berlin')
  } catch (error) {
    const message = (error as Error).message
    throw failed('invalid', `The time zone was refused: ${message}.`, { fields: [{ path: 'timeZone', message }] })
  }
  try {
    if (!nextRunAt(cron, timeZone, Date.now())) throw new RangeError('never runs')
  } catch (error) {
    const message = (error as Error).message
    throw failed('invalid', `The cron pattern was refused: ${message}`, { fields: [{ path: 'cron', message }] })
  }
}

/** The first run after an instant (ms UTC); undefined when there is none. */
export function nextRunAt(cron: string, timeZone: string, after: number): number | undefined {
  return new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(after))?.getTime()
}

/** How many runs fell into (from, to], counted up to `most`. */
export function runsBetween({
  cron,
  timeZone,
  from,
  to,
  most,
}: {
  cron: string
  timeZone: string
  from: number
  to: number
  most: number
}): number {
  let count = 0
  let at: number | undefined = from
  while (count < most) {
    at = nextRunAt(cron, timeZone, at)
    if (at === undefined || at > to) return count
    count += 1
  }
  return count
}
