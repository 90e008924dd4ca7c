/** The first connection: import what the environment offers, or choose a service. Both end the first run. */
import { Alert, Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Tenant } from '#shared/contract/tenants'
import { api, queryClient, switchTenant } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useLayout } from '../../stores/layout.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'

/** Shows the new tenant at a place; the list of tenants is asked again first, so that the shell knows it. */
async function enter(tenant: Tenant, path: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: api.tenants.key() })
  switchTenant(tenant.id)
  useLayout.getState().finishFirstRun()
  location.hash = path
}

export function FirstConnection({ tenant }: { tenant: Tenant }) {
  const catalogue = useQuery(api.providers.list.queryOptions({ input: {} }))
  return (
    <Stack gap="md">
      <ImportOffers tenant={tenant} />
      <Text size="sm">Which service do you want to connect first?</Text>
      <QueryState query={catalogue}>
        {({ items }) => (
          <SimpleGrid cols={2} spacing="xs">
            {items.map((provider) => (
              <Button
                key={provider.id}
                variant="default"
                justify="flex-start"
                onClick={() => void enter(tenant, `/integrations/${provider.id}?tab=setup`)}
              >
                {provider.name}
              </Button>
            ))}
          </SimpleGrid>
        )}
      </QueryState>
      <Group>
        <Button variant="subtle" color="idle" onClick={() => void enter(tenant, '/integrations')}>
          Connect a service later
        </Button>
      </Group>
    </Stack>
  )
}

function ImportOffers({ tenant }: { tenant: Tenant }) {
  const context = { tenantId: tenant.id }
  const offers = useQuery(api.connections.importOffers.queryOptions({ input: {}, context }))
  const [left, setLeft] = useState<readonly string[]>([])
  const take = useMutation(
    api.connections.import.mutationOptions({ context, onSuccess: () => void enter(tenant, '/integrations') }),
  )
  const items = offers.data?.items ?? []
  if (items.length === 0) return null
  const providers = [...new Set(items.map(({ provider }) => provider))]
  const chosen = providers.filter((provider) => !left.includes(provider))
  const turn = (provider: string, on: boolean) => setLeft(on ? left.filter((id) => id !== provider) : [...left, provider])
  return (
    <Alert color="info" variant="light" title="Credentials were found in the environment" role="group" aria-label="Import">
      <Stack gap="xs">
        <Text size="sm" c="var(--atlas-text)">
          On your word they are copied into secret storage and tried with a harmless call. Values are never shown.
        </Text>
        {providers.map((provider) => (
          <Checkbox
            key={provider}
            label={`${provider}: ${items
              .filter((offer) => offer.provider === provider)
              .map(({ variable }) => variable)
              .join(', ')}`}
            checked={chosen.includes(provider)}
            onChange={(event) => turn(provider, event.currentTarget.checked)}
          />
        ))}
        <Group>
          <Button loading={take.isPending} disabled={chosen.length === 0} onClick={() => take.mutate({ providers: chosen })}>
            {chosen.length === 1 ? 'Import 1 service' : `Import ${chosen.length} services`}
          </Button>
        </Group>
        {take.error ? <FailurePanel failure={failureOf(take.error)} live /> : null}
      </Stack>
    </Alert>
  )
}
