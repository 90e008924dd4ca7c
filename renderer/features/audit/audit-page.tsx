/** The audit log: everything that happened, verifiable and exportable. */
import { Button, Group } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { AuditEvent } from '#shared/contract/audit'
import { pageInput, paging } from '../../paging.ts'
import { api } from '../../query.ts'
import { client } from '../../rpc.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'
import type { AuditSearch } from './audit-search.ts'
import { EventDrawer } from './event-drawer.tsx'
import { ExportLinks } from './export-links.tsx'
import { Facets } from './facets.tsx'
import { toFilter } from './query-bar.ts'
import { QueryBar } from './query-bar-field.tsx'
import { VerifyButton } from './verify-button.tsx'

const route = getRouteApi('/audit')
const pageLength = 200

const columns: GridColumn<AuditEvent>[] = [
  { id: 'seq', header: '#', width: '80px', align: 'right', cell: (event) => event.seq },
  { id: 'at', header: 'Time', width: '150px', cell: (event) => <When at={event.at} /> },
  { id: 'actor', header: 'Actor', width: '150px', cell: (event) => `${event.actor.kind} ${event.actor.id}` },
  { id: 'action', header: 'Action', width: '190px', cell: (event) => event.action },
  { id: 'target', header: 'Object', width: 'minmax(160px, 2fr)', cell: (event) => `${event.target.kind} ${event.target.id}` },
  { id: 'outcome', header: 'Outcome', width: '90px', cell: (event) => event.outcome },
  { id: 'hash', header: 'Hash', width: '110px', cell: (event) => <code>{event.hash.slice(0, 10)}</code> },
]

export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<AuditSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const replace = (next: Partial<AuditSearch>) => void navigate({ search: next as AuditSearch, replace: true })
  const facets = useQuery(api.audit.facets.queryOptions({ input: {} }))
  const [opened, setOpened] = useState<AuditEvent>()
  const filter = toFilter(search)
  const filtered = Object.keys(filter).length > 0
  return (
    <Page
      title="Audit"
      lead="Append-only, chained and signed. Whoever has an export can verify it without us."
      bleed
      actions={
        <Group gap="xs">
          <VerifyButton last={facets.data?.lastVerification ?? null} />
          <ExportLinks filter={filter} />
        </Group>
      }
      aside={opened ? <EventDrawer key={opened.seq} event={opened} onClose={() => setOpened(undefined)} /> : null}
    >
      <QueryBar search={search} onSearch={replace} />
      <Facets facets={facets.data} onFilter={change} />
      {filtered ? (
        <FoundEvents filter={filter} openSeq={opened?.seq} onOpen={setOpened} onClear={() => replace({})} />
      ) : (
        <AllEvents total={facets.data?.total ?? 0} openSeq={opened?.seq} onOpen={setOpened} />
      )}
    </Page>
  )
}

interface ListProps {
  openSeq: number | undefined
  onOpen: (event: AuditEvent) => void
}

/** Unfiltered, by position: a million rows scroll like ten. */
function AllEvents({ total, openSeq, onOpen }: ListProps & { total: number }) {
  const source = useMemo(
    () => ({
      total,
      windowKey: ['audit', total],
      loadWindow: async (offset: number, limit: number) => (await client.audit.window({ offset, limit })).items,
    }),
    [total],
  )
  const empty = <EmptyState title="Nothing has happened yet">The first order or connection is the first event.</EmptyState>
  return (
    <DataGrid
      label="Audit events"
      columns={columns}
      source={source}
      rowId={(event) => String(event.seq)}
      rowHeight={28}
      openId={openSeq === undefined ? undefined : String(openSeq)}
      onOpen={onOpen}
      empty={empty}
    />
  )
}

function FoundEvents({ filter, openSeq, onOpen, onClear }: ListProps & { filter: object; onClear: () => void }) {
  const events = useInfiniteQuery(
    api.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: pageLength, ...pageInput(cursor) }),
      ...paging,
    }),
  )
  const onEnd = () => {
    if (events.hasNextPage && !events.isFetchingNextPage) void events.fetchNextPage()
  }
  const empty = (
    <EmptyState
      title="No event matches"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      }
    >
      Nothing in this tenant’s log fits every part of the filter.
    </EmptyState>
  )
  return (
    <QueryState query={events} rows={8}>
      {({ pages }: { pages: { items: AuditEvent[] }[] }) => (
        <DataGrid
          label="Audit events"
          columns={columns}
          source={{ items: pages.flatMap(({ items }) => items), onEnd }}
          rowId={(event) => String(event.seq)}
          rowHeight={28}
          openId={openSeq === undefined ? undefined : String(openSeq)}
          onOpen={onOpen}
          empty={empty}
        />
      )}
    </QueryState>
  )
}
