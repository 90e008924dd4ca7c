/** What the audit log holds about one connection. */
import { Anchor, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Provider } from '#shared/contract/providers'
import { api } from '../../query.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'

/** Events shown; the audit screen has them all. */
const eventsShown = 50

export function ActivityTab({ provider }: { provider: Provider }) {
  const events = useQuery(api.audit.list.queryOptions({ input: { target: provider.id, limit: eventsShown } }))
  return (
    <Stack gap="sm">
      <QueryState query={events} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">Nothing has happened with this connection yet.</Text>
          ) : (
            <Table fz={12} verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Outcome</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((event) => (
                  <Table.Tr key={event.seq}>
                    <Table.Td>
                      <When at={event.at} />
                    </Table.Td>
                    <Table.Td>{event.actor.id}</Table.Td>
                    <Table.Td>{event.action}</Table.Td>
                    <Table.Td>{event.outcome}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </QueryState>
      <Anchor href={`#/audit?target=${encodeURIComponent(provider.id)}`} size="sm">
        Show all of it in the audit log
      </Anchor>
    </Stack>
  )
}
