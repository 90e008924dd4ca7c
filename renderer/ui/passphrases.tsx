/** A new passphrase, typed twice. */
import { Group, PasswordInput } from '@mantine/core'

/** The engine refuses shorter ones. */
export const shortestPassphrase = 8

type Setter = (value: string) => void

export interface PassphrasesProps {
  label?: string
  values: readonly [string, string]
  onChange: readonly [Setter, Setter]
}

export function Passphrases({ label = 'Passphrase', values, onChange }: PassphrasesProps) {
  const [passphrase, again] = values
  return (
    <Group grow align="flex-start">
      <PasswordInput
        label={label}
        description={`At least ${shortestPassphrase} characters`}
        autoComplete="new-password"
        value={passphrase}
        onChange={(event) => onChange[0](event.currentTarget.value)}
      />
      <PasswordInput
        label={`${label} again`}
        description="To be sure of it"
        autoComplete="new-password"
        value={again}
        error={again !== '' && again !== passphrase ? 'The two differ.' : undefined}
        onChange={(event) => onChange[1](event.currentTarget.value)}
      />
    </Group>
  )
}
