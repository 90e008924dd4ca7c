/** What became of a test: observed, not assumed. */
import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'

export function TestTold({ id, name }: { id: string; name: string }) {
  const job = useQuery(api.jobs.get.queryOptions({ input: { id } }))
  if (!job.data) return null
  const { state, attempts, failure } = job.data
  return (
    <div role="status">
      <Group gap="xs">
        <StatusChip status={state} attempts={attempts} />
        <Text size="sm">Test to {name}.</Text>
        <Anchor href={`#/jobs?id=${id}`} size="sm">
          Its job
        </Anchor>
      </Group>
      {failure && state !== 'succeeded' ? <FailurePanel failure={failure} /> : null}
    </div>
  )
}
