/** What keeps an agent in bounds: money, runs, quiet hours, models. */
import { NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type AiTask, aiTasks, type LatencyClass } from '#shared/ai/policy'
import { api } from '../../query.ts'
import type { FieldsProps } from './profile-fields.tsx'

const orNull = (value: number | string) => (typeof value === 'number' ? value : null)

export function LimitFields(props: FieldsProps) {
  return (
    <Stack gap="sm">
      <Amounts {...props} />
      <Quiet {...props} />
      <Care {...props} />
      <Models {...props} />
    </Stack>
  )
}

function Amounts({ agent, draft, onChange }: FieldsProps) {
  const now = { ...agent, ...draft }
  const budget = now.dailyBudgetMicroDollars
  return (
    <>
      <NumberInput
        label="Budget of a day, in dollars"
        description="Models and what its tools cost, together. Empty for none."
        min={0}
        decimalScale={6}
        value={budget === null ? '' : budget / 1_000_000}
        onChange={(value) =>
          onChange({ dailyBudgetMicroDollars: typeof value === 'number' ? Math.round(value * 1_000_000) : null })
        }
      />
      <NumberInput
        label="Runs a day"
        description="Empty for no limit."
        min={0}
        max={10_000}
        value={now.runsPerDay ?? ''}
        onChange={(value) => onChange({ runsPerDay: orNull(value) })}
      />
      <NumberInput
        label="Answers of a model in one run"
        min={1}
        max={100}
        value={now.mostSteps}
        onChange={(value) => typeof value === 'number' && onChange({ mostSteps: value })}
      />
    </>
  )
}

function Care({ agent, draft, onChange }: FieldsProps) {
  const now = { ...agent, ...draft }
  return (
    <>
      <TextInput
        label="Time zone"
        value={now.timeZone}
        onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
        maxLength={64}
      />
      <Switch
        label="Asks after it has read content from outside"
        description="Messages, pages and answers of services can carry orders of strangers. With this on, every tool with an effect asks once a run has read such content, even those it uses by itself."
        checked={now.askAfterOutside}
        onChange={(event) => onChange({ askAfterOutside: event.currentTarget.checked })}
      />
    </>
  )
}

function Models({ agent, draft, onChange }: FieldsProps) {
  const now = { ...agent, ...draft }
  const models = useQuery(api.ai.models.queryOptions({ input: {} }))
  return (
    <>
      <Select
        label="Kind of task"
        description="The router chooses models by it."
        allowDeselect={false}
        data={Object.entries(aiTasks).map(([value, label]) => ({ value, label }))}
        value={now.task}
        onChange={(task) => task && onChange({ task: task as AiTask })}
      />
      <Select
        label="How soon"
        allowDeselect={false}
        data={[
          { value: 'fast', label: 'Fast' },
          { value: 'normal', label: 'Normal' },
          { value: 'batch', label: 'Cheap' },
        ]}
        value={now.latency}
        onChange={(latency) => latency && onChange({ latency: latency as LatencyClass })}
      />
      <Select
        label="Only this model"
        description="Empty leaves it to the router, which can go on to another when one is down."
        clearable
        searchable
        data={(models.data?.items ?? []).map(({ ref }) => ref)}
        value={now.model}
        onChange={(model) => onChange({ model })}
      />
    </>
  )
}

function Quiet({ agent, draft, onChange }: FieldsProps) {
  const quiet = draft.quietHours === undefined ? agent.quietHours : draft.quietHours
  return (
    <Stack gap="xs">
      <Switch
        label="Quiet hours"
        description="What it does outside then goes out when they end."
        checked={quiet !== null}
        onChange={(event) => onChange({ quietHours: event.currentTarget.checked ? { from: '22:00', to: '07:00' } : null })}
      />
      {quiet ? (
        <>
          <TextInput
            type="time"
            label="From"
            w={140}
            value={quiet.from}
            onChange={(event) => onChange({ quietHours: { ...quiet, from: event.currentTarget.value } })}
          />
          <TextInput
            type="time"
            label="To"
            w={140}
            value={quiet.to}
            onChange={(event) => onChange({ quietHours: { ...quiet, to: event.currentTarget.value } })}
          />
        </>
      ) : null}
    </Stack>
  )
}
