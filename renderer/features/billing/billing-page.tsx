/** Billing: plans, subscriptions, customers and invoices as they are now, and the events that tell of them. */
import { Anchor, Button, Group, Tabs } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { BillingOverview } from '#shared/contract/billing'
import { pageInput, paging } from '../../paging.ts'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { EventsBand, ModeBand } from './billing-bands.tsx'
import { CustomerList, EventList, InvoiceList, type ListProps, PlanList, SubscriptionList } from './billing-lists.tsx'
import { type BillingSearch, BillingTab } from './billing-search.ts'
import { CustomerDrawer, NewCustomerDrawer } from './customer-drawers.tsx'
import { NewPlanDrawer, PlanDrawer } from './plan-drawers.tsx'
import { SubscriptionDrawer } from './subscription-drawer.tsx'

const route = getRouteApi('/billing')
const titles: Readonly<Record<BillingTab, string>> = {
  plans: 'Plans',
  subscriptions: 'Subscriptions',
  customers: 'Customers',
  invoices: 'Invoices',
  events: 'Events',
}

type Change = (part: Partial<BillingSearch>) => void

export function BillingPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change: Change = (part) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const overview = useQuery(api.billing.overview.queryOptions({ input: {} }))
  const connected = overview.data !== undefined && overview.data.state !== 'not_connected'
  const tab = search.tab ?? 'plans'
  const close = () => change({ id: undefined })
  return (
    <Page
      title="Billing"
      lead="What customers buy and pay. Lists are asked live; what changes something is a job."
      bleed
      actions={connected ? <Actions tab={tab} change={change} /> : null}
      aside={connected && search.id ? <Inspector tab={tab} id={search.id} overview={overview.data} onClose={close} /> : null}
    >
      <QueryState query={overview} rows={6}>
        {(known: BillingOverview) =>
          known.state === 'not_connected' ? (
            <NotConnected overview={known} />
          ) : (
            <Connected overview={known} tab={tab} id={search.id} change={change} />
          )
        }
      </QueryState>
    </Page>
  )
}

function NotConnected({ overview }: { overview: BillingOverview }) {
  return (
    <EmptyState
      title={`${overview.name} is not connected`}
      action={<Anchor href={`#/integrations/${overview.provider}`}>Connect {overview.name}</Anchor>}
    >
      Customers are billed through it: plans, checkout pages, subscriptions and invoices. A test key moves no money.
    </EmptyState>
  )
}

function Actions({ tab, change }: { tab: BillingTab; change: Change }) {
  const check = useMutation(
    api.billing.checkEvents.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries({ queryKey: api.billing.key() }),
    }),
  )
  return (
    <Group gap="xs">
      <Button variant="default" loading={check.isPending} onClick={() => check.mutate({})}>
        Check for events
      </Button>
      {tab === 'customers' ? (
        <Button onClick={() => change({ id: 'new' })}>New customer</Button>
      ) : (
        <Button onClick={() => change({ tab: 'plans', id: 'new' })}>New plan</Button>
      )}
      {check.error ? <FailurePanel failure={failureOf(check.error)} live /> : null}
    </Group>
  )
}

interface ConnectedProps {
  overview: BillingOverview
  tab: BillingTab
  id: string | undefined
  change: Change
}

function Connected({ overview, tab, id, change }: ConnectedProps) {
  const pick = (value: string | null) => change({ tab: BillingTab.safeParse(value).data, id: undefined })
  return (
    <>
      <ModeBand overview={overview} />
      <Tabs value={tab} onChange={pick} px={20} pb="sm">
        <Tabs.List aria-label="Billing">
          {BillingTab.options.map((name) => (
            <Tabs.Tab key={name} value={name} aria-controls={undefined}>
              {titles[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {tab === 'events' ? <EventsBand events={overview.events} name={overview.name} /> : null}
      <TabList
        tab={tab}
        openId={id}
        onOpen={(opened) => change({ id: opened })}
        action={<Button onClick={() => change({ id: 'new' })}>{tab === 'customers' ? 'New customer' : 'New plan'}</Button>}
      />
    </>
  )
}

function TabList({ tab, ...list }: ListProps & { tab: BillingTab }) {
  if (tab === 'plans') return <PlanList {...list} />
  if (tab === 'subscriptions') return <SubscriptionList {...list} />
  if (tab === 'customers') return <CustomerList {...list} />
  return tab === 'invoices' ? <InvoiceList /> : <EventList />
}

interface InspectorProps {
  tab: BillingTab
  id: string
  overview: BillingOverview
  onClose: () => void
}

function Inspector({ tab, id, overview, onClose }: InspectorProps) {
  if (tab === 'plans' && id === 'new') return <NewPlanDrawer currency={overview.currency ?? 'USD'} onClose={onClose} />
  if (tab === 'customers' && id === 'new') return <NewCustomerDrawer onClose={onClose} />
  if (tab === 'plans') return <OpenPlan id={id} onClose={onClose} />
  if (tab === 'subscriptions') return <OpenSubscription id={id} onClose={onClose} />
  return tab === 'customers' ? <OpenCustomer id={id} onClose={onClose} /> : null
}

interface OpenProps {
  id: string
  onClose: () => void
}

function OpenPlan({ id, onClose }: OpenProps) {
  const plans = useQuery(api.billing.plans.queryOptions({ input: {} }))
  const plan = plans.data?.items.find((one) => one.id === id)
  return plan ? <PlanDrawer key={id} plan={plan} onClose={onClose} /> : null
}

function OpenSubscription({ id, onClose }: OpenProps) {
  const { data } = useInfiniteQuery(api.billing.subscriptions.infiniteOptions({ input: pageInput, ...paging }))
  const found = data?.pages.flatMap(({ items }) => items).find((one) => one.id === id)
  return found ? <SubscriptionDrawer key={id} subscription={found} onClose={onClose} /> : null
}

function OpenCustomer({ id, onClose }: OpenProps) {
  const { data } = useInfiniteQuery(api.billing.customers.infiniteOptions({ input: pageInput, ...paging }))
  const found = data?.pages.flatMap(({ items }) => items).find((one) => one.id === id)
  return found ? <CustomerDrawer key={id} customer={found} onClose={onClose} /> : null
}
