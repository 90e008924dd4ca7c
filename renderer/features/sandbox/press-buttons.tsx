/** The buttons below what arrived, pressed as a pretended person. */
import { Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SandboxItem } from '#shared/contract/system'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'

export function PressButtons({ item }: { item: SandboxItem }) {
  const [from, setFrom] = useState(item.to.slice(0, 80))
  const press = useMutation(api.sandbox.press.mutationOptions())
  const name = from.trim()
  return (
    <Fieldset legend="Buttons below the message" p="sm">
      <Stack gap="xs">
        <TextInput
          label="Press as"
          description="A pretended person in the chat of this message."
          maxLength={80}
          required
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        {item.buttons.map((row) => (
          <Group key={row.map(({ data }) => data).join(' ')} gap="xs">
            {row.map(({ text, data }) => (
              <Button
                key={data}
                variant="default"
                disabled={name === '' || press.isPending}
                onClick={() => press.mutate({ provider: item.provider, messageId: item.id, data, from: name })}
              >
                {text}
              </Button>
            ))}
          </Group>
        ))}
        {press.data ? (
          <Text size="sm" role="status">
            Pressed. What the person is told arrives in the inbox as “Answer to a press”.
          </Text>
        ) : null}
        {press.error ? <FailurePanel failure={failureOf(press.error)} live /> : null}
      </Stack>
    </Fieldset>
  )
}
