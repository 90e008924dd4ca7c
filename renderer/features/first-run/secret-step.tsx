/** Shows where secrets will lie, and opens the file vault where there is no keychain. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { PassphraseForm } from '../../ui/passphrase-form.tsx'
import { QueryState } from '../../ui/query-state.tsx'

export function SecretStep({ onNext }: { onNext: () => void }) {
  const vault = useQuery(api.system.vault.queryOptions({ input: {} }))
  return (
    <QueryState query={vault}>
      {(status) => {
        const opens = status.state === 'empty' || status.state === 'locked'
        const sound = status.state === 'ok'
        return (
          <Stack gap="md">
            <Alert color={sound ? 'ok' : 'warn'} variant="light" title={status.name} role="group" aria-label="Secret storage">
              <Text size="sm" c="var(--atlas-text)">
                {status.message}
              </Text>
            </Alert>
            {opens ? <PassphraseForm choosing={status.state === 'empty'} onDone={() => void vault.refetch()} /> : null}
            <Group>
              <Button variant={sound ? 'filled' : 'default'} onClick={onNext}>
                {sound ? 'Continue' : 'Continue without secret storage: no service can be connected yet'}
              </Button>
            </Group>
          </Stack>
        )
      }}
    </QueryState>
  )
}
