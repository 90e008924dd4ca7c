/** The list of posts, one line each. */
import { type ReactNode, useMemo } from 'react'
import type { Job } from '#shared/contract/jobs'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'

export interface PostGridProps {
  items: readonly Job[]
  openId: string | undefined
  onOpen: (job: Job) => void
  onEnd: () => void
  empty: ReactNode
}

const columns: GridColumn<Job>[] = [
  { id: 'state', header: 'State', width: '150px', cell: (job) => <StatusChip status={job.state} /> },
  { id: 'subject', header: 'Post', width: 'minmax(140px, 3fr)', cell: (job) => job.subject },
  { id: 'why', header: 'Waits for, or why not', width: 'minmax(120px, 2fr)', cell: whyOf },
  { id: 'at', header: 'Due', width: '110px', cell: (job) => <When at={job.dueAt} /> },
]

function whyOf(job: Job): ReactNode {
  if (job.failure && job.state !== 'succeeded') return job.failure.message
  return job.waitingFor ?? null
}

export function PostGrid({ items, openId, onOpen, onEnd, empty }: PostGridProps) {
  const source = useMemo(() => ({ items, onEnd }), [items, onEnd])
  return (
    <DataGrid
      label="Posts"
      columns={columns}
      source={source}
      rowId={(job) => job.id}
      openId={openId}
      onOpen={onOpen}
      empty={empty}
    />
  )
}
