/** The form of one kind of message, drawn from the manifest, with whose it is, when it goes and how urgent it is. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { useNow } from '../../stores/clock.ts'
import { useSession } from '../../stores/session.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { type FormValue, faultsByField, missingFields, toFields } from '../../ui/schema-fields.ts'
import { SchemaForm } from '../../ui/schema-form.tsx'
import { useAgentChoices } from '../orders/agent-choices.ts'
import { type Draft, newDraft, useDrafts } from '../orders/drafts.ts'
import { OrderOptions } from '../orders/order-options.tsx'
import { readSendAt } from '../orders/send-at.ts'
import { askedProvider, type ComposeKind, canSend, waySentence } from './kinds.ts'

export interface KindFormProps {
  kind: ComposeKind
  /** Where the draft is kept; see drafts.ts. */
  place: string
  /** What a new draft begins with, for instance the address of a conversation. */
  start?: FormValue | undefined
}

export function KindForm({ kind, place, start }: KindFormProps) {
  const { draft, change, create, order } = useOrder(kind, place, start)
  const { fault } = readSendAt(draft.sendAt, useNow(10_000))
  const missing = missingFields(kind.schema, draft.value)
  const failure = create.error ? failureOf(create.error) : undefined
  const choices = useAgentChoices()
  const namesAgent = toFields(kind.schema).some((field) => field.kind === 'agent')
  const closed = !canSend(kind)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void order()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SchemaForm
          key={draft.key}
          schema={kind.schema}
          value={draft.value}
          onChange={(value) => change({ value })}
          errors={faultsByField(failure?.fields, 'input')}
          agents={choices}
          onChoices={async (picker, context) => {
            return (await client.connections.choices({ provider: askedProvider(kind), picker, context })).items
          }}
          disabled={closed || create.isPending}
        />
        <OrderOptions draft={draft} onChange={change} agents={namesAgent ? undefined : choices} fault={fault} disabled={closed} />
        {failure ? <FailurePanel failure={failure} live /> : null}
        <Group gap="xs">
          <Button type="submit" loading={create.isPending} disabled={closed || missing.length > 0 || fault !== undefined}>
            {draft.sendAt ? 'Schedule message' : 'Send message'}
          </Button>
          <Text size="xs" c="dimmed">
            {missing.length > 0 && !closed ? `Still needed: ${missing.join(', ')}.` : waySentence(kind)}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

function useOrder(kind: ComposeKind, place: string, start: FormValue | undefined) {
  const [first] = useState(() => newDraft(start))
  const draft = useDrafts((state) => state.drafts[place]) ?? first
  const tenantId = useSession((state) => state.tenantId) ?? ''
  const { change: keep, settle } = useDrafts.getState()
  const create = useMutation(api.jobs.create.mutationOptions())
  const change = (part: Partial<Draft>) => keep(place, { ...draft, ...part })

  async function order(): Promise<void> {
    const { runAt } = readSendAt(draft.sendAt, Date.now())
    try {
      const { body } = await create.mutateAsync({
        kind: kind.kind,
        input: draft.value as Record<string, never>,
        key: draft.key,
        priority: draft.priority,
        ...(draft.agent ? { agent: draft.agent } : {}),
        ...(runAt ? { runAt } : {}),
      })
      settle(place, newDraft(start), { tenantId, id: body.id })
    } catch (error) {
      // The panel tells it. A key that belongs to an earlier order would refuse this changed one for ever.
      if (failureOf(error).kind === 'conflict') change({ key: newDraft().key })
    }
  }
  return { draft, change, create, order }
}
