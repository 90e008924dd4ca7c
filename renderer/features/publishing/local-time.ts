/** A day and a clock in a zone as an instant; what the change of clocks leaves out or doubles is told, never guessed. Pure. */
import { instantsOf, localOf } from '#shared/time-zone'

export interface LocalTime {
  /** `2027-03-28`; empty is not chosen yet. */
  day: string
  /** `09:30`. */
  clock: string
  timeZone: string
  /** Which of two, where the clocks show the time twice. */
  which?: 'first' | 'second' | undefined
}

export interface ReadTime {
  /** ISO 8601, where exactly one instant is meant. */
  runAt?: string
  /** Why the time cannot be taken yet. */
  fault?: string
  /** Both instants (ms UTC) of a time that comes twice. */
  twice?: readonly [number, number]
  /** The first clock after a time that is skipped. */
  next?: string
}

const twoDigits = (part: number) => String(part).padStart(2, '0')
const clockOf = (minutes: number) => `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`
const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** The first clock of a day, from another on, that the zone shows. */
function nextClock({ day, clock, timeZone }: LocalTime): string | undefined {
  for (let minutes = minutesOf(clock); minutes < 24 * 60; minutes += 1) {
    if (instantsOf(day, clockOf(minutes), timeZone).length > 0) return clockOf(minutes)
  }
  return undefined
}

function taken(at: number, nowMs: number): ReadTime {
  if (at <= nowMs) return { fault: 'This time has passed. Choose a later one.' }
  return { runAt: new Date(at).toISOString() }
}

export function readLocalTime(local: LocalTime, nowMs: number): ReadTime {
  const { day, clock, timeZone, which } = local
  if (day === '' || clock === '') return { fault: 'Choose a day and a time.' }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return { fault: 'This is not a day.' }
  const [first, second] = instantsOf(day, clock.slice(0, 5), timeZone)
  if (first === undefined) {
    const next = nextClock(local)
    const fault = `The clocks of ${timeZone} go forward over ${clock} on that day, so this time does not exist.`
    return next === undefined ? { fault } : { fault, next }
  }
  if (second === undefined) return taken(first, nowMs)
  const twice = [first, second] as const
  if (which) return { ...taken(which === 'first' ? first : second, nowMs), twice }
  return { fault: `The clocks of ${timeZone} go back on that day, so ${clock} comes twice. Say which one.`, twice }
}

/** The local time of an instant (ISO 8601). */
export function toLocalTime(at: string, timeZone: string): LocalTime {
  const ms = Date.parse(at)
  const { day, clock } = localOf(ms, timeZone)
  const [first, second] = instantsOf(day, clock, timeZone)
  if (first === undefined || second === undefined) return { day, clock, timeZone }
  return { day, clock, timeZone, which: ms < second ? 'first' : 'second' }
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})

/** "Sun, 28 Mar 2027" of `2027-03-28`. */
export function dayWords(day: string): string {
  return dayFormat.format(Date.parse(`${day}T00:00:00Z`))
}

/** "Sun, 28 Mar 2027, 09:00 in Europe/Berlin, which is 07:00 UTC". */
export function bothWords(at: string, timeZone: string): string {
  const ms = Date.parse(at)
  const local = localOf(ms, timeZone)
  const utc = localOf(ms, 'UTC')
  const utcDay = utc.day === local.day ? '' : `${dayWords(utc.day)}, `
  return `${dayWords(local.day)}, ${local.clock} in ${timeZone}, which is ${utcDay}${utc.clock} UTC`
}
