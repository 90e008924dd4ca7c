/** API tokens: made for one tenant, told once, revoked at once. */
import { Alert, Button, Code, CopyButton, Group, Select, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiToken } from '#shared/contract/system'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useSession } from '../../stores/session.ts'
import { confirm } from '../../ui/confirm.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'
import classes from './settings.module.css'

const refresh = () => void queryClient.invalidateQueries({ queryKey: api.tokens.key() })

export function TokensSection() {
  const tokens = useQuery(api.tokens.list.queryOptions({ input: {} }))
  return (
    <Stack gap="lg" className={classes.narrow}>
      <Text size="sm">
        Scripts and local agents use a token with the REST interface. A token reaches one tenant and nothing else; one for
        webhooks only hands events to one agent, which takes them for data from outside.
      </Text>
      <NewToken />
      <QueryState query={tokens}>{({ items }) => <TokenTable tokens={items} />}</QueryState>
    </Stack>
  )
}

function NewToken() {
  const [name, setName] = useState('')
  const current = useSession((session) => session.tenantId)
  const [chosen, setChosen] = useState<string | null>(null)
  const tenants = useQuery(api.tenants.list.queryOptions({ input: {} }))
  const create = useMutation(
    api.tokens.create.mutationOptions({
      onSuccess: () => {
        setName('')
        refresh()
      },
    }),
  )
  const tenantId = chosen ?? current
  const [agent, setAgent] = useState<string | null>(null)
  const agents = useQuery({ ...api.agents.list.queryOptions({ input: {} }), enabled: tenantId !== null && tenantId === current })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (tenantId) create.mutate({ name: name.trim(), tenantId, ...(agent ? { agent } : {}) })
      }}
    >
      <Stack gap="sm">
        <Group align="flex-end" gap="xs">
          <TextInput
            label="What it is for"
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Tenant"
            allowDeselect={false}
            data={(tenants.data?.items ?? []).map(({ id, name: label }) => ({ value: id, label }))}
            value={tenantId}
            onChange={(value) => {
              setChosen(value)
              setAgent(null)
            }}
          />
          <Select
            label="It may"
            placeholder="Do everything in the tenant"
            clearable
            disabled={tenantId !== current}
            data={(agents.data?.items ?? []).map(({ id, name: label }) => ({ value: id, label: `Only hand events to ${label}` }))}
            value={agent}
            onChange={setAgent}
          />
          <Button type="submit" loading={create.isPending} disabled={!name.trim() || !tenantId}>
            Create token
          </Button>
        </Group>
        {create.error ? <FailurePanel failure={failureOf(create.error)} live /> : null}
        {create.data ? <NewSecret token={create.data.token} secret={create.data.secret} onHide={() => create.reset()} /> : null}
      </Stack>
    </form>
  )
}

function NewSecret({ token: { name, agent }, secret, onHide }: { token: ApiToken; secret: string; onHide: () => void }) {
  return (
    <Alert color="info" variant="light" title={`Token for ${name}`} role="status">
      <Stack gap="xs">
        <Text size="sm" c="var(--atlas-text)">
          Copy it now: only its hash is kept, so it cannot be shown again.
        </Text>
        <Code block>{secret}</Code>
        {agent === null ? null : (
          <>
            <Text size="sm" c="var(--atlas-text)">
              The sender posts its events as JSON here, with this token as bearer:
            </Text>
            <Code
              block
            >{`POST ${window.location.origin.startsWith('http') ? window.location.origin : ''}/v1/agents/${agent}/events\nAuthorization: Bearer …`}</Code>
          </>
        )}
        <Group gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy token'}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={onHide}>
            Hide it
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

function TokenTable({ tokens }: { tokens: readonly ApiToken[] }) {
  const tenants = useQuery(api.tenants.list.queryOptions({ input: {} }))
  const remove = useMutation(api.tokens.remove.mutationOptions({ onSuccess: refresh }))
  if (tokens.length === 0) return <Text size="sm">There is no token yet.</Text>
  const nameOf = (tenantId: string | null) =>
    tenantId === null ? 'Every tenant' : (tenants.data?.items.find(({ id }) => id === tenantId)?.name ?? tenantId)

  async function revoke(token: ApiToken): Promise<void> {
    const yes = await confirm({
      title: `Revoke ${token.name}?`,
      consequence: 'Whatever uses this token is refused from now on. This cannot be undone.',
      action: 'Revoke token',
      danger: true,
    })
    if (yes) remove.mutate({ id: token.id })
  }

  return (
    <>
      <Table fz={13} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>For</Table.Th>
            <Table.Th>Tenant</Table.Th>
            <Table.Th>May</Table.Th>
            <Table.Th>Created</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>{token.name}</Table.Td>
              <Table.Td>{nameOf(token.tenantId)}</Table.Td>
              <Table.Td>{token.agent === null ? 'Everything' : `Hand events to ${token.agent}`}</Table.Td>
              <Table.Td>
                <When at={token.createdAt} />
              </Table.Td>
              <Table.Td>{token.lastUsedAt ? <When at={token.lastUsedAt} /> : 'Never'}</Table.Td>
              <Table.Td ta="right">
                <Button variant="subtle" color="bad" onClick={() => void revoke(token)} aria-label={`Revoke ${token.name}`}>
                  Revoke
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {remove.error ? <FailurePanel failure={failureOf(remove.error)} live /> : null}
    </>
  )
}
