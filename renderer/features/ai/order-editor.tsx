/** The models of one task in their order. Moved by buttons, so that no dragging is needed. */
import { ActionIcon, Group, List, Select, Stack, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type AiPolicy, type AiTask, aiTasks } from '#shared/ai/policy'
import { api } from '../../query.ts'
import { moved } from '../../ui/moved.ts'
import classes from './ai.module.css'
import type { PolicyUpdate } from './use-policy.ts'

export interface OrderEditorProps {
  policy: AiPolicy
  task: AiTask
  onTask: (task: AiTask) => void
  update: PolicyUpdate
}

const taskChoices = Object.entries(aiTasks).map(([value, label]) => ({ value, label }))

export function OrderEditor({ policy, task, onTask, update }: OrderEditorProps) {
  const models = useQuery(api.ai.models.queryOptions({ input: {} }))
  const order = policy.orders[task]
  const save = (next: string[]) => update.mutate({ orders: { [task]: next } })
  const others = models.data?.items.map(({ ref }) => ref).filter((ref) => !order.includes(ref)) ?? []
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        The first model that can take a question gets it. When it fails before a word was passed on, the next one is asked.
      </Text>
      <Select
        label="Task"
        w={260}
        allowDeselect={false}
        data={taskChoices}
        value={task}
        onChange={(value) => onTask((value ?? task) as AiTask)}
      />
      <List type="ordered" size="sm" spacing={4} listStyleType="decimal" aria-label={`Models for ${aiTasks[task]}`}>
        {order.map((ref, index) => (
          <List.Item key={ref} styles={{ itemWrapper: { display: 'block' }, itemLabel: { display: 'block' } }}>
            <Group gap={4} wrap="nowrap">
              <Text size="sm" className={classes.ref ?? ''}>
                {ref}
              </Text>
              <ActionIcon
                aria-label={`Ask ${ref} earlier`}
                disabled={index === 0 || update.isPending}
                onClick={() => save(moved(order, index, -1))}
              >
                <IconArrowUp size={16} stroke={1.5} />
              </ActionIcon>
              <ActionIcon
                aria-label={`Ask ${ref} later`}
                disabled={index === order.length - 1 || update.isPending}
                onClick={() => save(moved(order, index, 1))}
              >
                <IconArrowDown size={16} stroke={1.5} />
              </ActionIcon>
              <ActionIcon
                aria-label={`Take ${ref} out`}
                disabled={order.length === 1 || update.isPending}
                onClick={() => save(order.filter((one) => one !== ref))}
              >
                <IconX size={16} stroke={1.5} />
              </ActionIcon>
            </Group>
          </List.Item>
        ))}
      </List>
      <Select
        label="Add a model"
        w={320}
        maw="100%"
        searchable
        placeholder="Choose"
        data={others}
        value={null}
        disabled={update.isPending}
        onChange={(ref) => (ref ? save([...order, ref]) : undefined)}
      />
    </Stack>
  )
}
