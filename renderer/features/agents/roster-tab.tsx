/** The roster: who they are, what they do now, what today cost, and what keeps them in bounds. */
import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Agent } from '#shared/contract/agents'
import { api } from '../../query.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { toMoney } from '../ai/money.ts'
import { agentWords } from './agent-words.ts'
import { Portrait } from './portrait.tsx'

const columns: GridColumn<Agent>[] = [
  { id: 'name', header: 'Agent', width: 'minmax(190px, 2fr)', cell: (agent) => <Name agent={agent} /> },
  { id: 'state', header: 'State', width: '150px', cell: ({ state }) => <WordChip word={agentWords[state]} /> },
  { id: 'now', header: 'Now, or last', width: 'minmax(140px, 3fr)', cell: nowOf },
  { id: 'today', header: 'Today', width: '190px', align: 'right', cell: todayOf },
  { id: 'ended', header: 'Runs ended well', width: '120px', align: 'right', cell: endedOf },
  { id: 'guard', header: 'Asks for', width: '110px', align: 'right', cell: guardOf },
]

export function RosterTab({ openId, onOpen }: { openId: string | undefined; onOpen: (id: string) => void }) {
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  return (
    <QueryState query={agents} rows={8}>
      {({ items }) => (
        <DataGrid
          label="Roster"
          columns={columns}
          source={{ items }}
          rowId={({ id }) => id}
          rowHeight={40}
          openId={openId}
          onOpen={({ id }) => onOpen(id)}
          empty={<EmptyState title="Nobody is on the roster">Take agents in from a file, above on the right.</EmptyState>}
        />
      )}
    </QueryState>
  )
}

function Name({ agent: { name, role } }: { agent: Agent }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Portrait name={name} />
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={600} truncate>
          {name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {role}
        </Text>
      </Stack>
    </Group>
  )
}

function nowOf({ why, run, name }: Agent): string {
  return why ?? run?.instruction.split('\n')[0] ?? `${name} has not run yet`
}

function todayOf({ today: { spentUsd, runs }, dailyBudgetMicroDollars }: Agent): string {
  const budget = dailyBudgetMicroDollars === null ? '' : ` of ${toMoney(dailyBudgetMicroDollars / 1_000_000)}`
  return `${toMoney(spentUsd)}${budget}, ${runs} ${runs === 1 ? 'run' : 'runs'}`
}

function endedOf({ ended: { succeeded, failed, cancelled } }: Agent): string {
  const all = succeeded + failed + cancelled
  return all === 0 ? '—' : `${succeeded} of ${all}`
}

function guardOf({ tools }: Agent): string {
  const asks = tools.filter(({ autonomy }) => autonomy === 'ask').length
  return `${asks} of ${tools.length}`
}
