/** The list of jobs, one line each. */
import { type ReactNode, useMemo } from 'react'
import type { Job } from '#shared/contract/jobs'
import { type NameOf, useAgentName, useProviderName } from '../../names.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'

export interface JobGridProps {
  items: readonly Job[]
  openId: string | undefined
  onOpen: (job: Job) => void
  onEnd: () => void
  empty: ReactNode
}

const columnsOf = (agentName: NameOf, serviceName: NameOf): GridColumn<Job>[] => [
  { id: 'state', header: 'State', width: '170px', cell: (job) => <StatusChip status={job.state} /> },
  { id: 'subject', header: 'What', width: 'minmax(220px, 3fr)', cell: (job) => job.subject },
  { id: 'agent', header: 'Agent', width: '100px', cell: (job) => (job.agent ? agentName(job.agent) : '—') },
  { id: 'provider', header: 'Service', width: '110px', cell: (job) => (job.provider ? serviceName(job.provider) : '—') },
  { id: 'attempts', header: 'Attempt', width: '80px', align: 'right', cell: (job) => `${job.attempts}/${job.maxAttempts}` },
  { id: 'why', header: 'Waits for, or why not', width: 'minmax(160px, 2fr)', cell: whyOf },
  { id: 'at', header: 'Ordered', width: '130px', cell: (job) => <When at={job.createdAt} /> },
]

function whyOf(job: Job): ReactNode {
  if (job.failure && job.state !== 'succeeded') return job.failure.message
  if (job.waitingFor) return job.waitingFor
  return job.state === 'queued' ? <When at={job.runAt} /> : null
}

export function JobGrid({ items, openId, onOpen, onEnd, empty }: JobGridProps) {
  const source = useMemo(() => ({ items, onEnd }), [items, onEnd])
  const [agentName, serviceName] = [useAgentName(), useProviderName()]
  const columns = useMemo(() => columnsOf(agentName, serviceName), [agentName, serviceName])
  return (
    <DataGrid
      label="Jobs"
      columns={columns}
      source={source}
      rowId={(job) => job.id}
      openId={openId}
      onOpen={onOpen}
      empty={empty}
    />
  )
}
