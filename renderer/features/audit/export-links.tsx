/** Downloads of what the filter matches. In the desktop there is no HTTP; the links are for the browser. */
import { Button, Group } from '@mantine/core'
import { useSession } from '../../stores/session.ts'
import { inDesktop } from '../../wires.ts'

export function ExportLinks({ filter }: { filter: Record<string, unknown> }) {
  const tenantId = useSession((session) => session.tenantId)
  if (inDesktop || !tenantId) return null
  const link = (format: 'jsonl' | 'csv') =>
    `/v1/audit/export?${new URLSearchParams({ ...(filter as Record<string, string>), format, tenantId })}`
  return (
    <Group gap="xs">
      <Button component="a" variant="default" href={link('jsonl')} download>
        Export JSONL
      </Button>
      <Button component="a" variant="default" href={link('csv')} download>
        Export CSV
      </Button>
    </Group>
  )
}
