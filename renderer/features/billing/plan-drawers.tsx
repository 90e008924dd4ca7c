/** A new plan, with what a year costs in plain sight; and one plan with its checkout page. */
import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Plan, PlanPrice } from '#shared/billing'
import { annualDiscountPercent, annualOf, Currency, formatMoney, type Money, parseMoney } from '#shared/money'
import { client, failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Ident } from '../../ui/ident.tsx'
import { Ordered, PageLink } from './ordered.tsx'
import { useOrder } from './use-order.ts'

export function NewPlanDrawer({ currency: usual, onClose }: { currency: string; onClose: () => void }) {
  const [name, setName] = useState('')
  const [amount, setAmount] = useState('')
  const [currency, setCurrency] = useState(usual)
  const order = useOrder(client.billing.createPlan)
  const monthly = parseMoney(amount, currency)
  const isPriced = monthly !== undefined && monthly.amount > 0
  return (
    <Drawer title="New plan" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isPriced) order.send({ name: name.trim(), monthly })
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Name"
            required
            maxLength={250}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group gap="xs" align="flex-start" grow>
            <TextInput
              label="Price a month"
              required
              inputMode="decimal"
              value={amount}
              error={amount !== '' && !isPriced ? `must be an amount of ${currency}` : undefined}
              onChange={(event) => setAmount(event.currentTarget.value)}
            />
            <TextInput
              label="Currency"
              required
              maxLength={3}
              value={currency}
              error={Currency.safeParse(currency).success ? undefined : 'must be three letters'}
              onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
            />
          </Group>
          {isPriced ? <Annual monthly={monthly} /> : null}
          <Group gap="xs">
            <Button type="submit" loading={order.isPending} disabled={!isPriced || !name.trim()}>
              Create plan
            </Button>
          </Group>
          {order.error ? <FailurePanel failure={failureOf(order.error)} live /> : null}
          {order.job ? <Ordered id={order.job.id} /> : null}
        </Stack>
      </form>
    </Drawer>
  )
}

/** How the price of a year comes about, to the cent. */
function Annual({ monthly }: { monthly: Money }) {
  const { annual, undiscounted, saved } = annualOf(monthly)
  return (
    <Table withRowBorders={false} verticalSpacing={2} aria-label="Price of a year">
      <Table.Tbody>
        <Line name={`12 × ${formatMoney(monthly)}`} value={formatMoney(undiscounted)} />
        <Line name={`Less ${annualDiscountPercent} %`} value={`−${formatMoney(saved)}`} />
        <Line name="Price a year" value={formatMoney(annual)} strong />
      </Table.Tbody>
    </Table>
  )
}

function Line({ name, value, strong = false }: { name: string; value: string; strong?: boolean }) {
  const weight = strong ? 600 : 400
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={weight}>
        {name}
      </Table.Th>
      <Table.Td ta="right" fw={weight} ff="monospace">
        {value}
      </Table.Td>
    </Table.Tr>
  )
}

export function PlanDrawer({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const archive = useOrder(client.billing.archivePlan)
  async function retire(): Promise<void> {
    const yes = await confirm({
      title: `Archive ${plan.name}?`,
      consequence: 'Nobody can subscribe to it any more. Subscriptions to it go on as they are.',
      action: 'Archive plan',
      danger: true,
    })
    if (yes) archive.send({ plan: plan.id })
  }
  return (
    <Drawer title={plan.name} onClose={onClose}>
      <Stack gap="md">
        <Ident value={plan.id} length={28} />
        {plan.description ? <Text size="sm">{plan.description}</Text> : null}
        {plan.monthly && plan.annual ? <Compared monthly={plan.monthly} annual={plan.annual} /> : null}
        {plan.active && (plan.monthly || plan.annual) ? <Checkout plan={plan} /> : null}
        {plan.active ? (
          <Group gap="xs">
            <Button variant="default" loading={archive.isPending} onClick={() => void retire()}>
              Archive plan
            </Button>
          </Group>
        ) : (
          <Text size="sm">It is archived: nobody can subscribe to it.</Text>
        )}
        {archive.error ? <FailurePanel failure={failureOf(archive.error)} live /> : null}
        {archive.job ? <Ordered id={archive.job.id} /> : null}
      </Stack>
    </Drawer>
  )
}

/** What a year saves, from the prices as they are, which somebody may have set elsewhere. */
export function savingOf(monthly: PlanPrice | null, annual: PlanPrice | null): string {
  if (!monthly || !annual || monthly.price.currency !== annual.price.currency) return '—'
  const year = monthly.price.amount * 12
  const saved = { amount: year - annual.price.amount, currency: annual.price.currency }
  if (year === 0 || saved.amount <= 0) return 'none'
  return `${Math.round((saved.amount * 1_000) / year) / 10} %`
}

function Compared({ monthly, annual }: { monthly: PlanPrice; annual: PlanPrice }) {
  const year = { amount: monthly.price.amount * 12, currency: monthly.price.currency }
  return (
    <Table withRowBorders={false} verticalSpacing={2} aria-label="Prices">
      <Table.Tbody>
        <Line name="A month" value={formatMoney(monthly.price)} />
        <Line name="Twelve months" value={formatMoney(year)} />
        <Line name="A year" value={formatMoney(annual.price)} strong />
        <Line name="A year saves" value={savingOf(monthly, annual)} />
      </Table.Tbody>
    </Table>
  )
}

function Checkout({ plan }: { plan: Plan }) {
  const [email, setEmail] = useState('')
  const order = useOrder(client.billing.createCheckout)
  const begin = (price: PlanPrice) => order.send({ price: price.id, ...(email.trim() ? { email: email.trim() } : {}) })
  return (
    <Stack gap="xs" component="section" aria-label="Checkout">
      <TextInput
        type="email"
        label="E-mail of the customer"
        description="Left empty, they enter it on the page"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Group gap="xs">
        {plan.monthly ? (
          <Button loading={order.isPending} onClick={() => plan.monthly && begin(plan.monthly)}>
            Checkout page, monthly
          </Button>
        ) : null}
        {plan.annual ? (
          <Button variant="default" loading={order.isPending} onClick={() => plan.annual && begin(plan.annual)}>
            Checkout page, annual
          </Button>
        ) : null}
      </Group>
      {order.error ? <FailurePanel failure={failureOf(order.error)} live /> : null}
      {order.job ? (
        <Ordered id={order.job.id}>{(result) => <PageLink result={result} label="Open the checkout page" />}</Ordered>
      ) : null}
    </Stack>
  )
}
