/** The composer: one form for every kind, drawn from the manifest; what was ordered stays in view with how far it got. */
import { Anchor, Group, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Conversation } from '#shared/contract/messaging'
import { api } from '../../query.ts'
import { useSession } from '../../stores/session.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { useDrafts } from '../orders/drafts.ts'
import { DeliveryTrail } from './delivery.tsx'
import { KindForm } from './kind-form.tsx'
import { type ComposeKind, canSend, composeKinds, isOpen } from './kinds.ts'
import { deliveryOf } from './ladder.ts'
import { replyTo } from './reply.ts'

const noOrders: readonly string[] = []

/** With a conversation it writes to that; without one, the kind is chosen first. */
export function Composer({ conversation }: { conversation?: Conversation | undefined }) {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const settings = useQuery(api.system.settings.queryOptions({ input: {} }))
  return (
    <QueryState query={providers} rows={5}>
      {({ items: catalogue }) => (
        <QueryState query={connections} rows={5}>
          {({ items }) => (
            <KindTabs kinds={composeKinds(catalogue, items, settings.data?.emailOrder ?? [])} conversation={conversation} />
          )}
        </QueryState>
      )}
    </QueryState>
  )
}

function KindTabs({ kinds, conversation }: { kinds: readonly ComposeKind[]; conversation: Conversation | undefined }) {
  const [chosen, setChosen] = useState<string>()
  const tenantId = useSession((state) => state.tenantId) ?? ''
  const reply = conversation ? replyTo(conversation, kinds) : undefined
  const first = reply?.kind ?? kinds.find(isOpen) ?? kinds.find(canSend) ?? kinds[0]
  const kind = kinds.find((one) => one.kind === chosen) ?? first
  if (!kind) return <Text>Nothing in this build sends messages.</Text>
  const answers = reply !== undefined && reply.kind.kind === kind.kind
  const place = `${tenantId}/${kind.kind}/${answers ? conversation?.id : 'new'}`
  return (
    <Stack gap="md" maw={640}>
      <Tabs value={kind.kind} onChange={(value) => setChosen(value ?? undefined)}>
        <Tabs.List aria-label="Kind of message">
          {kinds.map((one) => (
            <Tabs.Tab key={one.kind} value={one.kind} aria-controls={undefined} {...(canSend(one) ? {} : { c: 'dimmed' })}>
              {canSend(one) ? one.title : `${one.title} (not now)`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Closed kind={kind} />
      <KindForm key={place} kind={kind} place={place} start={answers ? reply.value : undefined} />
      <Orders tenantId={tenantId} />
    </Stack>
  )
}

/** Each way that is not open now, why, and what would open it. */
function Closed({ kind }: { kind: ComposeKind }) {
  const closed = kind.ways.filter(({ state }) => state !== 'open')
  if (closed.length === 0) return null
  return (
    <Stack gap={4} role="note">
      {isOpen(kind) ? null : <Text fw={600}>{headline(kind)}</Text>}
      {closed.map((way) => (
        <Text key={way.provider} size="sm">
          {way.why} {way.fix} <Anchor href={`#/integrations/${way.provider}`}>Open {way.name}</Anchor>
        </Text>
      ))}
    </Stack>
  )
}

function headline(kind: ComposeKind): string {
  if (!canSend(kind)) return `${kind.title} cannot be sent now.`
  return `${kind.title} failed when it was last tried. You can send anyway; the message tells what came of it.`
}

/** What was ordered from here; news keeps it fresh. */
function Orders({ tenantId }: { tenantId: string }) {
  const ids = useDrafts((state) => state.sent[tenantId]) ?? noOrders
  if (ids.length === 0) return null
  return (
    <Stack gap="sm" component="section" aria-label="Just ordered">
      {ids.map((id) => (
        <Ordered key={id} id={id} />
      ))}
    </Stack>
  )
}

function Ordered({ id }: { id: string }) {
  const job = useQuery(api.jobs.get.queryOptions({ input: { id } }))
  return (
    <QueryState query={job} rows={1}>
      {(detail) => (
        <Stack gap={4}>
          <Group gap="xs" role="status">
            <StatusChip status={detail.state} attempts={detail.attempts} />
            <Text size="sm">{detail.subject}</Text>
          </Group>
          <DeliveryTrail id={id} delivery={deliveryOf(detail)} />
          <Anchor size="xs" href={`#/jobs?id=${id}`}>
            Open the job
          </Anchor>
        </Stack>
      )}
    </QueryState>
  )
}
