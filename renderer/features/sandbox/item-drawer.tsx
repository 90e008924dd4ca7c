/** One thing that arrived: what a person would have read, and the request that brought it. */
import { Code, Stack, Text } from '@mantine/core'
import type { SandboxItem } from '#shared/contract/system'
import { useProviderName } from '../../names.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { When } from '../../ui/when.tsx'
import { PressButtons } from './press-buttons.tsx'

export function ItemDrawer({ item, onClose }: { item: SandboxItem; onClose: () => void }) {
  const nameOf = useProviderName()
  return (
    <Drawer title={item.title} onClose={onClose}>
      <Stack gap="sm">
        <Text size="sm">
          Arrived at the stand-in of {nameOf(item.provider)} <When at={item.at} />, for {item.to}.
        </Text>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {item.text}
        </Text>
        {item.buttons.length > 0 ? <PressButtons item={item} /> : null}
        <Text component="h3" fw={600} size="sm" m={0}>
          Request
        </Text>
        <Text size="sm">
          <code>
            {item.request.method} {item.request.path}
          </code>
        </Text>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {JSON.stringify(item.request.body, null, 2)}
        </Code>
      </Stack>
    </Drawer>
  )
}
