/** Chooses or enters the passphrase of the encrypted file vault. */
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, queryClient } from '../query.ts'
import { failureOf } from '../rpc.ts'
import { FailurePanel } from './failure-panel.tsx'
import { shortestPassphrase } from './passphrases.tsx'
import { faultsByField } from './schema-fields.ts'

export function PassphraseForm({ choosing, onDone }: { choosing: boolean; onDone: () => void }) {
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const unlock = useMutation(
    api.system.unlockVault.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries({ queryKey: api.system.vault.key() })
        void queryClient.invalidateQueries({ queryKey: api.connections.key() })
        onDone()
      },
    }),
  )
  const failure = unlock.error ? failureOf(unlock.error) : undefined
  const faults = faultsByField(failure?.fields)
  const short = passphrase.length < shortestPassphrase
  const differs = choosing && again !== passphrase
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!short && !differs) unlock.mutate({ passphrase })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          {choosing
            ? 'This machine has no keychain that Atlas UX can use, so credentials are kept in an encrypted file. The passphrase opens it; nobody can recover a forgotten one.'
            : 'Credentials lie in an encrypted file. Connections rest until it is opened.'}
        </Text>
        <PasswordInput
          label="Passphrase"
          description={`At least ${shortestPassphrase} characters`}
          autoComplete={choosing ? 'new-password' : 'current-password'}
          value={passphrase}
          error={faults.passphrase ? `This ${faults.passphrase}.` : undefined}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          data-autofocus
        />
        {choosing ? (
          <PasswordInput
            label="Passphrase again"
            autoComplete="new-password"
            value={again}
            error={again !== '' && differs ? 'The two differ.' : undefined}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
        ) : null}
        {failure && !faults.passphrase ? <FailurePanel failure={failure} live /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={unlock.isPending} disabled={short || differs}>
            {choosing ? 'Set passphrase' : 'Unlock'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
