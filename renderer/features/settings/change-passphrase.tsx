/** Another passphrase for the encrypted file, under a new key. */
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Passphrases, shortestPassphrase } from '../../ui/passphrases.tsx'
import { faultsByField } from '../../ui/schema-fields.ts'

export function ChangePassphrase() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const change = useMutation(
    api.system.changePassphrase.mutationOptions({
      onSuccess: () => {
        for (const clear of [setCurrent, setNext, setAgain]) clear('')
      },
    }),
  )
  const failure = change.error ? failureOf(change.error) : undefined
  const faults = faultsByField(failure?.fields)
  const ready = Math.min(current.length, next.length) >= shortestPassphrase && next === again
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) change.mutate({ current, next })
      }}
    >
      <Stack gap="sm">
        <Text component="h2" fw={600} fz={14} m={0}>
          Change the passphrase
        </Text>
        <Text size="sm">
          Every secret is encrypted anew, under a new key. Other processes of Atlas UX on this data folder have to be unlocked
          again, and a passphrase in ATLAS_VAULT_PASSPHRASE changed with it.
        </Text>
        <PasswordInput
          label="Current passphrase"
          autoComplete="current-password"
          value={current}
          error={faults.current ? `This ${faults.current}.` : undefined}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <Passphrases label="New passphrase" values={[next, again]} onChange={[setNext, setAgain]} />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending} disabled={!ready}>
            Change passphrase
          </Button>
        </Group>
        {failure && !faults.current ? <FailurePanel failure={failure} live /> : null}
        {change.isSuccess ? (
          <Text size="sm" role="status">
            The passphrase was changed.
          </Text>
        ) : null}
      </Stack>
    </form>
  )
}
