/** Instants and spans in words. Pure; the caller brings the clock. */
import { spans } from '#shared/time'

const units: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [
  ['day', spans.day],
  ['hour', spans.hour],
  ['minute', spans.minute],
  ['second', spans.second],
]

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** "3 min. ago", "in 40 sec.", "now". */
export function toRelative(atMs: number, nowMs: number): string {
  const differenceMs = atMs - nowMs
  for (const [unit, sizeMs] of units) {
    if (Math.abs(differenceMs) >= sizeMs) return relative.format(Math.trunc(differenceMs / sizeMs), unit)
  }
  return 'now'
}

const shortest = [spans.minute, spans.second, ['min', 's']] as const
const spanUnits = [[spans.day, spans.hour, ['d', 'h']], [spans.hour, spans.minute, ['h', 'min']], shortest] as const

/** "2 h 5 min", "40 s", "120 ms"; "—" for what is not known. */
export function toSpan(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '—'
  if (ms < spans.second) return `${Math.round(ms)} ms`
  if (ms < spans.minute) return `${(ms / spans.second).toFixed(ms < 10 * spans.second ? 1 : 0)} s`
  const [large, small, names] = spanUnits.find(([sizeMs]) => ms >= sizeMs) ?? shortest
  const whole = Math.floor(ms / large)
  const rest = Math.floor((ms % large) / small)
  return rest === 0 ? `${whole} ${names[0]}` : `${whole} ${names[0]} ${rest} ${names[1]}`
}

const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
/** Read once: asking for it makes a formatter, which each row of a table would pay for. */
const zone = absolute.resolvedOptions().timeZone

/** The whole instant with its zone, for a hover or a copy. */
export function toAbsolute(atMs: number): string {
  return `${absolute.format(atMs)} (${zone})`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** "14:02" today, "3 Mar, 14:02" otherwise. */
export function toClock(atMs: number, nowMs: number): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString()
  return (sameDay ? clock : dayAndClock).format(atMs)
}

const thousands = new Intl.NumberFormat('en')

/** A number as people read it; "—" for what is not known. */
export function toCount(count: number | null | undefined): string {
  return count === null || count === undefined ? '—' : thousands.format(count)
}
