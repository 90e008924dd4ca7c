/** Finishing a sign-in by hand: the address that the browser was sent to, copied whole. */
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'

export interface PasteAddressProps {
  help: string
  busy: boolean
  onPaste: (address: string) => void
}

export function PasteAddress({ help, busy, onPaste }: PasteAddressProps) {
  const [address, setAddress] = useState('')
  return (
    <Stack gap="xs">
      <TextInput
        label="Address you were sent to"
        description={help}
        placeholder="https://"
        autoComplete="off"
        spellCheck={false}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button loading={busy} disabled={address.trim() === ''} onClick={() => onPaste(address)}>
          Finish sign-in
        </Button>
      </Group>
    </Stack>
  )
}
