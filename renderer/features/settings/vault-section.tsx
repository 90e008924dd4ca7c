/** Secret storage: which store, whether it is open, and moving a tenant's credentials to another machine. */
import { Alert, Button, CopyButton, Group, PasswordInput, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { VaultStatus } from '#shared/contract/system'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useDialogs } from '../../stores/dialogs.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Passphrases, shortestPassphrase } from '../../ui/passphrases.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import type { Tone } from '../../ui/status.ts'
import { ChangePassphrase } from './change-passphrase.tsx'
import classes from './settings.module.css'

const stateWords: Readonly<Record<VaultStatus['state'], { word: string; tone: Tone }>> = {
  ok: { word: 'Open', tone: 'ok' },
  locked: { word: 'Locked', tone: 'info' },
  empty: { word: 'No passphrase chosen yet', tone: 'info' },
  no_store: { word: 'No store found', tone: 'bad' },
  denied: { word: 'Access denied', tone: 'bad' },
  lost: { word: 'Entries are missing', tone: 'bad' },
}

export function VaultSection() {
  const vault = useQuery(api.system.vault.queryOptions({ input: {} }))
  return (
    <Stack gap="lg" className={classes.narrow}>
      <QueryState query={vault}>
        {(status) => (
          <>
            <VaultState status={status} />
            {status.backend === 'file' && status.state === 'ok' ? <ChangePassphrase /> : null}
          </>
        )}
      </QueryState>
      <RecoveryExport />
      <RecoveryImport />
    </Stack>
  )
}

function VaultState({ status }: { status: VaultStatus }) {
  const show = useDialogs((dialogs) => dialogs.show)
  const lock = useMutation(
    api.system.lockVault.mutationOptions({
      onSuccess: (next) => queryClient.setQueryData(api.system.vault.queryKey({ input: {} }), next),
    }),
  )
  const { word, tone } = stateWords[status.state]
  const opens = status.state === 'empty' || status.state === 'locked'
  return (
    <Alert color={tone} variant="light" title={`${status.name}: ${word}`} role="group" aria-label="Secret storage">
      <Stack gap="xs">
        <Text size="sm" c="var(--atlas-text)">
          {status.message}
        </Text>
        <Group gap="xs">
          {opens ? (
            <Button onClick={() => show('vault')}>
              {status.state === 'empty' ? 'Choose a passphrase' : 'Unlock secret storage'}
            </Button>
          ) : null}
          {status.backend === 'file' && status.state === 'ok' ? (
            <Button variant="default" loading={lock.isPending} onClick={() => lock.mutate({})}>
              Lock secret storage
            </Button>
          ) : null}
        </Group>
        {lock.error ? <FailurePanel failure={failureOf(lock.error)} live /> : null}
      </Stack>
    </Alert>
  )
}

function RecoveryExport() {
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const seal = useMutation(
    api.system.recoveryExport.mutationOptions({
      onSuccess: () => {
        setPassphrase('')
        setAgain('')
      },
    }),
  )
  const ready = passphrase.length >= shortestPassphrase && passphrase === again
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) seal.mutate({ passphrase })
      }}
    >
      <Stack gap="sm">
        <Text component="h2" fw={600} fz={14} m={0}>
          Take credentials to another machine
        </Text>
        <Text size="sm">
          This seals every credential of the tenant on screen with a passphrase. Whoever has the text and the passphrase has the
          credentials.
        </Text>
        <Passphrases values={[passphrase, again]} onChange={[setPassphrase, setAgain]} />
        <Group>
          <Button type="submit" variant="default" loading={seal.isPending} disabled={!ready}>
            Make a sealed export
          </Button>
        </Group>
        {seal.error ? <FailurePanel failure={failureOf(seal.error)} live /> : null}
        {seal.data ? <Sealed sealed={seal.data.sealed} connections={seal.data.connections} /> : null}
      </Stack>
    </form>
  )
}

function Sealed({ sealed, connections }: { sealed: string; connections: readonly string[] }) {
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">Sealed: {connections.length === 0 ? 'this tenant has no credential yet' : connections.join(', ')}.</Text>
      <Textarea aria-label="Sealed export" readOnly autosize maxRows={5} value={sealed} />
      <Group gap="xs">
        <CopyButton value={sealed}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy sealed export'}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={() => saveText('atlas-recovery.txt', sealed)}>
          Save as a file
        </Button>
      </Group>
    </Stack>
  )
}

function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

function RecoveryImport() {
  const [passphrase, setPassphrase] = useState('')
  const [sealed, setSealed] = useState('')
  const open = useMutation(
    api.system.recoveryImport.mutationOptions({
      onSuccess: () => {
        setPassphrase('')
        setSealed('')
        void queryClient.invalidateQueries({ queryKey: api.connections.key() })
      },
    }),
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        open.mutate({ passphrase, sealed: sealed.trim() })
      }}
    >
      <Stack gap="sm">
        <Text component="h2" fw={600} fz={14} m={0}>
          Take in a sealed export
        </Text>
        <Text size="sm">
          Its credentials are stored in the tenant on screen; a credential that is stored there already is replaced.
        </Text>
        <Textarea
          label="Sealed export"
          autosize
          minRows={2}
          maxRows={5}
          value={sealed}
          onChange={(event) => setSealed(event.currentTarget.value)}
        />
        <PasswordInput
          label="Passphrase of the export"
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={open.isPending}
            disabled={!sealed.trim() || passphrase.length < shortestPassphrase}
          >
            Take in credentials
          </Button>
        </Group>
        {open.error ? <FailurePanel failure={failureOf(open.error)} live /> : null}
        {open.data ? (
          <Text size="sm" role="status">
            Taken in: {open.data.connections.join(', ') || 'nothing'}.
          </Text>
        ) : null}
      </Stack>
    </form>
  )
}
