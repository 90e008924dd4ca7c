/** Calendar days and clocks of a time zone, by the platform's own rules. */

/** Whether a name is a time zone of this platform. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, made)
  return made
}

/** The calendar day (`2026-11-23`) and the clock (`14:05`) of an instant (ms UTC) in a time zone. */
export function localOf(at: number, timeZone: string): { day: string; clock: string } {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  return { day: `${parts.year}-${parts.month}-${parts.day}`, clock: `${parts.hour}:${parts.minute}` }
}

/** Whether a clock (`14:05`) lies in a span of the day that may go across midnight. */
export function isWithin(clock: string, span: { from: string; to: string }): boolean {
  if (span.from === span.to) return false
  return span.from < span.to ? clock >= span.from && clock < span.to : clock >= span.from || clock < span.to
}

/** How far a zone's clocks are ahead of UTC at an instant, in ms. */
function offsetAt(at: number, timeZone: string): number {
  const { day, clock } = localOf(at, timeZone)
  return Date.parse(`${day}T${clock}:00Z`) - Math.floor(at / 60_000) * 60_000
}

const lastInstant = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * The instants (ms UTC) at which a zone's clocks show a day (`2026-10-25`) and a clock (`02:30`), earliest first.
 *
 * None where the clocks skip that time, two where they show it twice; none as well for what is no time at all.
 */
export function instantsOf(day: string, clock: string, timeZone: string): number[] {
  const asUtc = Date.parse(`${day}T${clock}:00Z`)
  if (Number.isNaN(asUtc)) return []
  const offsets = new Set([-1, 1].map((days) => offsetAt(asUtc + days * 86_400_000, timeZone)))
  return [...offsets]
    .map((offset) => asUtc - offset)
    .filter((at) => {
      // Beyond the year 9999 neither a day nor an instant is written in four digits.
      if (!(at <= lastInstant)) return false
      const local = localOf(at, timeZone)
      return local.day === day && local.clock === clock
    })
    .toSorted((a, b) => a - b)
}

/** The day (`2026-11-23`) that lies so many days after another, by the calendar alone. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The weekday of a day: 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

/** Whether an instant (ms UTC) lies in quiet hours, which may go over midnight; without any it never does. */
export function isQuietAt(hours: { from: string; to: string; timeZone: string } | null, at: number): boolean {
  return hours !== null && isWithin(localOf(at, hours.timeZone).clock, hours)
}
