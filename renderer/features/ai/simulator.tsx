/** Where would this go? A decision without a call. */
import { Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { AiDecision } from '#shared/contract/ai'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { toCount } from '../../ui/relative.ts'
import { toMoney } from './money.ts'
import { firstChoice, OrderFields } from './order-fields.tsx'
import { RoutePanel } from './route-panel.tsx'

export function Simulator() {
  const [choice, setChoice] = useState(firstChoice)
  const [tokens, setTokens] = useState<number | string>(1_000)
  const simulate = useMutation(api.ai.simulate.mutationOptions())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { model, ...order } = choice
    simulate.mutate({ ...order, inputTokens: Number(tokens) || 1, ...(model ? { model } : {}) })
  }
  return (
    <Stack gap="sm">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <OrderFields choice={choice} onChange={(part) => setChoice((old) => ({ ...old, ...part }))} />
          <Group align="flex-end">
            <NumberInput
              label="Length in tokens"
              w={200}
              min={1}
              max={10_000_000}
              thousandSeparator=","
              value={tokens}
              onChange={setTokens}
            />
            <Button type="submit" loading={simulate.isPending}>
              Say where it would go
            </Button>
          </Group>
        </Stack>
      </form>
      <div role="status" aria-label="Decision">
        {simulate.data ? <Decision decision={simulate.data} /> : null}
      </div>
      {simulate.error ? <FailurePanel failure={failureOf(simulate.error)} live /> : null}
    </Stack>
  )
}

function Decision({ decision }: { decision: AiDecision }) {
  const { route, failure, inputTokens, maxOutputTokens, estimateUsd, next } = decision
  return (
    <Stack gap="xs">
      {route ? <RoutePanel route={route} /> : null}
      {failure ? <FailurePanel failure={failure} /> : null}
      <Text size="sm">
        {toCount(inputTokens)} tokens in, {toCount(maxOutputTokens)} out at most; {toMoney(estimateUsd)} at most.
      </Text>
      {next.length > 0 ? (
        <Text size="sm" c="dimmed">
          After it: {next.map(({ provider, model }) => `${provider}/${model}`).join(', ')}
        </Text>
      ) : null}
    </Stack>
  )
}
