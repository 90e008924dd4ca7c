/** A new customer; and one customer with their ways to pay and the pages on which they see to things themselves. */
import { Button, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Customer } from '#shared/billing'
import { api } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Ident } from '../../ui/ident.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'
import { Ordered, PageLink } from './ordered.tsx'
import { useOrder } from './use-order.ts'

export function NewCustomerDrawer({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const order = useOrder(client.billing.createCustomer)
  return (
    <Drawer title="New customer" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          order.send({ email: email.trim(), ...(name.trim() ? { name: name.trim() } : {}) })
        }}
      >
        <Stack gap="sm">
          <TextInput
            type="email"
            label="E-mail"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <TextInput label="Name" maxLength={250} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Group gap="xs">
            <Button type="submit" loading={order.isPending} disabled={!email.trim()}>
              Create customer
            </Button>
          </Group>
          {order.error ? <FailurePanel failure={failureOf(order.error)} live /> : null}
          {order.job ? <Ordered id={order.job.id} /> : null}
        </Stack>
      </form>
    </Drawer>
  )
}

export function CustomerDrawer({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const methods = useQuery(api.billing.paymentMethods.queryOptions({ input: { customer: customer.id } }))
  const portal = useOrder(client.billing.createPortal)
  const setup = useOrder(client.billing.createSetup)
  const error = portal.error ?? setup.error
  return (
    <Drawer title={customer.name ?? customer.email ?? 'Customer'} onClose={onClose}>
      <Stack gap="md">
        <Stack gap={4}>
          {customer.email ? <Text size="sm">{customer.email}</Text> : null}
          <Text size="sm">
            Customer since <When at={customer.createdAt} />
          </Text>
          <Ident value={customer.id} length={28} />
        </Stack>
        <Stack gap={4} component="section" aria-label="Ways to pay">
          <Text fw={600} size="sm">
            Ways to pay
          </Text>
          <QueryState query={methods} rows={1}>
            {({ items }) =>
              items.length === 0 ? (
                <Text size="sm">None yet. Make a page on which they can leave one.</Text>
              ) : (
                <List size="sm">
                  {items.map((method) => (
                    <List.Item key={method.id}>
                      {method.label}
                      {method.expires ? `, until ${method.expires}` : ''}
                    </List.Item>
                  ))}
                </List>
              )
            }
          </QueryState>
        </Stack>
        <Group gap="xs">
          <Button loading={portal.isPending} onClick={() => portal.send({ customer: customer.id })}>
            Customer portal
          </Button>
          <Button variant="default" loading={setup.isPending} onClick={() => setup.send({ customer: customer.id })}>
            Page for a way to pay
          </Button>
        </Group>
        {error ? <FailurePanel failure={failureOf(error)} live /> : null}
        {portal.job ? (
          <Ordered id={portal.job.id}>{(result) => <PageLink result={result} label="Open the portal" />}</Ordered>
        ) : null}
        {setup.job ? <Ordered id={setup.job.id}>{(result) => <PageLink result={result} label="Open the page" />}</Ordered> : null}
      </Stack>
    </Drawer>
  )
}
