/** A wall-clock time in the operator's zone as an instant. Pure. */

export interface SendAt {
  /** ISO 8601; undefined is "now". */
  runAt?: string
  /** Why the time cannot be taken. */
  fault?: string
}

/** Reads "2026-03-29T02:30". A time that the clocks skip that night, or one that has passed, is refused, never shifted. */
export function readSendAt(wallClock: string, nowMs: number, parse = (text: string) => new Date(text)): SendAt {
  if (wallClock === '') return {}
  const at = parse(wallClock)
  if (Number.isNaN(at.getTime())) return { fault: 'This is not a time.' }
  if (toWallClock(at) !== wallClock.slice(0, 16))
    return { fault: 'The clocks go forward then, so this time does not exist. Choose another.' }
  if (at.getTime() <= nowMs) return { fault: 'This time has passed. Choose a later one, or none to send now.' }
  return { runAt: at.toISOString() }
}

function toWallClock(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
