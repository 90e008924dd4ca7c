/** Which days a calendar shows, the instants they span in a zone, and what lies on each. Pure. */
import type { PlannedPost } from '#shared/contract/posts'
import { spans } from '#shared/time'
import { dayAfter, instantsOf, localOf, weekdayOf } from '#shared/time-zone'

export type CalendarView = 'month' | 'week' | 'list'

const monthLength = (day: string) => {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

const firstOfMonth = (day: string) => `${day.slice(0, 7)}-01`
const mondayOf = (day: string) => dayAfter(day, 1 - weekdayOf(day))
const range = (from: string, count: number) => Array.from({ length: count }, (_, at) => dayAfter(from, at))

/** The days of a view around a day: whole weeks of its month, its week, or its month alone. */
export function daysOf(view: CalendarView, day: string): string[] {
  if (view === 'week') return range(mondayOf(day), 7)
  const first = firstOfMonth(day)
  if (view === 'list') return range(first, monthLength(day))
  const monday = mondayOf(first)
  const shown = (Date.parse(first) - Date.parse(monday)) / spans.day + monthLength(day)
  return range(monday, Math.ceil(shown / 7) * 7)
}

/** The same view one step further or back. */
export function stepped(view: CalendarView, day: string, step: 1 | -1): string {
  if (view === 'week') return dayAfter(day, 7 * step)
  return step === 1 ? dayAfter(firstOfMonth(day), monthLength(day)) : firstOfMonth(dayAfter(firstOfMonth(day), -1))
}

/** When a day begins in a zone (ms UTC); some zones skip a midnight. */
function startOf(day: string, timeZone: string): number {
  for (let minutes = 0; minutes < 24 * 60; minutes += 30) {
    const clock = new Date(minutes * spans.minute).toISOString().slice(11, 16)
    const [at] = instantsOf(day, clock, timeZone)
    if (at !== undefined) return at
  }
  return Date.parse(`${day}T00:00:00Z`)
}

/** The span of days in a zone, as the calendar is asked for it. */
export function spanOf(days: readonly string[], timeZone: string): { from: string; to: string } {
  const [first = ''] = days
  const last = days.at(-1) ?? first
  return {
    from: new Date(startOf(first, timeZone)).toISOString(),
    to: new Date(startOf(dayAfter(last, 1), timeZone)).toISOString(),
  }
}

/** Posts by the day on which they lie in a zone. */
export function byDay(posts: readonly PlannedPost[], timeZone: string): Map<string, PlannedPost[]> {
  return Map.groupBy(posts, ({ at }) => localOf(Date.parse(at), timeZone).day)
}

const monthFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' })

/** "March 2027", "29 March – 4 April 2027". */
export function titleOf(view: CalendarView, day: string): string {
  if (view !== 'week') return monthFormat.format(Date.parse(`${day}T00:00:00Z`))
  const days = daysOf('week', day)
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })
  return format.formatRange(Date.parse(`${days[0]}T00:00:00Z`), Date.parse(`${days[6]}T00:00:00Z`))
}
