/** Whose message it is, when it goes and how urgent it is: the part of an order that every kind has. */
import { Select, SimpleGrid, TextInput } from '@mantine/core'
import type { Choice } from '#shared/contract/connections'
import { priorities } from '#shared/job'
import type { Draft } from './drafts.ts'

export interface OrderOptionsProps {
  draft: Draft
  onChange: (part: Partial<Draft>) => void
  /** Undefined where the kind's own form names the agent. */
  agents: readonly Choice[] | undefined
  /** Why the chosen time cannot be taken. */
  fault: string | undefined
  disabled: boolean
}

const urgencies = [
  { value: String(priorities.high), label: 'High: before others' },
  { value: String(priorities.normal), label: 'Normal' },
  { value: String(priorities.low), label: 'Low: after others' },
]

export function OrderOptions({ draft, onChange, agents, fault, disabled }: OrderOptionsProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
      {agents ? (
        <Select
          label="Agent"
          description="Whose message it is"
          placeholder="You, the operator"
          clearable
          searchable
          disabled={disabled}
          data={agents.map(({ value, label }) => ({ value, label }))}
          value={draft.agent}
          onChange={(agent) => onChange({ agent })}
        />
      ) : null}
      <TextInput
        type="datetime-local"
        label="Send at"
        description={`Empty is now. Time zone: ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}
        disabled={disabled}
        value={draft.sendAt}
        error={fault}
        onChange={(event) => onChange({ sendAt: event.currentTarget.value })}
      />
      <Select
        label="Priority"
        description="Among jobs that are due"
        allowDeselect={false}
        disabled={disabled}
        data={urgencies}
        value={String(draft.priority)}
        onChange={(value) => onChange({ priority: Number(value) })}
      />
    </SimpleGrid>
  )
}
