/** Tenants: list, create, rename, delete. */
import { Button, Group, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Tenant } from '#shared/contract/tenants'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useDialogs } from '../../stores/dialogs.ts'
import { confirm } from '../../ui/confirm.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'
import classes from './settings.module.css'

const refresh = () => void queryClient.invalidateQueries({ queryKey: api.tenants.key() })

export function TenantsSection() {
  const tenants = useQuery(api.tenants.list.queryOptions({ input: {} }))
  const show = useDialogs((dialogs) => dialogs.show)
  const remove = useMutation(api.tenants.remove.mutationOptions({ onSuccess: refresh }))
  return (
    <Stack gap="md" className={classes.narrow}>
      <Text size="sm">A tenant is one organisation with its own connections, credentials, jobs and audit log.</Text>
      <QueryState query={tenants}>
        {({ items }) => (
          <Table fz={13} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Kind</Table.Th>
                <Table.Th>Created</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((tenant) => (
                <TenantRow key={tenant.id} tenant={tenant} onRemove={(tenantId) => remove.mutate({ tenantId })} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </QueryState>
      {remove.error ? <FailurePanel failure={failureOf(remove.error)} live /> : null}
      <Group>
        <Button onClick={() => show('new-tenant')}>Create a tenant</Button>
      </Group>
    </Stack>
  )
}

function TenantRow({ tenant, onRemove }: { tenant: Tenant; onRemove: (tenantId: string) => void }) {
  const [renaming, setRenaming] = useState(false)

  async function ask(): Promise<void> {
    const yes = await confirm({
      title: `Delete ${tenant.name}?`,
      consequence:
        'Its connections, credentials, jobs and schedules are deleted and whatever is waiting will not be sent. Its audit log stays. This cannot be undone.',
      action: `Delete ${tenant.name}`,
      danger: true,
    })
    if (yes) onRemove(tenant.id)
  }

  return (
    <Table.Tr>
      <Table.Td>{renaming ? <RenameForm tenant={tenant} onDone={() => setRenaming(false)} /> : tenant.name}</Table.Td>
      <Table.Td>{tenant.demo ? 'Demo: local stand-ins only' : 'Real'}</Table.Td>
      <Table.Td>
        <When at={tenant.createdAt} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button variant="subtle" onClick={() => setRenaming(true)} aria-label={`Rename ${tenant.name}`}>
            Rename
          </Button>
          <Button variant="subtle" color="bad" onClick={() => void ask()} aria-label={`Delete ${tenant.name}`}>
            Delete
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

function RenameForm({ tenant, onDone }: { tenant: Tenant; onDone: () => void }) {
  const [name, setName] = useState(tenant.name)
  const rename = useMutation(
    api.tenants.update.mutationOptions({
      onSuccess: () => {
        refresh()
        onDone()
      },
    }),
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        rename.mutate({ tenantId: tenant.id, name: name.trim() })
      }}
    >
      <Group gap={4} wrap="nowrap">
        <TextInput
          aria-label={`New name of ${tenant.name}`}
          maxLength={80}
          value={name}
          error={rename.error ? failureOf(rename.error).message : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Button type="submit" loading={rename.isPending} disabled={!name.trim()}>
          Save name
        </Button>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
      </Group>
    </form>
  )
}
