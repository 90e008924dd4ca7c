/** The form of one platform's post, drawn from the manifest, with its counters, its price and what would be refused. */
import { Button, Group, List, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { useNow } from '../../stores/clock.ts'
import { useSession } from '../../stores/session.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { faultsByField, missingFields } from '../../ui/schema-fields.ts'
import { SchemaForm } from '../../ui/schema-form.tsx'
import { useAgentChoices } from '../orders/agent-choices.ts'
import { type Draft, newDraft, useDrafts } from '../orders/drafts.ts'
import { OrderOptions } from '../orders/order-options.tsx'
import { readSendAt } from '../orders/send-at.ts'
import { MediaField } from './media-field.tsx'
import { isUnbegun, judgePost, type PostCheck, toDollars } from './post-check.ts'
import { PostPreview } from './post-preview.tsx'
import { orderWords, type PlatformWay, withoutPlatform } from './ways.ts'

const overrides = { media: MediaField }

export interface PostFormProps {
  way: PlatformWay
  /** Where the draft is kept; see orders/drafts.ts. */
  place: string
}

export function PostForm({ way, place }: PostFormProps) {
  const { draft, change, create, order } = usePostOrder(way, place)
  const { fault } = readSendAt(draft.sendAt, useNow(10_000))
  const schema = withoutPlatform(way.schema)
  const missing = missingFields(schema, draft.value)
  const failure = create.error ? failureOf(create.error) : undefined
  const tray = useQuery(api.media.list.queryOptions({ input: { limit: 200 } }))
  const check = judgePost(way.platform, draft.value, tray.data?.items)
  const choices = useAgentChoices()
  const blocked = missing.length > 0 || check.faults.length > 0 || fault !== undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!blocked) void order()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SchemaForm
          key={draft.key}
          schema={schema}
          value={draft.value}
          onChange={(value) => change({ value })}
          errors={{ ...faultsByField(failure?.fields, 'input'), ...(isUnbegun(draft.value) ? {} : faultsByField(check.faults)) }}
          onChoices={async (picker, context) =>
            (await client.connections.choices({ provider: way.provider.id, picker, context })).items
          }
          overrides={overrides}
          disabled={create.isPending}
        />
        <Measures check={check} name={way.name} />
        <PostPreview way={way} value={draft.value} tray={tray.data?.items ?? []} />
        <OrderOptions draft={draft} onChange={change} agents={choices} fault={fault} disabled={false} />
        {failure ? <FailurePanel failure={failure} live /> : null}
        <Group gap="xs">
          <Button type="submit" loading={create.isPending} disabled={blocked}>
            {orderWords(way.standing, draft.sendAt !== '')}
          </Button>
          <Text size="xs" c="dimmed" role="status">
            {whyBlocked(missing, check)}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

function whyBlocked(missing: readonly string[], { faults }: PostCheck): string {
  if (missing.length > 0) return `Still needed: ${missing.join(', ')}.`
  const [first] = faults
  return first ? `Not yet: ${first.path} ${first.message}.` : ''
}

/** What the platform counts and charges, as it is written. */
function Measures({ check, name }: { check: PostCheck; name: string }) {
  const { counters, cost } = check
  return (
    <List size="xs" listStyleType="none" aria-label={`What ${name} counts`}>
      {counters.map(({ field, length, max }) => (
        <List.Item key={field}>
          <Text span size="xs" c={length > max ? 'bad' : 'dimmed'} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {field}: {length.toLocaleString('en')} of {max.toLocaleString('en')}
          </Text>
        </List.Item>
      ))}
      {cost ? (
        <List.Item>
          <Text span size="xs" c="dimmed">
            {name} charges {toDollars(cost.microDollars)} for it, as of {cost.asOf}.
          </Text>
        </List.Item>
      ) : null}
    </List>
  )
}

function usePostOrder(way: PlatformWay, place: string) {
  const fresh = (): Draft => ({ ...newDraft(), agent: way.agent })
  const [first] = useState(fresh)
  const draft = useDrafts((state) => state.drafts[place]) ?? first
  const tenantId = useSession((state) => state.tenantId) ?? ''
  const { change: keep, settle } = useDrafts.getState()
  const create = useMutation(api.jobs.create.mutationOptions())
  const change = (part: Partial<Draft>) => keep(place, { ...draft, ...part })

  async function order(): Promise<void> {
    const { runAt } = readSendAt(draft.sendAt, Date.now())
    const input = { ...(draft.value as Record<string, never>), platform: way.platform }
    try {
      const { body } = await create.mutateAsync({
        kind: 'SOCIAL_POST',
        input,
        key: draft.key,
        priority: draft.priority,
        ...(draft.agent ? { agent: draft.agent } : {}),
        ...(runAt ? { runAt } : {}),
      })
      settle(place, fresh(), { tenantId, id: body.id })
    } catch (error) {
      // The panel tells it. A key that belongs to an earlier order would refuse this changed one for ever.
      if (failureOf(error).kind === 'conflict') change({ key: newDraft().key })
    }
  }
  return { draft, change, create, order }
}
