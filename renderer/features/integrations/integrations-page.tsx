/** Every provider with the state of its connection, and the evidence for it. */
import { Button, Group, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useParams } from '@tanstack/react-router'
import { ConnectionState } from '#shared/connection'
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { connectionWords } from '../../ui/status.ts'
import { ConnectionDrawer } from './connection-drawer.tsx'
import { IntegrationTable } from './integration-table.tsx'
import type { IntegrationsSearch } from './integrations-search.ts'
import { countStates, toGroups } from './rows.ts'
import { TestAll } from './test-all.tsx'

const route = getRouteApi('/integrations')

export function IntegrationsPage() {
  const { text, status } = route.useSearch()
  const { provider: openId } = useParams({ strict: false })
  const navigate = route.useNavigate()
  const catalogue = useQuery(api.providers.list.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const items = connections.data?.items ?? []
  const open = (provider: string) => void navigate({ to: '/integrations/$provider', params: { provider }, search: (old) => old })
  const close = () => void navigate({ to: '/integrations', search: ({ tab: _, ...old }) => old })
  const narrow = (part: Partial<IntegrationsSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const opened = catalogue.data?.items.find(({ id }) => id === openId)

  return (
    <Page
      title="Integrations"
      lead="A service is connected when a real call succeeded; when that was, stands beside it."
      bleed
      actions={<TestAll connections={items} />}
      aside={opened ? <ConnectionDrawer key={opened.id} provider={opened} onClose={close} /> : null}
    >
      <Filters text={text} status={status} connections={items} onChange={narrow} />
      <QueryState query={connections} rows={8}>
        {() => (
          <QueryState query={catalogue} rows={8}>
            {(list) => (
              <Groups
                providers={list.items}
                connections={items}
                filter={{ text, status }}
                openId={openId}
                onOpen={open}
                onClear={() => narrow({ text: undefined, status: undefined })}
              />
            )}
          </QueryState>
        )}
      </QueryState>
    </Page>
  )
}

interface FiltersProps {
  text: string | undefined
  status: ConnectionState | undefined
  connections: readonly Connection[]
  onChange: (part: Partial<IntegrationsSearch>) => void
}

function Filters({ text, status, connections, onChange }: FiltersProps) {
  const counts = countStates(connections)
  const states = ConnectionState.options.map((value) => ({
    value,
    label: `${connectionWords[value].word} (${counts.get(value) ?? 0})`,
  }))
  return (
    <Group gap="xs" px={20} pb="sm">
      <TextInput
        data-filter
        w={260}
        aria-label="Search services and accounts"
        placeholder="Search services and accounts ( / )"
        value={text ?? ''}
        onChange={(event) => onChange({ text: event.currentTarget.value || undefined })}
      />
      <Select
        w={210}
        aria-label="Status"
        placeholder="Any status"
        clearable
        data={states}
        value={status ?? null}
        onChange={(next) => onChange({ status: ConnectionState.safeParse(next).data })}
      />
    </Group>
  )
}

interface GroupsProps {
  providers: readonly Provider[]
  connections: readonly Connection[]
  filter: Pick<IntegrationsSearch, 'text' | 'status'>
  openId: string | undefined
  onOpen: (provider: string) => void
  onClear: () => void
}

function Groups({ providers, connections, filter, openId, onOpen, onClear }: GroupsProps) {
  const groups = toGroups(providers, connections, filter)
  if (groups.length > 0) return <IntegrationTable groups={groups} openId={openId} onOpen={onOpen} />
  return (
    <EmptyState
      title="No service fits"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      }
    >
      Nothing in the catalogue has these words and this status.
    </EmptyState>
  )
}
