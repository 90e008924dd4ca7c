/** Setting up a tenant in three steps: its name, where its secrets lie, its first connection. */
import { Button, Group, Stack, Stepper, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Tenant } from '#shared/contract/tenants'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { FirstConnection } from './first-connection.tsx'
import { SecretStep } from './secret-step.tsx'

export function SetUpTenant({ onBack }: { onBack: () => void }) {
  const [tenant, setTenant] = useState<Tenant>()
  const [secretsSeen, setSecretsSeen] = useState(false)
  const step = stepOf(tenant, secretsSeen)
  return (
    <Stack gap="lg">
      <Title order={1}>Set up my tenant</Title>
      <Stepper active={step} size="xs" aria-label="Steps">
        <Stepper.Step label="Name" />
        <Stepper.Step label="Secret storage" />
        <Stepper.Step label="First connection" />
      </Stepper>
      {tenant === undefined ? <NameStep onBack={onBack} onCreated={setTenant} /> : null}
      {tenant !== undefined && !secretsSeen ? <SecretStep onNext={() => setSecretsSeen(true)} /> : null}
      {tenant !== undefined && secretsSeen ? <FirstConnection tenant={tenant} /> : null}
    </Stack>
  )
}

function stepOf(tenant: Tenant | undefined, secretsSeen: boolean): number {
  if (tenant === undefined) return 0
  return secretsSeen ? 2 : 1
}

function NameStep({ onBack, onCreated }: { onBack: () => void; onCreated: (tenant: Tenant) => void }) {
  const [name, setName] = useState('')
  // The list of tenants is not asked again before the end: it would close this screen half way.
  const create = useMutation(api.tenants.create.mutationOptions({ onSuccess: onCreated }))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ name: name.trim() })
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name of your organisation"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
        />
        {create.error ? <FailurePanel failure={failureOf(create.error)} live /> : null}
        <Group>
          <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
            Create tenant
          </Button>
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          A tenant has its own connections, jobs and audit log.
        </Text>
      </Stack>
    </form>
  )
}
