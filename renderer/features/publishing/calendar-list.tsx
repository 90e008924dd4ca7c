/** The posts of a month as a list, each with its time and its state; what is chosen can be moved above it. */
import { useMemo } from 'react'
import type { PlannedPost } from '#shared/contract/posts'
import { platforms } from '#shared/social/platforms'
import { localOf } from '#shared/time-zone'
import { useNow } from '../../stores/clock.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { dayWords } from './local-time.ts'
import type { PostChipProps } from './post-chip.tsx'
import { plannedWord } from './post-words.ts'

export interface CalendarListProps extends Pick<PostChipProps, 'timeZone' | 'onOpen'> {
  posts: readonly PlannedPost[]
  openId: string | undefined
}

function whenOf({ at }: PlannedPost, timeZone: string): string {
  const { day, clock } = localOf(Date.parse(at), timeZone)
  return `${dayWords(day)}, ${clock}`
}

export function CalendarList({ posts, timeZone, openId, onOpen }: CalendarListProps) {
  const now = useNow(10_000)
  const columns = useMemo(
    (): GridColumn<PlannedPost>[] => [
      { id: 'state', header: 'State', width: '150px', cell: (post) => <WordChip word={plannedWord(post, now)} /> },
      { id: 'at', header: 'When', width: '170px', cell: (post) => whenOf(post, timeZone) },
      { id: 'platform', header: 'Platform', width: '100px', cell: ({ platform }) => platforms[platform].name },
      { id: 'text', header: 'Post', width: 'minmax(140px, 3fr)', cell: ({ excerpt }) => excerpt },
      { id: 'agent', header: 'Agent', width: '100px', cell: ({ agent }) => agent ?? '—' },
      {
        id: 'why',
        header: 'Waits for, or why not',
        width: 'minmax(100px, 2fr)',
        cell: (post) => post.waitingFor ?? post.failure?.message ?? null,
      },
    ],
    [timeZone, now],
  )
  const source = useMemo(() => ({ items: posts, onEnd: () => undefined }), [posts])
  return (
    <DataGrid
      label="Posts by time"
      columns={columns}
      source={source}
      rowId={({ id }) => id}
      openId={openId}
      onOpen={onOpen}
      empty={
        <EmptyState title="No post in this month">
          Write one under Compose and give it a time, or take in a file under Campaigns.
        </EmptyState>
      }
    />
  )
}
