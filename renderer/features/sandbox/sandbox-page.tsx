/** The Demo tenant's sandbox: what arrived at the stand-ins, faults to switch on, and a pretended person to write. */
import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { SandboxItem } from '#shared/contract/system'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { Faults } from './faults.tsx'
import { Inbox } from './inbox.tsx'
import { ItemDrawer } from './item-drawer.tsx'
import type { SandboxSearch } from './sandbox-search.ts'
import { WriteForm } from './write-form.tsx'

const route = getRouteApi('/sandbox')
const tabs = [
  ['inbox', 'Inbox'],
  ['faults', 'Faults'],
  ['write', 'Write to the bot'],
] as const

export function SandboxPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<SandboxSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const inbox = useQuery(api.sandbox.inbox.queryOptions({ input: search.provider ? { provider: search.provider } : {} }))
  const tab = search.tab ?? 'inbox'
  const opened = inbox.data?.items.find(({ id }) => id === search.id)
  const pick = (value: string | null) => change({ tab: tabs.find(([name]) => name === value)?.[0], id: undefined })
  return (
    <Page
      title="Sandbox"
      lead="Every connection of this tenant points to a stand-in on this machine that speaks the provider’s real protocol."
      bleed
      aside={opened ? <ItemDrawer key={opened.id} item={opened} onClose={() => change({ id: undefined })} /> : null}
    >
      <Tabs value={tab} onChange={pick} px={20} pb="sm">
        <Tabs.List aria-label="Sandbox">
          {tabs.map(([name, title]) => (
            <Tabs.Tab key={name} value={name} aria-controls={undefined}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {tab === 'inbox' ? (
        <QueryState query={inbox} rows={6}>
          {({ items }: { items: SandboxItem[] }) => (
            <Inbox
              items={items}
              provider={search.provider}
              openId={search.id}
              onProvider={(provider) => change({ provider, id: undefined })}
              onOpen={(item) => change({ id: item.id })}
              empty={
                <EmptyState title="Nothing has arrived yet">
                  Send a message in Messaging, and read here what a provider would have received.
                </EmptyState>
              }
            />
          )}
        </QueryState>
      ) : null}
      {tab === 'faults' ? <Faults /> : null}
      {tab === 'write' ? <WriteForm /> : null}
    </Page>
  )
}
