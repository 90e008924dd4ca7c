/** Pauses and resumes the tenant's queue. */
import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api, queryClient } from '../../query.ts'

export function PauseButton() {
  const pauses = useQuery(api.jobs.pauses.queryOptions({ input: {} }))
  const pause = useMutation(
    api.jobs.pause.mutationOptions({
      onSuccess: (data) => queryClient.setQueryData(api.jobs.pauses.queryKey({ input: {} }), data),
    }),
  )
  const mine = pauses.data?.items.find(({ scope }) => scope === 'tenant')
  const paused = mine !== undefined
  return (
    <Group gap="xs">
      {mine ? <Text size="sm">Paused by {mine.by}; nothing new is sent.</Text> : null}
      <Button
        variant="default"
        disabled={!pauses.data}
        loading={pause.isPending}
        onClick={() => pause.mutate({ scope: 'tenant', paused: !paused })}
      >
        {paused ? 'Resume the queue' : 'Pause the queue'}
      </Button>
    </Group>
  )
}
