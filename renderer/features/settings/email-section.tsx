/** In which order providers are tried for e-mail. Moved by buttons, so that no dragging is needed. */
import { ActionIcon, Group, List, Stack, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { moved } from '../../ui/moved.ts'
import { QueryState } from '../../ui/query-state.tsx'
import classes from './settings.module.css'
import { useTenantSettings } from './tenant-settings.ts'

export function EmailSection() {
  const { query, update } = useTenantSettings()
  const catalogue = useQuery(api.providers.list.queryOptions({ input: {} }))
  const nameOf = (id: string) => catalogue.data?.items.find((provider) => provider.id === id)?.name ?? id
  return (
    <Stack gap="md" className={classes.narrow}>
      <Text size="sm">
        An e-mail goes through the first of these that can send it. When it certainly was not sent, the next one is tried; when
        that is not certain, a person decides.
      </Text>
      <QueryState query={query}>
        {({ emailOrder }) => (
          <List type="ordered" size="sm" spacing={4}>
            {emailOrder.map((id, index) => (
              <List.Item key={id}>
                <Group gap={4}>
                  <Text size="sm" w={160}>
                    {nameOf(id)}
                  </Text>
                  <ActionIcon
                    aria-label={`Try ${nameOf(id)} earlier`}
                    disabled={index === 0 || update.isPending}
                    onClick={() => update.mutate({ emailOrder: moved(emailOrder, index, -1) })}
                  >
                    <IconArrowUp size={16} stroke={1.5} />
                  </ActionIcon>
                  <ActionIcon
                    aria-label={`Try ${nameOf(id)} later`}
                    disabled={index === emailOrder.length - 1 || update.isPending}
                    onClick={() => update.mutate({ emailOrder: moved(emailOrder, index, 1) })}
                  >
                    <IconArrowDown size={16} stroke={1.5} />
                  </ActionIcon>
                </Group>
              </List.Item>
            ))}
          </List>
        )}
      </QueryState>
      {update.error ? <FailurePanel failure={failureOf(update.error)} live /> : null}
    </Stack>
  )
}
