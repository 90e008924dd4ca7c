/** One event whole, with its place in the chain. */
import { Anchor, Code, Stack, Table, Text } from '@mantine/core'
import type { AuditEvent } from '#shared/contract/audit'
import { Drawer } from '../../ui/drawer.tsx'
import { Ident } from '../../ui/ident.tsx'
import { When } from '../../ui/when.tsx'

export function EventDrawer({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const facts: [string, React.ReactNode][] = [
    ['Number', event.seq],
    ['Time', <When key="at" at={event.at} />],
    ['Actor', `${event.actor.kind} ${event.actor.id}`],
    ['Object', <Ident key="target" value={event.target.id} length={30} />],
    ['Outcome', event.outcome],
    ['Hash', <Ident key="hash" value={event.hash} length={24} />],
    ['Follows', <Ident key="prev" value={event.prevHash} length={24} />],
  ]
  return (
    <Drawer title={event.action} onClose={onClose}>
      <Stack gap="md">
        <Table withRowBorders={false} verticalSpacing={2}>
          <Table.Tbody>
            {facts.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w={110} fw={400} c="dimmed">
                  {name}
                </Table.Th>
                <Table.Td>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text fw={600}>Detail</Text>
        <Code block>{JSON.stringify(event.detail, undefined, 2)}</Code>
        {event.target.kind === 'job' ? (
          <Anchor href={`#/jobs?id=${event.target.id}`} size="sm">
            Open the job
          </Anchor>
        ) : null}
      </Stack>
    </Drawer>
  )
}
