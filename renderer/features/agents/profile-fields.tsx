/** Who an agent is: its words, its place, its addresses. */
import { MultiSelect, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Agent } from '#shared/contract/agents'
import { platforms } from '#shared/social/platforms'
import { api } from '../../query.ts'
import type { ProfileDraft } from './agent-changes.ts'

export interface FieldsProps {
  agent: Agent
  draft: ProfileDraft
  onChange: (part: ProfileDraft) => void
}

/** Empty means that there is none. */
const orNull = (text: string) => (text.trim() === '' ? null : text)

export function ProfileFields(props: FieldsProps) {
  return (
    <Stack gap="sm">
      <Words {...props} />
      <Place {...props} />
      <Addresses {...props} />
    </Stack>
  )
}

/** What a model is told of it. */
function Words({ agent, draft, onChange }: FieldsProps) {
  const now = { ...agent, ...draft }
  return (
    <>
      <TextInput
        label="Name"
        value={now.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        maxLength={80}
      />
      <TextInput
        label="Role"
        value={now.role}
        onChange={(event) => onChange({ role: event.currentTarget.value })}
        maxLength={200}
      />
      <Textarea
        label="Persona"
        description="Who it is and how it speaks. A model reads it before every answer."
        value={now.persona}
        onChange={(event) => onChange({ persona: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={8_000}
      />
      <Textarea
        label="Instructions"
        description="What it always has to keep to. Limits are kept by the engine, whatever is written here."
        value={now.instructions}
        onChange={(event) => onChange({ instructions: event.currentTarget.value })}
        autosize
        minRows={3}
        maxRows={14}
        maxLength={16_000}
      />
    </>
  )
}

/** Where it publishes, and whom it works with. */
function Place({ agent, draft, onChange }: FieldsProps) {
  const now = { ...agent, ...draft }
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  const others = (agents.data?.items ?? [])
    .filter(({ id }) => id !== agent.id)
    .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <>
      <Select
        label="Publishes on"
        clearable
        data={Object.values(platforms).map(({ id, name }) => ({ value: id, label: name }))}
        value={now.platform}
        onChange={(platform) => onChange({ platform })}
      />
      <Select
        label="Reports to"
        clearable
        searchable
        data={others}
        value={now.reportsTo}
        onChange={(reportsTo) => onChange({ reportsTo })}
      />
      <MultiSelect
        label="Hands work to"
        description="Takes effect with the tool “delegate”."
        searchable
        data={others}
        value={now.delegatesTo}
        onChange={(delegatesTo) => onChange({ delegatesTo })}
      />
    </>
  )
}

/** How it is reached, and how it reaches others. */
function Addresses({ agent, draft, onChange }: FieldsProps) {
  const now = { ...agent, ...draft }
  const chats = useQuery(api.messaging.conversations.queryOptions({ input: { provider: 'telegram' } }))
  return (
    <>
      <TextInput
        label="E-mail address"
        description="Its mail goes out from here."
        value={now.email ?? ''}
        onChange={(event) => onChange({ email: orNull(event.currentTarget.value) })}
      />
      <Select
        label="Answers a Telegram chat"
        description="Each message there begins a run. Only what comes from the default chat counts as your own word."
        clearable
        data={(chats.data?.items ?? []).map(({ externalId, title }) => ({ value: externalId, label: title }))}
        value={now.telegramChat}
        onChange={(telegramChat) => onChange({ telegramChat })}
      />
      <TextInput
        label="Slack route"
        description="Its messages go this way, by the routes of the Slack connection, unless it names a channel."
        value={now.slackRoute ?? ''}
        onChange={(event) => onChange({ slackRoute: orNull(event.currentTarget.value) })}
        maxLength={64}
      />
    </>
  )
}
