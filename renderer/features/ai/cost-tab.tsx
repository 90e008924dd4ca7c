/** What models cost this month, by whom and for what; unknown costs are counted apart and never as nought. */
import { Progress, SegmentedControl, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { AiBudget, AiUsageBy, AiUsageRow } from '#shared/contract/ai'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { toCount } from '../../ui/relative.ts'
import classes from './ai.module.css'
import { toMoney } from './money.ts'

const groupings: { value: AiUsageBy; label: string }[] = [
  { value: 'provider', label: 'Provider' },
  { value: 'model', label: 'Model' },
  { value: 'day', label: 'Day' },
  { value: 'task', label: 'Task' },
  { value: 'agent', label: 'Agent' },
]

export interface CostTabProps {
  by: AiUsageBy
  onBy: (by: AiUsageBy) => void
  /** What is offered to sum up by; everything unless said otherwise. */
  among?: readonly AiUsageBy[]
}

export function CostTab({ by, onBy, among }: CostTabProps) {
  const usage = useQuery(api.ai.usage.queryOptions({ input: { by } }))
  return (
    <Stack gap="md">
      <QueryState query={usage} rows={6}>
        {({ items, total, budget }) => (
          <>
            <Budget budget={budget} />
            <SegmentedControl
              aria-label="Sum up by"
              w="fit-content"
              maw="100%"
              data={groupings.filter(({ value }) => among?.includes(value) ?? true)}
              value={by}
              onChange={(value) => onBy(value as AiUsageBy)}
            />
            {items.length === 0 ? (
              <EmptyState title="Nothing was asked this month">
                Ask a model in the Playground, and read here what it cost.
              </EmptyState>
            ) : (
              <UsageTable items={items} total={total} title={groupings.find(({ value }) => value === by)?.label ?? ''} />
            )}
          </>
        )}
      </QueryState>
    </Stack>
  )
}

function toneOf(share: number): string {
  if (share >= 90) return 'bad'
  return share >= 75 ? 'warn' : 'ok'
}

function Budget({ budget: { month, limitUsd, spentUsd, reservedUsd } }: { budget: AiBudget }) {
  const share = limitUsd ? Math.min((spentUsd / limitUsd) * 100, 100) : 100
  const rest = reservedUsd > 0 ? ` ${toMoney(reservedUsd)} more are held for calls that run or whose cost is not known.` : ''
  return (
    <Stack gap={4} maw={520}>
      <Text fw={600}>
        {toMoney(spentUsd)} in {month}
        {limitUsd === null ? ', no budget set' : ` of ${toMoney(limitUsd)}`}
      </Text>
      {limitUsd === null ? null : (
        <Progress value={share} color={toneOf(share)} aria-label={`${Math.round(share)} % of the budget is used`} />
      )}
      {rest ? (
        <Text size="xs" c="dimmed">
          {rest.trim()}
        </Text>
      ) : null}
    </Stack>
  )
}

function UsageTable({ items, total, title }: { items: readonly AiUsageRow[]; total: AiUsageRow; title: string }) {
  return (
    <div className={classes.wide}>
      <Table verticalSpacing={4} miw={680}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{title}</Table.Th>
            {['Calls', 'Failed', 'Tokens in', 'of them cached', 'Tokens out', 'Cost', 'Cost unknown'].map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((row) => (
            <UsageLine key={row.key} row={row} name={row.key} />
          ))}
          <UsageLine row={total} name="All" bold />
        </Table.Tbody>
      </Table>
    </div>
  )
}

function UsageLine({ row, name, bold = false }: { row: AiUsageRow; name: string; bold?: boolean }) {
  const cells = [
    toCount(row.calls),
    toCount(row.failed),
    toCount(row.inputTokens),
    toCount(row.cachedTokens),
    toCount(row.outputTokens),
    toMoney(row.costUsd),
    row.unknownCost === 0 ? 'none' : `${toCount(row.unknownCost)} of ${toCount(row.calls)}`,
  ]
  return (
    <Table.Tr fw={bold ? 600 : 400}>
      <Table.Th scope="row" fw={bold ? 600 : 400}>
        {name}
      </Table.Th>
      {cells.map((cell, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
        <Table.Td key={at} ta="right">
          {cell}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}
