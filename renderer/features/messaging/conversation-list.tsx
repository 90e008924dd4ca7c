/** Conversations, the latest first. */
import { Group, Text } from '@mantine/core'
import type { Conversation } from '#shared/contract/messaging'
import { When } from '../../ui/when.tsx'
import classes from './messaging.module.css'

export interface ConversationListProps {
  items: readonly Conversation[]
  openId: string | undefined
  onOpen: (conversation: Conversation) => void
}

export function ConversationList({ items, openId, onOpen }: ConversationListProps) {
  return items.map((conversation) => (
    <button
      key={conversation.id}
      type="button"
      className={classes.item}
      aria-current={conversation.id === openId}
      onClick={() => onOpen(conversation)}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={600} className={classes.preview}>
          {conversation.title}
        </Text>
        {conversation.lastAt ? (
          <Text size="xs" c="dimmed">
            <When at={conversation.lastAt} />
          </Text>
        ) : null}
      </Group>
      <Text size="xs" c="dimmed" className={classes.preview}>
        {conversation.provider}
        {conversation.isDefault ? ' · default chat' : ''} · {conversation.lastText ?? ''}
      </Text>
    </button>
  ))
}
