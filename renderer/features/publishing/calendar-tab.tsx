/** The calendar of posts: month, week and list, in the zone that the operator chose. */
import { ActionIcon, Anchor, Button, Group, SegmentedControl, Select, Text, Title } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PlannedPost } from '#shared/contract/posts'
import { platforms } from '#shared/social/platforms'
import { localOf } from '#shared/time-zone'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useNow } from '../../stores/clock.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { type CalendarView, daysOf, spanOf, stepped, titleOf } from './calendar-days.ts'
import { CalendarGrid } from './calendar-grid.tsx'
import { CalendarList } from './calendar-list.tsx'
import { CalendarNotes } from './calendar-notes.tsx'
import { bothWords, type LocalTime, readLocalTime, toLocalTime } from './local-time.ts'
import { ZoneSelect } from './local-time-fields.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { useZoneChoice } from './plan-zone.ts'
import { postWord } from './post-words.ts'
import classes from './publishing.module.css'
import type { PublishingTabProps } from './publishing-page.tsx'
import { SlotsButton } from './slots-dialog.tsx'
import { timeOf, useMovePost } from './use-move-post.ts'

export function CalendarTab({ search, onChange }: PublishingTabProps) {
  const [ownZone, chooseZone] = useZoneChoice()
  const { view = 'month', zone = ownZone, id, agent } = search
  const today = localOf(useNow(60_000), zone).day
  const day = search.day ?? today
  const span = spanOf(daysOf(view, day), zone)
  const calendar = useQuery(api.posts.calendar.queryOptions({ input: { ...span, ...(agent ? { agent } : {}) } }))
  const posts = calendar.data?.items ?? []
  const [asked, setAsked] = useState<{ post: PlannedPost; local: LocalTime }>()
  const move = useMovePost()
  const open = (post: PlannedPost) => onChange({ id: post.id })
  const ask = (post: PlannedPost) => {
    if (post.fixed === undefined) setAsked({ post, local: toLocalTime(post.runAt, zone) })
    else onChange({ id: post.id })
  }
  /** Where one instant is meant the post goes there; otherwise a person is asked. */
  const drop = (dropped: string, place: { day: string; hour?: number }) => {
    const post = posts.find((one) => one.id === dropped)
    if (!post || post.fixed !== undefined) return
    const { clock } = toLocalTime(post.runAt, zone)
    const hour = place.hour === undefined ? clock.slice(0, 2) : String(place.hour).padStart(2, '0')
    const local: LocalTime = { day: place.day, clock: `${hour}:${clock.slice(3)}`, timeZone: zone }
    const { runAt } = readLocalTime(local, Date.now())
    if (!runAt) setAsked({ post, local })
    else if (runAt !== post.runAt) move.mutate({ id: post.id, runAt, was: timeOf(post) })
  }
  const chosen = posts.find((post) => post.id === id)
  return (
    <>
      <Bar view={view} day={day} zone={zone} agent={agent} onChange={onChange} onZone={chooseZone} />
      {move.error ? <FailurePanel failure={failureOf(move.error)} live /> : null}
      {chosen ? <Chosen post={chosen} zone={zone} onMove={ask} /> : null}
      <QueryState query={calendar} rows={8}>
        {({ items, cut }) => (
          <>
            {cut ? (
              <Text size="sm" px="md" py={4} role="note">
                More posts lie here than are shown. Narrow it to an agent, or look at a week.
              </Text>
            ) : null}
            <CalendarNotes posts={items} />
            {view === 'list' ? (
              <CalendarList posts={items} timeZone={zone} openId={id} onOpen={open} />
            ) : (
              <CalendarGrid
                view={view}
                day={day}
                today={today}
                posts={items}
                timeZone={zone}
                openId={id}
                onOpen={open}
                onMove={ask}
                onDrop={drop}
                onWeek={(next) => onChange({ view: 'week', day: next })}
              />
            )}
          </>
        )}
      </QueryState>
      <MoveDialog asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}

interface BarProps extends Pick<PublishingTabProps, 'onChange'> {
  view: CalendarView
  day: string
  zone: string
  agent: string | undefined
  /** Remembers the zone. */
  onZone: (zone: string) => void
}

function Bar({ view, day, zone, agent, onChange, onZone }: BarProps) {
  const show = (next: string) => {
    onZone(next)
    onChange({ zone: next })
  }
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  return (
    <Group className={classes.bar} px="md" py="xs" gap="sm" align="flex-end">
      <Group gap={4}>
        <ActionIcon
          aria-label={`Previous ${view === 'week' ? 'week' : 'month'}`}
          onClick={() => onChange({ day: stepped(view, day, -1) })}
        >
          <IconChevronLeft size={16} stroke={1.5} />
        </ActionIcon>
        <Button variant="default" onClick={() => onChange({ day: undefined })}>
          Today
        </Button>
        <ActionIcon
          aria-label={`Next ${view === 'week' ? 'week' : 'month'}`}
          onClick={() => onChange({ day: stepped(view, day, 1) })}
        >
          <IconChevronRight size={16} stroke={1.5} />
        </ActionIcon>
      </Group>
      <Title order={2} aria-live="polite" miw={160}>
        {titleOf(view, day)}
      </Title>
      <SegmentedControl
        aria-label="View"
        value={view}
        data={[
          { value: 'month', label: 'Month' },
          { value: 'week', label: 'Week' },
          { value: 'list', label: 'List' },
        ]}
        onChange={(next) => onChange({ view: next as CalendarView })}
      />
      <Select
        label="Agent"
        placeholder="All"
        clearable
        searchable
        w={180}
        data={(agents.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={agent ?? null}
        onChange={(next) => onChange({ agent: next ?? undefined })}
      />
      <ZoneSelect label="Times shown in" value={zone} onChange={show} />
      <SlotsButton zone={zone} />
    </Group>
  )
}

/** The chosen post with what can be done about its time. */
function Chosen({ post, zone, onMove }: { post: PlannedPost; zone: string; onMove: (post: PlannedPost) => void }) {
  return (
    <Group className={classes.chosen} component="section" aria-label="Chosen post" px="md" py="xs" gap="sm">
      <WordChip word={postWord(post)} />
      <Text size="sm">
        {platforms[post.platform].name}, {bothWords(post.at, zone)}.
      </Text>
      {post.fixed === undefined ? (
        <Button variant="default" onClick={() => onMove(post)}>
          Move…
        </Button>
      ) : (
        <Text size="sm" c="dimmed">
          {post.fixed}
        </Text>
      )}
      {post.approval ? (
        <Anchor size="sm" href={`#/agents?tab=approvals&approval=${post.approval}`}>
          Open its approval
        </Anchor>
      ) : null}
    </Group>
  )
}
