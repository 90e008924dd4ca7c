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
