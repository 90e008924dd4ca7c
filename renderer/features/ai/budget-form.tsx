/** What a month and a call may cost, how long an answer may be, and who is never asked. */
import { Button, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { aiProviders } from '#shared/ai/models'
import type { AiPolicy } from '#shared/ai/policy'
import type { PolicyUpdate } from './use-policy.ts'

const microPerDollar = 1_000_000
type Typed = number | string
const toDollars = (micro: number | null): Typed => (micro === null ? '' : micro / microPerDollar)
const toMicro = (dollars: Typed): number | null => (dollars === '' ? null : Math.round(Number(dollars) * microPerDollar))

const dollars = { prefix: '$', min: 0, max: 1_000_000, decimalScale: 6, w: 220, placeholder: 'No limit' }
const tokens = { w: 220, thousandSeparator: ',' }

export function BudgetForm({ policy, update }: { policy: AiPolicy; update: PolicyUpdate }) {
  const [month, setMonth] = useState<Typed>(toDollars(policy.monthlyBudgetMicroDollars))
  const [call, setCall] = useState<Typed>(toDollars(policy.maxCallMicroDollars))
  const [long, setLong] = useState<Typed>(policy.longFromTokens)
  const [most, setMost] = useState<Typed>(policy.maxOutputTokens)
  const [forbidden, setForbidden] = useState<string[]>(policy.forbiddenProviders)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    update.mutate({
      monthlyBudgetMicroDollars: toMicro(month),
      maxCallMicroDollars: toMicro(call),
      longFromTokens: Number(long) || policy.longFromTokens,
      maxOutputTokens: Number(most) || policy.maxOutputTokens,
      forbiddenProviders: aiProviders.filter((provider) => forbidden.includes(provider)),
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          A call is refused before it is made when its highest estimate does not fit. With a limit, models of unknown price are
          not asked.
        </Text>
        <Group align="flex-start">
          <NumberInput
            {...dollars}
            label="Budget of a month"
            description="In dollars, by UTC"
            value={month}
            onChange={setMonth}
          />
          <NumberInput {...dollars} label="One call at most" description="In dollars" value={call} onChange={setCall} />
        </Group>
        <Group align="flex-start">
          <NumberInput
            {...tokens}
            label="Long text from"
            description="Tokens; models for long text come first"
            min={1_000}
            max={2_000_000}
            value={long}
            onChange={setLong}
          />
          <NumberInput
            {...tokens}
            label="Answer at most"
            description="Tokens, where nothing else is asked"
            min={16}
            max={128_000}
            value={most}
            onChange={setMost}
          />
        </Group>
        <Checkbox.Group label="Never ask" value={forbidden} onChange={setForbidden}>
          <Group mt={4}>
            {aiProviders.map((provider) => (
              <Checkbox key={provider} value={provider} label={provider} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group>
          <Button type="submit" loading={update.isPending}>
            Save limits
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
