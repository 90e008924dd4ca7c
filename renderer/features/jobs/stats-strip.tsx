/** How the queue has been doing in the last hour: what ended how, how long things waited and ran, who runs them. */
import { Anchor, Group, Stack, Table, Text } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import type { JobStats } from '#shared/contract/jobs'
import { toSpan } from './filter-words.ts'
import type { JobsSearch } from './jobs-search.ts'

const Throughput = lazy(() => import('./throughput.tsx').then(({ Throughput: drawn }) => ({ default: drawn })))

export function StatsStrip({ stats, onFilter }: { stats: JobStats | undefined; onFilter: (part: Partial<JobsSearch>) => void }) {
  const [asTable, setAsTable] = useState(false)
  if (!stats) return null
  const alive = stats.runners.filter((runner) => runner.alive)
  return (
    <Group px={20} pb="sm" align="flex-start" gap="xl" wrap="wrap">
      <Stack gap={4} w={360} maw="100%">
        <Group justify="space-between">
          <Text fw={600}>Last hour</Text>
          <Anchor component="button" type="button" size="xs" onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </Anchor>
        </Group>
        {asTable ? (
          <EndedTable stats={stats} />
        ) : (
          <Suspense fallback={null}>
            <Throughput stats={stats} />
          </Suspense>
        )}
      </Stack>
      <Latency stats={stats} />
      <Stack gap={4} flex={1} miw={280} maw={520}>
        <Text fw={600}>Failures that ended jobs</Text>
        {stats.failures.length === 0 ? <Text c="dimmed">None.</Text> : null}
        {stats.failures.slice(0, 3).map((group) => (
          <Anchor
            key={`${group.provider} ${group.kind} ${group.message}`}
            component="button"
            type="button"
            ta="left"
            lineClamp={2}
            size="sm"
            onClick={() => onFilter({ failure: group.kind, provider: group.provider ?? undefined, state: undefined })}
          >
            {group.count} × {group.message}
          </Anchor>
        ))}
        <Looked stats={stats} />
        <Text size="xs" c="dimmed">
          {alive.length === 0
            ? 'No runner is alive.'
            : `${alive.length === 1 ? 'One runner is' : `${alive.length} runners are`} alive: ${alive.map(({ host, pid }) => `${host} ${pid}`).join(', ')}.`}
        </Text>
      </Stack>
    </Group>
  )
}

/** Where more failed than were looked at, the counts are of the newest. */
function Looked({ stats: { failures, states } }: { stats: JobStats }) {
  const looked = failures.reduce((sum, { count }) => sum + count, 0)
  if (failures.length === 0 || (states.failed ?? 0) + (states.unknown ?? 0) <= looked) return null
  return (
    <Text size="xs" c="dimmed">
      Of the newest {looked.toLocaleString('en')}.
    </Text>
  )
}

function Latency({ stats }: { stats: JobStats }) {
  const rows = [
    ['Waited', stats.waitMs],
    ['Ran', stats.runMs],
  ] as const
  return (
    <Stack gap={4}>
      <Table w="auto" withRowBorders={false} verticalSpacing={2}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            {['p50', 'p95', 'p99'].map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name, values]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              {[values.p50, values.p95, values.p99].map((value, at) => (
                <Table.Td key={['p50', 'p95', 'p99'][at]} ta="right">
                  {toSpan(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        Oldest waiting: {toSpan(stats.oldestWaitingMs)}
      </Text>
    </Stack>
  )
}

function EndedTable({ stats }: { stats: JobStats }) {
  const sum = (name: 'succeeded' | 'failed' | 'retried' | 'unknown') =>
    stats.buckets.reduce((total, bucket) => total + bucket[name], 0)
  return (
    <Table withRowBorders={false} verticalSpacing={2}>
      <Table.Tbody>
        {(['succeeded', 'failed', 'retried', 'unknown'] as const).map((name) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={400}>
              {name}
            </Table.Th>
            <Table.Td ta="right">{sum(name)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
