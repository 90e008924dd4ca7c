/** What was said in one conversation, oldest on top, each outgoing message with how far it got. */
import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Conversation, Message } from '#shared/contract/messaging'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { ladderOf } from './ladder.ts'

export function Thread({ conversation }: { conversation: Conversation }) {
  const messages = useQuery(api.messaging.messages.queryOptions({ input: { id: conversation.id, limit: 100 } }))
  return (
    <Stack gap="md" maw={720}>
      <Group justify="space-between">
        <Text component="h2" fw={600} fz={16} m={0}>
          {conversation.title}
        </Text>
        <DefaultChat conversation={conversation} />
      </Group>
      <QueryState query={messages} rows={4}>
        {({ items }: { items: Message[] }) => items.toReversed().map((message) => <Said key={message.id} message={message} />)}
      </QueryState>
    </Stack>
  )
}

function Said({ message }: { message: Message }) {
  const { job } = message
  return (
    <Paper withBorder p="sm" radius="sm" ml={message.direction === 'out' ? 40 : 0} mr={message.direction === 'in' ? 40 : 0}>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {message.author}
        </Text>
        <Text size="xs" c="dimmed">
          <When at={message.at} />
        </Text>
      </Group>
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{message.text}</Text>
      {job ? (
        <Group gap="xs" mt={4}>
          <StatusChip status={job.state} />
          <Text size="xs">{ladderOf(job)}</Text>
          <Anchor size="xs" href={`#/jobs?id=${job.id}`}>
            {job.state === 'unknown' ? 'Look and decide' : 'Open the job'}
          </Anchor>
        </Group>
      ) : null}
    </Paper>
  )
}

/** The chat where agents tell their operator; only chats of a service that has one can be it. */
function DefaultChat({ conversation }: { conversation: Conversation }) {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const save = useMutation(
    api.telegram.saveChat.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries({ queryKey: api.messaging.conversations.key() }),
    }),
  )
  const receives = providers.data?.items.find(({ id }) => id === conversation.provider)?.receives
  if (!receives) return null
  if (conversation.isDefault)
    return (
      <Text size="sm" c="dimmed">
        Default chat
      </Text>
    )
  return (
    <>
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ chatId: conversation.externalId })}>
        Set as default chat
      </Button>
      {save.error ? <FailurePanel failure={failureOf(save.error)} live /> : null}
    </>
  )
}
