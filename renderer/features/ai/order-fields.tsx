/** The fields that decide where a question goes. */
import { Group, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { aiTasks, type LatencyClass } from '#shared/ai/policy'
import { api } from '../../query.ts'

export interface OrderChoice {
  task: string
  latency: LatencyClass
  model: string | null
}

export const firstChoice: OrderChoice = { task: 'chat', latency: 'normal', model: null }

const tasks = Object.entries(aiTasks).map(([value, label]) => ({ value, label }))
const latencies: { value: LatencyClass; label: string }[] = [
  { value: 'fast', label: 'Fast' },
  { value: 'normal', label: 'Normal' },
  { value: 'batch', label: 'Cheap' },
]

export function OrderFields({ choice, onChange }: { choice: OrderChoice; onChange: (part: Partial<OrderChoice>) => void }) {
  const models = useQuery(api.ai.models.queryOptions({ input: {} }))
  return (
    <Group align="flex-end">
      <Select
        label="Task"
        w={200}
        allowDeselect={false}
        data={tasks}
        value={choice.task}
        onChange={(task) => onChange({ task: task ?? choice.task })}
      />
      <Stack gap={2}>
        <Text size="sm" fw={500} id="ai-latency">
          Haste
        </Text>
        <SegmentedControl
          aria-labelledby="ai-latency"
          data={latencies}
          value={choice.latency}
          onChange={(latency) => onChange({ latency: latency as LatencyClass })}
        />
      </Stack>
      <Select
        label="Model"
        w={300}
        maw="100%"
        searchable
        clearable
        placeholder="Chosen by the router"
        data={models.data?.items.map(({ ref }) => ref) ?? []}
        value={choice.model}
        onChange={(model) => onChange({ model })}
      />
    </Group>
  )
}
