/** The composer: one form for every kind, drawn from the manifest; what was ordered stays in view with how far it got. */
import { Anchor, Button, Group, Select, Stack, Tabs, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Job, JobDetail } from '#shared/contract/jobs'
import { api } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { type FormValue, faultsByField, missingFields, toFields } from '../../ui/schema-fields.ts'
import { SchemaForm } from '../../ui/schema-form.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { type ComposeKind, composeKinds } from './kinds.ts'

export function Composer({ onSent }: { onSent: () => void }) {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const [chosen, setChosen] = useState<string>()
  const [sent, setSent] = useState<readonly Job[]>([])
  if (!providers.data || !connections.data) return null
  const kinds = composeKinds(providers.data.items, connections.data.items)
  const kind = kinds.find((one) => one.kind === chosen) ?? kinds.find(({ why }) => why === undefined) ?? kinds[0]
  if (!kind) return null
  return (
    <Stack gap="md" maw={640}>
      <Tabs value={kind.kind} onChange={(value) => setChosen(value ?? undefined)}>
        <Tabs.List aria-label="Kind of message">
          {kinds.map((one) => (
            <Tabs.Tab key={one.kind} value={one.kind} aria-controls={undefined}>
              {one.title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {kind.why ? (
        <Text size="sm">
          Cannot be sent now. {kind.why}. <Anchor href={`#/integrations/${kind.provider}`}>Open the connection</Anchor>
        </Text>
      ) : null}
      <KindForm
        key={kind.kind}
        kind={kind}
        onSent={(job) => {
          setSent((old) => [job, ...old].slice(0, 10))
          onSent()
        }}
      />
      {sent.map((job) => (
        <Sent key={job.id} id={job.id} />
      ))}
    </Stack>
  )
}

function KindForm({ kind, onSent }: { kind: ComposeKind; onSent: (job: Job) => void }) {
  const agents = useQuery(api.messaging.agents.queryOptions({ input: {} }))
  const [value, setValue] = useState<FormValue>({})
  const [agent, setAgent] = useState<string | null>(null)
  const [at, setAt] = useState('')
  // Made with the form: a double click, or a click after a lost answer, is the same job.
  const [key, setKey] = useState(() => crypto.randomUUID())
  const create = useMutation(api.jobs.create.mutationOptions())
  const missing = missingFields(kind.schema, value)
  const namesAgent = toFields(kind.schema).some((field) => field.kind === 'agent')
  const failure = create.error ? failureOf(create.error) : undefined
  const choices = (agents.data?.items ?? []).map(({ id, name, role }) => ({ value: id, label: `${name} · ${role}` }))

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault()
    const order = {
      kind: kind.kind as 'EMAIL_SEND',
      input: value as Record<string, never>,
      key,
      ...(agent ? { agent } : {}),
      ...(at ? { runAt: new Date(at).toISOString() } : {}),
    }
    const answer = await create.mutateAsync(order).catch(() => undefined)
    if (!answer) return
    setKey(crypto.randomUUID())
    setValue({})
    setAt('')
    onSent(answer.body)
  }

  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="sm">
        <SchemaForm
          schema={kind.schema}
          value={value}
          onChange={setValue}
          errors={faultsByField(failure?.fields, 'input')}
          agents={choices}
          onChoices={async (picker, context) =>
            (await client.connections.choices({ provider: kind.provider, picker, context })).items
          }
        />
        <Group grow align="flex-start">
          {namesAgent ? null : (
            <Select
              label="Agent"
              description="Whose message it is"
              placeholder="Operator"
              clearable
              searchable
              data={choices}
              value={agent}
              onChange={setAgent}
            />
          )}
          <TextInput
            type="datetime-local"
            label="Send at"
            description={`Now, unless a time is set (${Intl.DateTimeFormat().resolvedOptions().timeZone})`}
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
        </Group>
        {failure ? <FailurePanel failure={failure} live /> : null}
        <Group gap="xs">
          <Button type="submit" loading={create.isPending} disabled={missing.length > 0}>
            {at ? 'Schedule message' : 'Send message'}
          </Button>
          <Text size="xs" c="dimmed">
            {missing.length > 0 ? `Still needed: ${missing.join(', ')}` : ''}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

/** The ladder of what was just ordered, kept by news. */
function Sent({ id }: { id: string }) {
  const job = useQuery(api.jobs.get.queryOptions({ input: { id } }))
  return job.data ? <SentJob job={job.data} /> : null
}

function SentJob({ job }: { job: JobDetail }) {
  return (
    <Stack gap={4} role="status">
      <Group gap="xs">
        <StatusChip status={job.state} />
        <Text size="sm">{job.subject}</Text>
        <Anchor size="xs" href={`#/jobs?id=${job.id}`}>
          Open the job
        </Anchor>
      </Group>
      {job.failure && job.state !== 'succeeded' ? <FailurePanel failure={job.failure} /> : null}
    </Stack>
  )
}
