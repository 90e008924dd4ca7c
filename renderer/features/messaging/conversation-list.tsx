/** Conversations, the latest first, of all services or of one. */
import { Group, Select, Text } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import type { Conversation } from '#shared/contract/messaging'
import { useProviderName } from '../../names.ts'
import { When } from '../../ui/when.tsx'
import classes from './messaging.module.css'

export interface ConversationListProps {
  items: readonly Conversation[]
  provider: string | undefined
  openId: string | undefined
  onOpen: (id: string) => void
  onProvider: (provider: string | undefined) => void
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

/** Arrows and J/K go from one conversation to the next. */
function step(event: KeyboardEvent<HTMLElement>): void {
  const by = steps[event.key]
  if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + by]
  event.preventDefault()
  next?.focus()
}

export function ConversationList({ items, provider, openId, onOpen, onProvider }: ConversationListProps) {
  const nameOf = useProviderName()
  const providers = [...new Set(items.map((one) => one.provider))]
  const shown = items.filter((one) => provider === undefined || one.provider === provider)
  const options = providers.map((id) => ({
    value: id,
    label: `${nameOf(id)} (${items.filter((one) => one.provider === id).length})`,
  }))
  return (
    <>
      <Select
        data-filter
        className={classes.filter ?? ''}
        aria-label="Service"
        placeholder={`All services (${items.length})`}
        clearable
        data={options}
        value={provider ?? null}
        onChange={(next) => onProvider(next ?? undefined)}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only passes keys on to the buttons inside */}
      <div onKeyDown={step}>
        {shown.map((conversation) => (
          <Entry
            key={conversation.id}
            conversation={conversation}
            service={nameOf(conversation.provider)}
            open={conversation.id === openId}
            onOpen={onOpen}
          />
        ))}
        {shown.length === 0 ? (
          <Text p="sm" c="dimmed">
            No conversation of this service.
          </Text>
        ) : null}
      </div>
    </>
  )
}

interface EntryProps {
  conversation: Conversation
  service: string
  open: boolean
  onOpen: (id: string) => void
}

function Entry({ conversation, service, open, onOpen }: EntryProps) {
  const { id, title, lastAt, lastText, isDefault } = conversation
  return (
    <button type="button" className={classes.item} aria-current={open} onClick={() => onOpen(id)}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={600} truncate>
          {title}
        </Text>
        <Text size="xs" c="dimmed" flex="none">
          <When at={lastAt} />
        </Text>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {service}
        {isDefault ? ' · default chat' : ''}
        {lastText ? ` · ${lastText}` : ''}
      </Text>
    </button>
  )
}
