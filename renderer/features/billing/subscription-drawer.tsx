/** One subscription: what it is, another price with what that costs before it is confirmed, and its end, one click away. */
import { Button, Group, NumberInput, Select, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangePreview, Plan, Subscription } from '#shared/billing'
import { formatMoney } from '#shared/money'
import { api } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Ident } from '../../ui/ident.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { subscriptionWord } from './billing-words.ts'
import { Ordered } from './ordered.tsx'
import { useOrder } from './use-order.ts'

export interface SubscriptionDrawerProps {
  subscription: Subscription
  onClose: () => void
}

export function SubscriptionDrawer({ subscription, onClose }: SubscriptionDrawerProps) {
  const plans = useQuery(api.billing.plans.queryOptions({ input: {} }))
  const { id, customer, unit, interval, quantity, periodEndsAt } = subscription
  const isOver = subscription.status === 'canceled' || subscription.status === 'incomplete_expired'
  return (
    <Drawer
      title="Subscription"
      actions={<WordChip word={subscriptionWord(subscription.status, subscription.endsAtPeriodEnd)} />}
      onClose={onClose}
    >
      <Stack gap="md">
        <Stack gap={4}>
          <Text size="sm">
            {unit ? `${quantity} × ${formatMoney(unit)} a ${interval}` : 'Without a fixed price'} for <Ident value={customer} />
          </Text>
          <Text size="sm">
            {subscription.endsAtPeriodEnd ? 'Ends' : 'Paid period ends'} <When at={periodEndsAt} />
          </Text>
          <Ident value={id} length={28} />
        </Stack>
        {isOver ? (
          <Text size="sm">It is over. Whoever wants it again subscribes on a new checkout page.</Text>
        ) : (
          <>
            <QueryState query={plans} rows={2}>
              {({ items }) => <Change subscription={subscription} plans={items} />}
            </QueryState>
            <Cancel subscription={subscription} />
          </>
        )}
      </Stack>
    </Drawer>
  )
}

/** Prices that this subscription can be put on: of its own currency. */
function choicesOf(plans: readonly Plan[], { unit }: Subscription) {
  return plans.flatMap(({ name, monthly, annual }) =>
    [monthly, annual].flatMap((price) =>
      price && price.price.currency === unit?.currency
        ? [{ value: price.id, label: `${name}, ${formatMoney(price.price)} a ${price.interval}` }]
        : [],
    ),
  )
}

function Change({ subscription, plans }: { subscription: Subscription; plans: readonly Plan[] }) {
  const [price, setPrice] = useState(subscription.price)
  const [quantity, setQuantity] = useState(subscription.quantity)
  const preview = useMutation(api.billing.preview.mutationOptions())
  const order = useOrder(client.billing.changeSubscription)
  const wanted = { subscription: subscription.id, price: price ?? '', quantity }
  const isSame = price === subscription.price && quantity === subscription.quantity
  const stale = () => preview.reset()
  const confirmed = preview.data
  return (
    <Stack gap="xs" component="section" aria-label="Change">
      <Select
        label="Price"
        data={choicesOf(plans, subscription)}
        value={price}
        allowDeselect={false}
        onChange={(value) => {
          setPrice(value)
          stale()
        }}
      />
      <NumberInput
        label="Quantity"
        min={1}
        max={1_000_000}
        allowDecimal={false}
        value={quantity}
        onChange={(value) => {
          setQuantity(Number(value) || 1)
          stale()
        }}
      />
      <Group gap="xs">
        <Button variant="default" disabled={isSame || !price} loading={preview.isPending} onClick={() => preview.mutate(wanted)}>
          Preview change
        </Button>
        {confirmed ? (
          <Button loading={order.isPending} onClick={() => order.send({ ...wanted, prorationDate: confirmed.prorationDate })}>
            Confirm change
          </Button>
        ) : null}
      </Group>
      {confirmed ? <Preview preview={confirmed} /> : null}
      {preview.error ? <FailurePanel failure={failureOf(preview.error)} live /> : null}
      {order.error ? <FailurePanel failure={failureOf(order.error)} live /> : null}
      {order.job ? <Ordered id={order.job.id} /> : null}
    </Stack>
  )
}

function Preview({ preview }: { preview: ChangePreview }) {
  return (
    <Table withRowBorders={false} verticalSpacing={2} aria-label="Next invoice after the change">
      <Table.Tbody>
        {preview.lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no id, and the list is never reordered
          <Table.Tr key={at}>
            <Table.Td>{line.text}</Table.Td>
            <Table.Td ta="right" ff="monospace">
              {formatMoney(line.amount)}
            </Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Th scope="row">Next invoice</Table.Th>
          <Table.Td ta="right" ff="monospace" fw={600}>
            {formatMoney(preview.total)}
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  )
}

function Cancel({ subscription }: { subscription: Subscription }) {
  const order = useOrder(client.billing.cancelSubscription)
  const { id, endsAtPeriodEnd } = subscription
  async function end(when: 'period_end' | 'now'): Promise<void> {
    const now = when === 'now'
    const yes = await confirm({
      title: now ? 'Cancel this subscription now?' : 'Cancel this subscription at the end of the period?',
      consequence: now
        ? 'It ends at once. What was paid ahead is not paid back by itself.'
        : 'It goes on until the paid period is over and is not renewed.',
      action: now ? 'Cancel now' : 'Cancel at period end',
      danger: true,
    })
    if (yes) order.send({ subscription: id, when })
  }
  return (
    <Stack gap="xs" component="section" aria-label="Cancel">
      <Group gap="xs">
        {endsAtPeriodEnd ? null : (
          <Button variant="default" loading={order.isPending} onClick={() => void end('period_end')}>
            Cancel at period end
          </Button>
        )}
        <Button variant="default" loading={order.isPending} onClick={() => void end('now')}>
          Cancel now
        </Button>
      </Group>
      {order.error ? <FailurePanel failure={failureOf(order.error)} live /> : null}
      {order.job ? <Ordered id={order.job.id} /> : null}
    </Stack>
  )
}
