/** How each provider of models does: its connection, its circuit, what was observed, and what failed last. */
import { Anchor, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { AiHealth } from '#shared/contract/ai'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { toCount, toSpan } from '../../ui/relative.ts'
import type { StatusWord } from '../../ui/status.ts'
import { StatusChip, WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import classes from './ai.module.css'

const circuitWords: Readonly<Record<AiHealth['circuit']['state'], StatusWord>> = {
  closed: { word: 'Asked', shape: 'filled-circle', tone: 'ok', means: 'Calls go to it.' },
  open: {
    word: 'Left alone',
    shape: 'slash',
    tone: 'bad',
    means: 'It failed several times in a row and is not asked for a while.',
  },
  half_open: { word: 'On trial', shape: 'half-circle', tone: 'warn', means: 'It failed before; the next call tries it again.' },
}

export function ProvidersTab() {
  const health = useQuery(api.ai.health.queryOptions({ input: {} }))
  return (
    <QueryState query={health} rows={5}>
      {({ items }) => (
        <Stack gap="md">
          {items.every(({ state }) => state === 'not_connected') ? <NobodyConnected /> : null}
          <div className={classes.wide}>
            <Table verticalSpacing={6} miw={760}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Provider</Table.Th>
                  <Table.Th>Connection</Table.Th>
                  <Table.Th>Calls</Table.Th>
                  <Table.Th ta="right">First word p50 / p95</Table.Th>
                  <Table.Th ta="right">Whole p50 / p95</Table.Th>
                  <Table.Th ta="right">Failed, last day</Table.Th>
                  <Table.Th>Evidence</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((one) => (
                  <Row key={one.provider} health={one} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
          <Text size="xs" c="dimmed">
            Times are those of calls that succeeded in the last day; a dash means that none was observed.
          </Text>
        </Stack>
      )}
    </QueryState>
  )
}

function NobodyConnected() {
  return (
    <EmptyState title="No provider of models is connected" action={<Anchor href="#/integrations">Open Integrations</Anchor>}>
      Connect one with its API key, and questions go to it at once.
    </EmptyState>
  )
}

function Row({ health }: { health: AiHealth }) {
  const { provider, name, state, circuit, firstTokenMs, totalMs, calls, failed } = health
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <Anchor href={`#/integrations/${provider}`}>{name}</Anchor>
      </Table.Th>
      <Table.Td>
        <StatusChip status={state} />
      </Table.Td>
      <Table.Td>
        {state === 'not_connected' ? '—' : <WordChip word={circuitWords[circuit.state]} />}
        {circuit.until ? (
          <Text size="xs">
            until <When at={circuit.until} as="clock" />
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td ta="right">
        {toSpan(firstTokenMs.p50)} / {toSpan(firstTokenMs.p95)}
      </Table.Td>
      <Table.Td ta="right">
        {toSpan(totalMs.p50)} / {toSpan(totalMs.p95)}
      </Table.Td>
      <Table.Td ta="right">{calls === 0 ? '—' : `${toCount(failed)} of ${toCount(calls)}`}</Table.Td>
      <Table.Td>
        <Evidence health={health} />
      </Table.Td>
    </Table.Tr>
  )
}

function Evidence({ health: { lastOkAt, heldUntil, heldBecause, lastFailure } }: { health: AiHealth }) {
  return (
    <Stack gap={2}>
      <Text size="xs">
        {lastOkAt ? (
          <>
            A call succeeded <When at={lastOkAt} />
          </>
        ) : (
          'No call has succeeded yet'
        )}
      </Text>
      {heldUntil ? (
        <Text size="xs" c="var(--atlas-warn)">
          Held until <When at={heldUntil} as="clock" />
          {heldBecause ? `: ${heldBecause}` : null}
        </Text>
      ) : null}
      {lastFailure ? (
        <Text size="xs" c="dimmed" lineClamp={2} title={lastFailure.message}>
          Last failure <When at={lastFailure.at} />: {lastFailure.message}
        </Text>
      ) : null}
    </Stack>
  )
}
