/** What the newest events are about, with counts; each is a filter. */
import { Button, Group, Text } from '@mantine/core'
import type { AuditOutcome } from '#shared/contract/audit'
import type { AuditSearch } from './audit-search.ts'

interface Facet {
  value: string
  count: number
}

export interface FacetsProps {
  facets: { total: number; actions: Facet[]; outcomes: Facet[] } | undefined
  onFilter: (part: Partial<AuditSearch>) => void
}

export function Facets({ facets, onFilter }: FacetsProps) {
  if (!facets) return null
  return (
    <Group px={20} pb="sm" gap="xs">
      <Text size="sm" c="dimmed">
        {facets.total.toLocaleString('en')} events
      </Text>
      {facets.outcomes.map(({ value, count }) => (
        <Button key={value} variant="default" onClick={() => onFilter({ outcome: value as AuditOutcome })}>
          {value} {count}
        </Button>
      ))}
      {facets.actions.slice(0, 6).map(({ value, count }) => (
        <Button key={value} variant="subtle" onClick={() => onFilter({ action: value })}>
          {value} {count}
        </Button>
      ))}
    </Group>
  )
}
