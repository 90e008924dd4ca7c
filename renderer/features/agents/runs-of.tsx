/** The latest runs of one agent. */
import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Agent } from '#shared/contract/agents'
import { api } from '../../query.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'

export function RunsOf({ agent, onRun }: { agent: Agent; onRun: (id: string) => void }) {
  const runs = useQuery(api.runs.list.queryOptions({ input: { agent: agent.id, limit: 20 } }))
  return (
    <QueryState query={runs}>
      {({ items }) => (
        <Stack gap="xs">
          {items.length === 0 ? <Text size="sm">{agent.name} has not run yet. Give it work, above on the right.</Text> : null}
          {items.map((run) => (
            <div key={run.id}>
              <StatusChip status={run.state} />{' '}
              <Anchor component="button" type="button" size="sm" onClick={() => onRun(run.id)}>
                {run.instruction.split('\n')[0]}
              </Anchor>{' '}
              <Text span size="xs" c="dimmed">
                <When at={run.createdAt} />
              </Text>
            </div>
          ))}
        </Stack>
      )}
    </QueryState>
  )
}
