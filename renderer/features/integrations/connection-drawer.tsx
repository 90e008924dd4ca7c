/** The inspector of one provider: what is known of its connection, and everything that can be done with it. */
import { Button, Group, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { AccessTab } from './access-tab.tsx'
import { ActivityTab } from './activity-tab.tsx'
import { useConnectionActs } from './connection-acts.ts'
import { type DrawerTab, drawerTabs } from './integrations-search.ts'
import { LimitsTab } from './limits-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { ReviewTab } from './review-tab.tsx'
import { SetupTab } from './setup-tab.tsx'

const route = getRouteApi('/integrations')

const titles: Readonly<Record<DrawerTab, string>> = {
  overview: 'Overview',
  access: 'Access',
  review: 'Verification',
  activity: 'Activity',
  limits: 'Limits',
  setup: 'Setup',
}

export function ConnectionDrawer({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const connection = useQuery(api.connections.get.queryOptions({ input: { provider: provider.id } }))
  const chip = connection.data ? <StatusChip status={connection.data.state} /> : null
  return (
    <Drawer title={provider.name} actions={chip} onClose={onClose}>
      <QueryState query={connection} rows={6}>
        {(data) => <Inspector provider={provider} connection={data} />}
      </QueryState>
    </Drawer>
  )
}

export interface TabProps {
  provider: Provider
  connection: Connection
}

function Inspector({ provider, connection }: TabProps) {
  const navigate = route.useNavigate()
  const { tab } = route.useSearch()
  const shown = tab ?? (connection.credential.set ? 'overview' : 'setup')
  const show = (next: DrawerTab) =>
    void navigate({
      to: '/integrations/$provider',
      params: { provider: provider.id },
      search: (old) => ({ ...old, tab: next }),
      replace: true,
    })
  const pick = (value: string | null) => show(drawerTabs.find((one) => one === value) ?? 'overview')
  // Most providers review nothing; theirs is no case to look at.
  const tabs = drawerTabs.filter((one) => one !== 'review' || provider.verification.required)
  return (
    <>
      <Actions provider={provider} connection={connection} onSetUp={() => show('setup')} />
      <Tabs value={shown} onChange={pick} keepMounted={false} mt="sm">
        <Tabs.List aria-label={provider.name}>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {titles[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" pt="sm">
          <OverviewTab provider={provider} connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="access" pt="sm">
          <AccessTab provider={provider} connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="review" pt="sm">
          <ReviewTab provider={provider} />
        </Tabs.Panel>
        <Tabs.Panel value="activity" pt="sm">
          <ActivityTab provider={provider} />
        </Tabs.Panel>
        <Tabs.Panel value="limits" pt="sm">
          <LimitsTab provider={provider} />
        </Tabs.Panel>
        <Tabs.Panel value="setup" pt="sm">
          <SetupTab provider={provider} connection={connection} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Actions({ provider, connection, onSetUp }: TabProps & { onSetUp: () => void }) {
  const { check, remove, disconnect } = useConnectionActs(provider, connection)
  const error = check.error ?? remove.error
  if (!connection.credential.set) return null
  return (
    <>
      <Group gap="xs">
        <Button onClick={() => check.mutate({ provider: provider.id })} loading={check.isPending} disabled={remove.isPending}>
          Test now
        </Button>
        {connection.state === 'needs_attention' ? (
          <Button variant="default" onClick={onSetUp}>
            Reconnect
          </Button>
        ) : null}
        <Button variant="subtle" color="bad" onClick={() => void disconnect()} loading={remove.isPending}>
          Disconnect
        </Button>
      </Group>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </>
  )
}
