/** Runs, newest first, as they change. */
import { Group, Select } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Run } from '#shared/contract/agents'
import { JobState } from '#shared/job'
import { type NameOf, useAgentName } from '../../names.ts'
import { sourceOf as growing, pageInput, paging } from '../../paging.ts'
import { api } from '../../query.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { jobWords } from '../../ui/status.ts'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { toMoney } from '../ai/money.ts'
import { sourceOf } from './agent-words.ts'
import type { AgentsSearch } from './agents-search.ts'

const pageLength = 50

const columnsOf = (agentName: NameOf): GridColumn<Run>[] => [
  { id: 'state', header: 'State', width: '150px', cell: ({ state }) => <StatusChip status={state} /> },
  { id: 'agent', header: 'Agent', width: '100px', cell: ({ agent }) => agentName(agent) },
  { id: 'work', header: 'Work', width: 'minmax(140px, 3fr)', cell: ({ instruction }) => instruction.split('\n')[0] },
  { id: 'end', header: 'Waits for, or how it ended', width: 'minmax(140px, 3fr)', cell: endOf },
  { id: 'source', header: 'Begun by', width: '130px', cell: sourceOf },
  { id: 'steps', header: 'Steps', width: '60px', align: 'right', cell: ({ steps }) => steps },
  { id: 'cost', header: 'Cost', width: '90px', align: 'right', cell: ({ cost }) => toMoney(cost.costUsd) },
  { id: 'at', header: 'Begun', width: '110px', cell: ({ createdAt }) => <When at={createdAt} /> },
]

function endOf({ waitingFor, failure, outcome, state }: Run): string | null {
  if (state === 'failed') return failure?.message ?? null
  return waitingFor ?? outcome
}

export function RunsTab({ search, onChange }: { search: AgentsSearch; onChange: (part: Partial<AgentsSearch>) => void }) {
  const { agent, state, run } = search
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  const agentName = useAgentName()
  const columns = useMemo(() => columnsOf(agentName), [agentName])
  const filter = { ...(agent ? { agent } : {}), ...(state ? { state } : {}) }
  const runs = useInfiniteQuery(
    api.runs.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: pageLength, ...pageInput(cursor) }),
      ...paging,
    }),
  )
  return (
    <>
      <Group gap="xs" px="md" py="xs">
        <Select
          aria-label="Agent"
          placeholder="Every agent"
          clearable
          data={(agents.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={agent ?? null}
          onChange={(next) => onChange({ agent: next ?? undefined })}
        />
        <Select
          aria-label="State"
          placeholder="Every state"
          clearable
          data={JobState.options.filter((each) => each !== 'unknown').map((value) => ({ value, label: jobWords[value].word }))}
          value={state ?? null}
          onChange={(next) => onChange({ state: (next ?? undefined) as JobState | undefined })}
        />
      </Group>
      <QueryState query={runs} rows={8}>
        {() => (
          <DataGrid
            label="Runs"
            columns={columns}
            source={growing<Run>(runs)}
            rowId={({ id }) => id}
            openId={run}
            onOpen={({ id }) => onChange({ run: id })}
            empty={
              <EmptyState title={agent ? `${agentName(agent)} has not run yet` : 'No run yet'}>
                Give an agent work, above on the right. Each step of it appears here as it happens.
              </EmptyState>
            }
          />
        )}
      </QueryState>
    </>
  )
}
