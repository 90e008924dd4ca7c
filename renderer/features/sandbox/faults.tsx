/** Fault switches by provider: see what the product does when a service misbehaves. */
import { Group, NumberInput, Stack, Switch, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SandboxFault } from '#shared/contract/system'
import { useProviderName } from '../../names.ts'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'

export function Faults() {
  const faults = useQuery(api.sandbox.faults.queryOptions({ input: {} }))
  const nameOf = useProviderName()
  return (
    <ScrollRegion style={{ overflow: 'auto', padding: '0 20px 24px' }} aria-label="Faults">
      <QueryState query={faults} rows={8}>
        {({ items }) => (
          <Stack gap="lg" maw={720}>
            {[...new Set(items.map(({ provider }) => provider))].map((provider) => (
              <section key={provider}>
                <Text component="h2" fw={600} fz={14} m={0} mb={4}>
                  {nameOf(provider)}
                </Text>
                <Stack gap={6}>
                  {items
                    .filter((fault) => fault.provider === provider)
                    .map((fault) => (
                      <FaultSwitch key={fault.fault} fault={fault} />
                    ))}
                </Stack>
              </section>
            ))}
          </Stack>
        )}
      </QueryState>
    </ScrollRegion>
  )
}

function FaultSwitch({ fault }: { fault: SandboxFault }) {
  const [count, setCount] = useState<number | undefined>(fault.count ?? undefined)
  const set = useMutation(
    api.sandbox.setFault.mutationOptions({
      onSuccess: (faults) => queryClient.setQueryData(api.sandbox.faults.queryKey({ input: {} }), faults),
    }),
  )
  const turn = (active: boolean) =>
    set.mutate({ provider: fault.provider, fault: fault.fault, active, ...(active && count ? { count } : {}) })
  return (
    <div>
      <Group gap="md" wrap="nowrap" align="flex-start" justify="space-between">
        <Switch
          label={fault.title}
          description={fault.effect}
          checked={fault.active}
          disabled={set.isPending}
          onChange={(event) => turn(event.currentTarget.checked)}
        />
        {fault.active ? (
          <Text size="xs" c="var(--atlas-warn)" style={{ whiteSpace: 'nowrap' }}>
            {fault.count === null ? 'until switched off' : `next ${fault.count} requests`}
          </Text>
        ) : (
          <NumberInput
            w={130}
            aria-label={`${fault.title}: how many requests`}
            placeholder="until off"
            min={1}
            max={1_000}
            allowDecimal={false}
            value={count ?? ''}
            onChange={(next) => setCount(typeof next === 'number' ? next : undefined)}
          />
        )}
      </Group>
      {set.error ? <FailurePanel failure={failureOf(set.error)} live /> : null}
    </div>
  )
}
