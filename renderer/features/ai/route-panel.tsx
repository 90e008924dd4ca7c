/** Where a question went or would go, in words, and who was passed over. */
import { List, Stack, Text } from '@mantine/core'
import type { AiRoute } from '#shared/contract/ai'

export function RoutePanel({ route }: { route: AiRoute }) {
  return (
    <Stack gap={4}>
      <Text fw={600} size="sm">
        {route.provider}/{route.model}
      </Text>
      <List size="sm">
        {route.reasons.map((reason) => (
          <List.Item key={reason}>{reason}</List.Item>
        ))}
      </List>
      {route.skipped.length > 0 ? (
        <>
          <Text size="sm" fw={600}>
            Passed over
          </Text>
          <List size="sm">
            {route.skipped.map(({ provider, model, why }) => (
              <List.Item key={`${provider}/${model} ${why}`}>
                {provider}/{model}: {why}
              </List.Item>
            ))}
          </List>
        </>
      ) : null}
    </Stack>
  )
}
