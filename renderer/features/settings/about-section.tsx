/** Versions and places. */
import { Stack, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { Ident } from '../../ui/ident.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'
import classes from './settings.module.css'

export function AboutSection() {
  const about = useQuery(api.system.about.queryOptions({ input: {} }))
  const health = useQuery(api.system.health.queryOptions({ input: {} }))
  return (
    <Stack gap="md" className={classes.narrow}>
      <QueryState query={about}>
        {(facts) => (
          <Table fz={13} verticalSpacing={6} variant="vertical">
            <Table.Tbody>
              <Fact name="Version">{facts.version}</Fact>
              <Fact name="Runs as">{facts.host}</Fact>
              <Fact name="Running since">
                <When at={facts.startedAt} />
              </Fact>
              <Fact name="Platform">{facts.platform}</Fact>
              <Fact name="Node">{facts.node}</Fact>
              <Fact name="SQLite">{facts.sqlite}</Fact>
              <Fact name="Database">
                {health.data
                  ? `${health.data.database.ok ? 'sound' : 'cannot be used'}, ${toMegabytes(health.data.database.sizeBytes)}`
                  : '—'}
              </Fact>
              <Fact name="Data folder">
                <Ident value={facts.dataDir} length={80} />
              </Fact>
              <Fact name="REST address">
                {facts.restUrl ? <Ident value={facts.restUrl} length={80} /> : 'Not served by this host'}
              </Fact>
              <Fact name="Sandbox address">{facts.sandboxUrl ? <Ident value={facts.sandboxUrl} length={80} /> : '—'}</Fact>
            </Table.Tbody>
          </Table>
        )}
      </QueryState>
    </Stack>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={160}>{name}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  )
}

function toMegabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1_048_576).toFixed(1)} MB`
}
