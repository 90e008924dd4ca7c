/** Asks every connected service now, one after another, and says what was found. */
import { Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Connection } from '#shared/contract/connections'
import { client } from '../../rpc.ts'
import { showConnection } from './connection-acts.ts'

interface Tally {
  asked: number
  of: number
  broken: number
}

function wordsOf({ asked, of, broken }: Tally): string {
  if (asked < of) return `Asked ${asked} of ${of}…`
  const lives = broken === 0 ? 'all answered' : `${broken} ${broken === 1 ? 'needs' : 'need'} attention`
  return `Asked ${of}: ${lives}.`
}

export function TestAll({ connections }: { connections: readonly Connection[] }) {
  const [tally, setTally] = useState<Tally>()
  const connected = connections.filter(({ credential }) => credential.set)
  const test = useMutation({
    mutationFn: async () => {
      let broken = 0
      for (const [at, { provider }] of connected.entries()) {
        setTally({ asked: at, of: connected.length, broken })
        const checked = await client.connections.check({ provider })
        if (checked.failure) broken += 1
        showConnection(checked)
      }
      setTally({ asked: connected.length, of: connected.length, broken })
    },
  })
  if (connected.length === 0) return null
  return (
    <Group gap="xs">
      {tally ? (
        <Text size="sm" c="dimmed" role="status">
          {test.isError ? `Stopped after ${tally.asked} of ${tally.of}: the engine did not answer.` : wordsOf(tally)}
        </Text>
      ) : null}
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        Test all
      </Button>
    </Group>
  )
}
