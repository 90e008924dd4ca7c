/** Creates a tenant and shows it. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, queryClient, switchTenant } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useDialogs } from '../../stores/dialogs.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'

export function NewTenantDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'new-tenant'} onClose={close} title="Create a tenant">
      <NewTenantForm onDone={close} />
    </Modal>
  )
}

function NewTenantForm({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState('')
  const create = useMutation(
    api.tenants.create.mutationOptions({
      onSuccess: async (tenant) => {
        await queryClient.invalidateQueries({ queryKey: api.tenants.key() })
        switchTenant(tenant.id)
        onDone()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) create.mutate({ name: name.trim() })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="A tenant has its own connections, jobs and audit log; nothing is shared with other tenants."
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {create.error ? <FailurePanel failure={failureOf(create.error)} live /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
            Create tenant
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
