/** An empty place: teaches one thing and has a working button. */
import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap={8} p="xl" m="auto" maw={480} ta="center">
      <Text fw={600} fz={14}>
        {title}
      </Text>
      {children ? (
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
      ) : null}
      {action}
    </Stack>
  )
}
