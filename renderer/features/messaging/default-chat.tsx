/** The chat where agents tell their operator; only chats of a service that receives can be it. */
import { Button, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Conversation } from '#shared/contract/messaging'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'

const stale = [api.messaging.conversations.key(), api.telegram.key()]

export function DefaultChat({ conversation }: { conversation: Conversation }) {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const save = useMutation(
    api.telegram.saveChat.mutationOptions({
      onSuccess: () => stale.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey })),
    }),
  )
  const receives = providers.data?.items.find(({ id }) => id === conversation.provider)?.receives
  if (!receives) return null
  if (conversation.isDefault) return <Text c="dimmed">Default chat: agents write here</Text>
  return (
    <Stack gap="xs">
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ chatId: conversation.externalId })}>
        Set as default chat
      </Button>
      {save.error ? <FailurePanel failure={failureOf(save.error)} live /> : null}
    </Stack>
  )
}
