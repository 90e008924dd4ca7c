/** Month and week as tables: days across, posts within, each cell a place to drop one. */
import { Button, VisuallyHidden } from '@mantine/core'
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { PlannedPost } from '#shared/contract/posts'
import { instantsOf, localOf } from '#shared/time-zone'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { byDay, daysOf, titleOf } from './calendar-days.ts'
import { dayWords } from './local-time.ts'
import { dragType, PostChip, type PostChipProps } from './post-chip.tsx'
import classes from './publishing.module.css'

export interface CalendarGridProps extends Pick<PostChipProps, 'timeZone' | 'onOpen' | 'onMove'> {
  view: 'month' | 'week'
  day: string
  today: string
  posts: readonly PlannedPost[]
  openId: string | undefined
  /** A post was dropped on a day, and on an hour of it in the week. */
  onDrop: (id: string, place: { day: string; hour?: number }) => void
  onWeek: (day: string) => void
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
/** Posts of a day that a month shows; the others are in its week. */
const mostOfDay = 4
/** The hour that a week begins to show, unless a post lies before it. */
const firstHour = 7
const headHeight = 30

export function CalendarGrid(props: CalendarGridProps) {
  const { view, day } = props
  return (
    <ScrollRegion className={classes.calendar} aria-label={`Calendar, ${titleOf(view, day)}`}>
      {view === 'month' ? <Month {...props} /> : <Week {...props} />}
    </ScrollRegion>
  )
}

function Chips({ posts, ...props }: CalendarGridProps & { posts: readonly PlannedPost[] }) {
  const { timeZone, openId, onOpen, onMove } = props
  return posts.map((post) => (
    <PostChip key={post.id} post={post} timeZone={timeZone} open={post.id === openId} onOpen={onOpen} onMove={onMove} />
  ))
}

interface CellProps {
  className: string | undefined
  /** False where nothing can lie. */
  takes?: boolean
  onDrop: (id: string) => void
  children: ReactNode
}

function Cell({ className = '', takes = true, onDrop, children }: CellProps) {
  const [over, setOver] = useState(false)
  const onDragOver = (event: DragEvent) => {
    if (!takes || !event.dataTransfer.types.includes(dragType)) return
    event.preventDefault()
    setOver(true)
  }
  return (
    // A pointer's way alone: the keyboard moves a post by M, and so does the button.
    <td
      className={over ? `${className} ${classes.target}` : className}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        onDrop(event.dataTransfer.getData(dragType))
      }}
    >
      {children}
    </td>
  )
}

function Month(props: CalendarGridProps) {
  const { day: shown, today, posts, timeZone, onDrop, onWeek } = props
  const days = daysOf('month', shown)
  const weeks = Array.from({ length: days.length / 7 }, (_, at) => days.slice(at * 7, at * 7 + 7))
  const lying = byDay(posts, timeZone)
  const present = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    present.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <table className={classes.days} aria-label={`Posts of ${titleOf('month', shown)}`}>
      <thead>
        <tr>
          {weekdays.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]} ref={week.includes(today) ? present : undefined}>
            {week.map((day) => {
              const own = lying.get(day) ?? []
              const outside = day.slice(0, 7) === shown.slice(0, 7) ? '' : (classes.outside ?? '')
              return (
                <Cell key={day} className={`${classes.day} ${outside}`} onDrop={(id) => onDrop(id, { day })}>
                  <DayNumber day={day} today={today} />
                  <Chips {...props} posts={own.slice(0, mostOfDay)} />
                  {own.length > mostOfDay ? (
                    <Button size="compact-xs" variant="subtle" onClick={() => onWeek(day)}>
                      {own.length - mostOfDay} more in this week
                    </Button>
                  ) : null}
                </Cell>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function DayNumber({ day, today }: { day: string; today: string }) {
  return (
    <time
      dateTime={day}
      className={day === today ? `${classes.number} ${classes.today}` : classes.number}
      aria-current={day === today ? 'date' : undefined}
    >
      <span aria-hidden="true">{Number(day.slice(8))}</span>
      <VisuallyHidden>{day === today ? `${dayWords(day)}, today` : dayWords(day)}</VisuallyHidden>
    </time>
  )
}

const hours = Array.from({ length: 24 }, (_, hour) => hour)
const clockOf = (hour: number, minutes = '00') => `${String(hour).padStart(2, '0')}:${minutes}`

/** Whether any minute of an hour exists that day: zones change by half hours, too. */
const exists = (day: string, hour: number, timeZone: string) =>
  ['00', '30', '59'].some((minutes) => instantsOf(day, clockOf(hour, minutes), timeZone).length > 0)

function Week(props: CalendarGridProps) {
  const { day: shown, today, posts, timeZone, onDrop } = props
  const days = daysOf('week', shown)
  const lying = byDay(posts, timeZone)
  const begin = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    const row = begin.current
    // The head of the table stays where it is, above the row.
    row?.closest('section')?.scrollTo({ top: row.offsetTop - headHeight })
  }, [])
  const hourOf = ({ at }: PlannedPost) => Number(localOf(Date.parse(at), timeZone).clock.slice(0, 2))
  const first = Math.min(firstHour, ...posts.map(hourOf))
  return (
    <table className={classes.days} aria-label={`Posts of ${titleOf('week', shown)}`}>
      <thead>
        <tr>
          <th scope="col" className={classes.hour}>
            Hour
          </th>
          {days.map((day, at) => (
            <th key={day} scope="col">
              {weekdays[at]?.slice(0, 3)} <DayNumber day={day} today={today} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour} ref={hour === first ? begin : undefined}>
            <th scope="row">{clockOf(hour)}</th>
            {days.map((day) => {
              const there = exists(day, hour, timeZone)
              const kind = there ? (classes.slot ?? '') : `${classes.slot} ${classes.skipped}`
              const own = (lying.get(day) ?? []).filter((post) => hourOf(post) === hour)
              return (
                <Cell key={day} className={`${classes.day} ${kind}`} takes={there} onDrop={(id) => onDrop(id, { day, hour })}>
                  {there ? <Chips {...props} posts={own} /> : <span className={classes.number}>No such hour</span>}
                </Cell>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
