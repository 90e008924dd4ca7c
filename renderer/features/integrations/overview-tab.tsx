/** What is known: a sentence, the proofs behind it, and what can be done now. */
import { Anchor, List, Stack, Table, Text } from '@mantine/core'
import type { Connection } from '#shared/contract/connections'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { connectionWords } from '../../ui/status.ts'
import { When } from '../../ui/when.tsx'
import type { TabProps } from './connection-drawer.tsx'
import { blastRadius } from './rows.ts'

/** Proofs shown; older ones are in the audit log. */
const proofsShown = 5

export function OverviewTab({ provider, connection }: TabProps) {
  const { state, account, lastOkAt, failure, endpoint, expiresAt } = connection
  const stops = blastRadius(connection)
  return (
    <Stack gap="md">
      <Text size="sm">
        {connectionWords[state].means}{' '}
        {lastOkAt ? (
          <>
            The last success was <When at={lastOkAt} />.
          </>
        ) : (
          'No call has succeeded yet.'
        )}{' '}
        {account ? `The account is ${account.name}${account.detail ? ` (${account.detail})` : ''}.` : null}{' '}
        {stops ? `In use by ${stops}.` : null}
      </Text>
      {expiresAt ? (
        <Text size="sm">
          The credential expires <When at={expiresAt} />.
        </Text>
      ) : null}
      {endpoint ? (
        <Text size="sm">
          Calls go to <code>{endpoint}</code> instead of {provider.name}’s own address.
        </Text>
      ) : null}
      {failure ? <FailurePanel failure={failure} /> : null}
      <Proofs connection={connection} />
      <Capabilities connection={connection} />
      <Text size="sm">
        {provider.summary}{' '}
        <Anchor href={provider.docs} target="_blank" rel="noreferrer">
          {provider.name} documentation
        </Anchor>
      </Text>
    </Stack>
  )
}

function Proofs({ connection }: { connection: Connection }) {
  const proofs = connection.proofs.slice(0, proofsShown)
  return (
    <section>
      <Text component="h3" fw={600} size="sm" m={0}>
        Last proofs
      </Text>
      {proofs.length === 0 ? (
        <Text size="sm" c="dimmed">
          No call has been made yet.
        </Text>
      ) : (
        <List size="sm" listStyleType="none">
          {proofs.map((proof) => (
            <List.Item key={`${proof.at}${proof.call}`}>
              <code>{proof.call}</code> {proof.ok ? 'succeeded' : 'failed'} <When at={proof.at} as="clock" />
              {proof.failure ? `: ${proof.failure.message}` : null}
            </List.Item>
          ))}
        </List>
      )}
    </section>
  )
}

function Capabilities({ connection }: { connection: Connection }) {
  if (connection.capabilities.length === 0) return null
  return (
    <section>
      <Text component="h3" fw={600} size="sm" m={0}>
        What it can do now
      </Text>
      <Table fz={12} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Action</Table.Th>
            <Table.Th>Now</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {connection.capabilities.map((capability) => (
            <Table.Tr key={capability.action}>
              <Table.Td>{capability.title}</Table.Td>
              <Table.Td>{nowWords(capability, connection)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

/** A refused credential stops everything, whatever was possible before. */
function nowWords({ available, why, fix }: Connection['capabilities'][number], { state, failure }: Connection): string {
  if (available && failure && state === 'needs_attention') return 'No: the connection needs attention first.'
  if (available) return 'Yes'
  return [`No: ${why ?? 'no reason was given'}.`, fix].filter(Boolean).join(' ')
}
