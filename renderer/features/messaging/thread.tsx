/** What was said in one conversation, newest at the bottom, each outgoing message with how far it got. */
import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Conversation, Message } from '#shared/contract/messaging'
import { type NameOf, useAgentName } from '../../names.ts'
import { pageInput, paging } from '../../paging.ts'
import { api } from '../../query.ts'
import { Ident } from '../../ui/ident.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { DefaultChat } from './default-chat.tsx'
import { DeliveryTrail } from './delivery.tsx'
import classes from './messaging.module.css'

const pageLength = 50

export interface ThreadProps {
  conversation: Conversation
  /** Undefined while it is being answered already. */
  onReply: (() => void) | undefined
}

export function Thread({ conversation, onReply }: ThreadProps) {
  return (
    <>
      <header className={classes.threadHead}>
        <Text component="h2" fw={600} fz={16} m={0} truncate>
          {conversation.title}
        </Text>
        <Group gap="xs">
          <DefaultChat conversation={conversation} />
          {onReply ? <Button onClick={onReply}>Reply</Button> : null}
        </Group>
      </header>
      <Messages conversation={conversation} />
    </>
  )
}

function Messages({ conversation }: { conversation: Conversation }) {
  const agentName = useAgentName()
  const messages = useInfiniteQuery(
    api.messaging.messages.infiniteOptions({
      input: (cursor: string | undefined) => ({ id: conversation.id, limit: pageLength, ...pageInput(cursor) }),
      ...paging,
    }),
  )
  return (
    <ScrollRegion className={classes.said} aria-label={`Messages of ${conversation.title}`}>
      {/* The region is laid out from its end, so it stays at the newest message and does not jump when older ones come. */}
      <Stack gap="sm" className={classes.saidInner}>
        {messages.hasNextPage ? (
          <Button variant="default" loading={messages.isFetchingNextPage} onClick={() => void messages.fetchNextPage()}>
            Show earlier messages
          </Button>
        ) : null}
        <QueryState query={messages} rows={4}>
          {({ pages }) => {
            const said = pages.flatMap(({ items }) => items).toReversed()
            if (said.length === 0) return <Text c="dimmed">Nothing was said here yet.</Text>
            return said.map((message) => <Said key={message.id} message={message} author={authorOf(message, agentName)} />)
          }}
        </QueryState>
      </Stack>
    </ScrollRegion>
  )
}

/** What goes out was written by an agent of the roster or by the operator; what comes in by whoever the service names. */
function authorOf({ direction, author }: Message, agentName: NameOf): string {
  return direction === 'out' ? agentName(author) : author
}

function Said({ message, author }: { message: Message; author: string }) {
  const { job, providerMessageId } = message
  return (
    <Paper component="article" withBorder p="sm" radius="sm" className={classes.message} data-direction={message.direction}>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {author}
        </Text>
        <Text size="xs" c="dimmed">
          <When at={message.at} />
        </Text>
      </Group>
      <Text className={classes.text}>{message.text}</Text>
      {job ? (
        <Stack gap={4} mt={6}>
          <Group gap="xs">
            <StatusChip status={job.state} attempts={job.attempts} />
            {providerMessageId ? <Ident value={providerMessageId} /> : null}
            <Anchor size="xs" href={`#/jobs?id=${job.id}`}>
              Open the job
            </Anchor>
          </Group>
          <DeliveryTrail id={job.id} delivery={job} />
        </Stack>
      ) : null}
    </Paper>
  )
}
