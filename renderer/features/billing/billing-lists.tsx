/** The lists of billing, asked live: plans, subscriptions, customers, invoices; and the events that were taken. */
import { Anchor, Group } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import type { Customer, Invoice, Plan, Subscription } from '#shared/billing'
import type { TakenEvent } from '#shared/contract/billing'
import { formatMoney } from '#shared/money'
import { pageInput, paging, sourceOf } from '../../paging.ts'
import { api } from '../../query.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { invoiceWord, subscriptionWord } from './billing-words.ts'
import { savingOf } from './plan-drawers.tsx'

export interface ListProps {
  openId: string | undefined
  onOpen: (id: string) => void
  /** The button that makes a first one. */
  action?: ReactNode
}

const planColumns: GridColumn<Plan>[] = [
  { id: 'name', header: 'Plan', width: 'minmax(140px, 2fr)', cell: ({ name }) => name },
  {
    id: 'monthly',
    header: 'A month',
    width: '110px',
    align: 'right',
    cell: ({ monthly }) => (monthly ? formatMoney(monthly.price) : '—'),
  },
  {
    id: 'annual',
    header: 'A year',
    width: '120px',
    align: 'right',
    cell: ({ annual }) => (annual ? formatMoney(annual.price) : '—'),
  },
  { id: 'saving', header: 'Saves', width: '80px', align: 'right', cell: ({ monthly, annual }) => savingOf(monthly, annual) },
]

export function PlanList({ openId, onOpen, action }: ListProps) {
  const plans = useQuery(api.billing.plans.queryOptions({ input: {} }))
  const empty = (
    <EmptyState title="There is no plan yet" action={action}>
      A plan is a product with a price by month and one by year, which is 20 % cheaper than twelve months.
    </EmptyState>
  )
  return (
    <QueryState query={plans} rows={4}>
      {({ items }) => (
        <DataGrid
          label="Plans"
          columns={planColumns}
          source={{ items }}
          rowId={({ id }) => id}
          openId={openId}
          onOpen={({ id }) => onOpen(id)}
          empty={empty}
        />
      )}
    </QueryState>
  )
}

/** Customers by what a person calls them, as far as the first page of them is known; else by id. */
function useCustomerNames(): (id: string | null) => string {
  const { data } = useInfiniteQuery(api.billing.customers.infiniteOptions({ input: pageInput, ...paging }))
  return useMemo(() => {
    const known = (data?.pages ?? []).flatMap(({ items }) => items)
    const names = new Map(known.map(({ id, name, email }) => [id, name ?? email ?? id]))
    return (id) => (id === null ? '—' : (names.get(id) ?? id))
  }, [data])
}

const toSubscriptionColumns = (nameOf: (id: string | null) => string): GridColumn<Subscription>[] => [
  {
    id: 'status',
    header: 'State',
    width: '130px',
    cell: ({ status, endsAtPeriodEnd }) => <WordChip word={subscriptionWord(status, endsAtPeriodEnd)} />,
  },
  { id: 'customer', header: 'Customer', width: 'minmax(120px, 1fr)', cell: ({ customer }) => nameOf(customer) },
  {
    id: 'price',
    header: 'Price',
    width: '150px',
    align: 'right',
    cell: ({ unit, interval }) => (unit ? `${formatMoney(unit)} a ${interval}` : '—'),
  },
  { id: 'quantity', header: 'Quantity', width: '80px', align: 'right', cell: ({ quantity }) => quantity },
  { id: 'ends', header: 'Period ends', width: '130px', cell: ({ periodEndsAt }) => <When at={periodEndsAt} /> },
]

export function SubscriptionList({ openId, onOpen }: ListProps) {
  const nameOf = useCustomerNames()
  const columns = useMemo(() => toSubscriptionColumns(nameOf), [nameOf])
  const found = useInfiniteQuery(api.billing.subscriptions.infiniteOptions({ input: pageInput, ...paging }))
  const empty = (
    <EmptyState title="Nobody has subscribed yet">Open a plan and make a checkout page on which somebody can.</EmptyState>
  )
  return (
    <QueryState query={found} rows={4}>
      {() => (
        <DataGrid
          label="Subscriptions"
          columns={columns}
          source={sourceOf<Subscription>(found)}
          rowId={({ id }) => id}
          openId={openId}
          onOpen={({ id }) => onOpen(id)}
          empty={empty}
        />
      )}
    </QueryState>
  )
}

const customerColumns: GridColumn<Customer>[] = [
  { id: 'name', header: 'Name', width: 'minmax(120px, 1fr)', cell: ({ name }) => name ?? '—' },
  { id: 'email', header: 'E-mail', width: 'minmax(160px, 2fr)', cell: ({ email }) => email ?? '—' },
  { id: 'since', header: 'Since', width: '130px', cell: ({ createdAt }) => <When at={createdAt} /> },
]

export function CustomerList({ openId, onOpen, action }: ListProps) {
  const found = useInfiniteQuery(api.billing.customers.infiniteOptions({ input: pageInput, ...paging }))
  const empty = (
    <EmptyState title="There is no customer yet" action={action}>
      Whoever pays on a checkout page becomes one by themselves.
    </EmptyState>
  )
  return (
    <QueryState query={found} rows={4}>
      {() => (
        <DataGrid
          label="Customers"
          columns={customerColumns}
          source={sourceOf<Customer>(found)}
          rowId={({ id }) => id}
          openId={openId}
          onOpen={({ id }) => onOpen(id)}
          empty={empty}
        />
      )}
    </QueryState>
  )
}

function InvoiceLinks({ invoice }: { invoice: Invoice }) {
  const name = invoice.number ?? invoice.id
  return (
    <Group gap="sm" wrap="nowrap">
      {invoice.page ? (
        <Anchor size="sm" href={invoice.page} target="_blank" rel="noreferrer" aria-label={`Page of invoice ${name}`}>
          Page
        </Anchor>
      ) : null}
      {invoice.pdf ? (
        <Anchor size="sm" href={invoice.pdf} target="_blank" rel="noreferrer" aria-label={`PDF of invoice ${name}`}>
          PDF
        </Anchor>
      ) : null}
    </Group>
  )
}

const toInvoiceColumns = (nameOf: (id: string | null) => string): GridColumn<Invoice>[] => [
  { id: 'status', header: 'State', width: '120px', cell: ({ status }) => <WordChip word={invoiceWord(status)} /> },
  { id: 'number', header: 'Number', width: 'minmax(110px, 1fr)', cell: ({ number }) => number ?? '—' },
  { id: 'customer', header: 'Customer', width: 'minmax(120px, 1fr)', cell: ({ customer }) => nameOf(customer) },
  { id: 'total', header: 'Total', width: '120px', align: 'right', cell: ({ total }) => formatMoney(total) },
  { id: 'at', header: 'Made', width: '120px', cell: ({ createdAt }) => <When at={createdAt} /> },
  { id: 'links', header: 'Open', width: '110px', cell: (invoice) => <InvoiceLinks invoice={invoice} /> },
]

export function InvoiceList() {
  const nameOf = useCustomerNames()
  const columns = useMemo(() => toInvoiceColumns(nameOf), [nameOf])
  const found = useInfiniteQuery(api.billing.invoices.infiniteOptions({ input: pageInput, ...paging }))
  const empty = <EmptyState title="There is no invoice yet">The first subscription brings the first one.</EmptyState>
  return (
    <QueryState query={found} rows={4}>
      {() => (
        <DataGrid label="Invoices" columns={columns} source={sourceOf<Invoice>(found)} rowId={({ id }) => id} empty={empty} />
      )}
    </QueryState>
  )
}

const eventColumns: GridColumn<TakenEvent>[] = [
  { id: 'at', header: 'Happened', width: '130px', cell: ({ at }) => <When at={at} /> },
  { id: 'type', header: 'Event', width: 'minmax(180px, 2fr)', cell: ({ type }) => type },
  { id: 'object', header: 'Object', width: 'minmax(140px, 1fr)', cell: ({ object }) => object.id ?? object.kind },
  { id: 'state', header: 'Stood at', width: '110px', cell: ({ state }) => state ?? '—' },
  { id: 'via', header: 'Came by', width: '90px', cell: ({ via }) => (via === 'poll' ? 'asking' : 'webhook') },
]

export function EventList() {
  const found = useInfiniteQuery(api.billing.events.infiniteOptions({ input: pageInput, ...paging }))
  const empty = <EmptyState title="No event has come yet">What happens at the service shows here soon after.</EmptyState>
  return (
    <QueryState query={found} rows={4}>
      {() => (
        <DataGrid
          label="Billing events"
          columns={eventColumns}
          source={sourceOf<TakenEvent>(found)}
          rowId={({ id }) => id}
          rowHeight={28}
          empty={empty}
        />
      )}
    </QueryState>
  )
}
