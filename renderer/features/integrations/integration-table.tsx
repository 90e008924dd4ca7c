/** The rows of the catalogue, grouped by category: a few dozen, so a plain table. */
import { Table, Text, UnstyledButton } from '@mantine/core'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import classes from './integrations.module.css'
import { blastRadius, type IntegrationGroup, type IntegrationRow } from './rows.ts'

export interface IntegrationTableProps {
  groups: readonly IntegrationGroup[]
  openId: string | undefined
  onOpen: (provider: string) => void
}

const headings = ['Service', 'Account', 'Status', 'Last proof', 'Used by', 'Expires']
/** Beside an open inspector only these fit; it tells the others itself. */
const narrowHeadings = headings.slice(0, 3)

export function IntegrationTable({ groups, openId, onOpen }: IntegrationTableProps) {
  const narrow = openId !== undefined
  const shown = narrow ? narrowHeadings : headings
  return (
    <ScrollRegion className={classes.scroll} aria-label="Services">
      <Table stickyHeader verticalSpacing={4} horizontalSpacing={12} fz={12} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {shown.map((heading) => (
              <Table.Th key={heading}>{heading}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {groups.map((group) => (
          <Table.Tbody key={group.category}>
            <Table.Tr className={classes.group}>
              <Table.Th colSpan={shown.length} scope="rowgroup">
                {group.title}
              </Table.Th>
            </Table.Tr>
            {group.rows.map((row) => (
              <Row key={row.provider.id} row={row} narrow={narrow} open={row.provider.id === openId} onOpen={onOpen} />
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </ScrollRegion>
  )
}

interface RowProps {
  row: IntegrationRow
  narrow: boolean
  open: boolean
  onOpen: (provider: string) => void
}

function Row({ row, narrow, open, onOpen }: RowProps) {
  const { provider, connection } = row
  const show = () => onOpen(provider.id)
  return (
    <Table.Tr className={classes.row} data-open={open || undefined} onClick={show}>
      <Table.Td>
        <UnstyledButton fz={13} fw={600} onClick={show} aria-current={open || undefined}>
          {provider.name}
        </UnstyledButton>
      </Table.Td>
      <Table.Td>
        {connection?.account?.name ?? '—'}
        {connection?.account?.detail ? (
          <Text span c="dimmed" fz={12}>
            {' '}
            {connection.account.detail}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <StatusChip status={connection?.state ?? 'not_connected'} />
      </Table.Td>
      {narrow ? null : <Evidence connection={connection} />}
    </Table.Tr>
  )
}

function Evidence({ connection }: Pick<IntegrationRow, 'connection'>) {
  return (
    <>
      <Table.Td>{connection ? <LastProof connection={connection} /> : '—'}</Table.Td>
      <Table.Td>{connection ? blastRadius(connection) || '—' : '—'}</Table.Td>
      <Table.Td>{connection?.expiresAt ? <When at={connection.expiresAt} /> : '—'}</Table.Td>
    </>
  )
}

function LastProof({ connection }: { connection: NonNullable<IntegrationRow['connection']> }) {
  const [latest] = connection.proofs
  if (!latest) return '—'
  return (
    <>
      {latest.call} {latest.ok ? 'succeeded' : 'failed'} <When at={latest.at} as="clock" />
    </>
  )
}
