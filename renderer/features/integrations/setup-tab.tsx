/** Setting up a connection: how to get a credential, the form drawn from the manifest, and import from the environment. */
import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Provider } from '#shared/contract/providers'
import { api, queryClient } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { toRelative } from '../../ui/relative.ts'
import { type FormValue, faultsByField, type JsonSchema, missingFields } from '../../ui/schema-fields.ts'
import { SchemaForm } from '../../ui/schema-form.tsx'
import { showConnection } from './connection-acts.ts'
import type { TabProps } from './connection-drawer.tsx'

/** The engine's code for "this credential is another account's". */
const otherAccount = 'other_account'

export function SetupTab({ provider, connection }: TabProps) {
  return (
    <Stack gap="md">
      <Steps provider={provider} />
      <ImportOffer provider={provider} />
      <ConnectForm provider={provider} connection={connection} />
    </Stack>
  )
}

function Steps({ provider }: { provider: Provider }) {
  const { setup, notes, docs, name, verification } = provider
  return (
    <>
      {setup.length > 0 ? (
        <List type="ordered" size="sm">
          {setup.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
      ) : null}
      {notes.length > 0 || verification.required ? (
        <Alert color="info" variant="light" title="Good to know" role="note">
          <List size="sm" c="var(--atlas-text)">
            {verification.required ? <List.Item>{verification.note}</List.Item> : null}
            {notes.map((note) => (
              <List.Item key={note}>{note}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      <Anchor href={docs} target="_blank" rel="noreferrer" size="sm">
        {name} documentation
      </Anchor>
    </>
  )
}

function ImportOffer({ provider }: { provider: Provider }) {
  const offers = useQuery(api.connections.importOffers.queryOptions({ input: {} }))
  const take = useMutation(
    api.connections.import.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries({ queryKey: api.connections.key() }),
    }),
  )
  const variables = (offers.data?.items ?? []).filter((offer) => offer.provider === provider.id).map((offer) => offer.variable)
  if (variables.length === 0) return null
  return (
    <Alert color="info" variant="light" title="Found in the environment" role="note">
      <Stack gap="xs">
        <Text size="sm" c="var(--atlas-text)">
          {variables.join(', ')}. Importing copies {variables.length === 1 ? 'it' : 'them'} into secret storage; values are never
          shown.
        </Text>
        <Group>
          <Button variant="default" loading={take.isPending} onClick={() => take.mutate({ providers: [provider.id] })}>
            Import from the environment
          </Button>
        </Group>
        {take.error ? <FailurePanel failure={failureOf(take.error)} live /> : null}
      </Stack>
    </Alert>
  )
}

function ConnectForm({ provider, connection }: TabProps) {
  const [credential, setCredential] = useState<FormValue>({})
  const [settings, setSettings] = useState<FormValue>(connection.settings)
  const put = useMutation(
    api.connections.put.mutationOptions({
      onSuccess: (saved) => {
        setCredential({})
        showConnection(saved)
      },
    }),
  )
  const stored = connection.credential.fields
  const missing = [
    ...missingFields(provider.credential as JsonSchema, credential, stored),
    ...missingFields(provider.settings as JsonSchema, settings),
  ]
  const failure = put.error ? failureOf(put.error) : undefined
  // Where there is nothing to prove oneself with, connecting is the act of saying so.
  const nothingToType = Object.keys((provider.credential as JsonSchema).properties ?? {}).length === 0
  const typed = Object.keys(credential).length > 0 || (nothingToType && !connection.credential.set)
  const changed = JSON.stringify(settings) !== JSON.stringify(connection.settings)

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault()
    const input = {
      provider: provider.id,
      ...(typed ? { credential: credential as Record<string, never> } : {}),
      ...(changed ? { settings: settings as Record<string, never> } : {}),
    }
    await put.mutateAsync(input).catch(async (error: unknown) => {
      const refused = failureOf(error)
      if (refused.code !== otherAccount) return
      const yes = await confirm({
        title: `Replace the account at ${provider.name}?`,
        consequence: refused.message,
        action: 'Replace the account',
        danger: true,
      })
      if (yes) put.mutate({ ...input, replaceAccount: true })
    })
  }

  return (
    <form onSubmit={(event) => void save(event)} autoComplete="off">
      <Stack gap="md">
        <SchemaForm
          schema={provider.credential}
          value={credential}
          onChange={setCredential}
          errors={faultsByField(failure?.fields, 'credential')}
          secretsSet={stored}
          secretNote={storedNote(connection.credential.updatedAt)}
        />
        <SchemaForm
          schema={provider.settings}
          value={settings}
          onChange={setSettings}
          errors={faultsByField(failure?.fields, 'settings')}
          onChoices={(picker, context) => askChoices(provider.id, picker, context)}
        />
        {failure && failure.code !== otherAccount ? <FailurePanel failure={failure} live /> : null}
        <Group gap="xs">
          <Button type="submit" loading={put.isPending} disabled={missing.length > 0 || (!typed && !changed)}>
            {connection.credential.set ? 'Save changes' : `Connect ${provider.name}`}
          </Button>
          <Text size="xs" c="dimmed">
            {saveHint(missing, connection.credential.set)}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

function saveHint(missing: readonly string[], set: boolean): string {
  if (missing.length > 0) return `Still needed: ${missing.join(', ')}.`
  return set
    ? 'A new credential is tried with a real call first; the old one stays if it is refused.'
    : 'Saving makes one harmless real call and tells what it found.'
}

function storedNote(updatedAt: string | null): string {
  return updatedAt ? `Set, updated ${toRelative(Date.parse(updatedAt), Date.now())}` : 'Set'
}

async function askChoices(provider: string, picker: string, context: Record<string, string>) {
  const { items } = await client.connections.choices({ provider, picker, context })
  return items
}
