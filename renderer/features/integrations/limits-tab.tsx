/** Limits of one provider: what is allowed, what is left, and what is held until when. */
import { Anchor, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Provider } from '#shared/contract/providers'
import { api } from '../../query.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { toCount, toSpan } from '../../ui/relative.ts'
import { When } from '../../ui/when.tsx'

export function LimitsTab({ provider }: { provider: Provider }) {
  const limits = useQuery(api.limits.list.queryOptions({ input: { provider: provider.id } }))
  return (
    <Stack gap="sm">
      <QueryState query={limits} rows={4}>
        {({ items }) => (
          <Table fz={12} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Limit</Table.Th>
                <Table.Th ta="right">Allowed</Table.Th>
                <Table.Th ta="right">Left now</Table.Th>
                <Table.Th>Full again</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((limit) => (
                <Table.Tr key={limit.bucket}>
                  <Table.Td>
                    {limit.title}
                    {limit.heldUntil ? (
                      <Text size="xs" c="var(--atlas-warn)">
                        Held until <When at={limit.heldUntil} as="clock" />
                        {limit.heldBecause ? `: ${limit.heldBecause}` : null}
                      </Text>
                    ) : null}
                  </Table.Td>
                  <Table.Td ta="right">
                    {toCount(limit.count)} in {toSpan(limit.perMs)}
                  </Table.Td>
                  <Table.Td ta="right">{toCount(limit.headroom)}</Table.Td>
                  <Table.Td>
                    <When at={limit.resetsAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </QueryState>
      <Stated provider={provider} />
    </Stack>
  )
}

/** The limits as the manifest states them, with where they are documented. */
function Stated({ provider }: { provider: Provider }) {
  if (provider.limits.length === 0) return <Text size="sm">{provider.name} states no limits that are known.</Text>
  return (
    <section>
      <Text component="h3" fw={600} size="sm" m={0}>
        As documented
      </Text>
      {provider.limits.map((limit) => (
        <Text size="sm" key={limit.bucket}>
          {limit.title}: {toCount(limit.count)} in {toSpan(limit.perMs)}.{' '}
          <Anchor href={limit.source} target="_blank" rel="noreferrer" aria-label={`Source of ${limit.title}`}>
            Source
          </Anchor>
        </Text>
      ))}
    </section>
  )
}
