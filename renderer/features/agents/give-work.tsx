/** Gives an agent work: a dialog with one instruction, which becomes one run. */
import { Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { useAgentChoices } from '../orders/agent-choices.ts'

export function GiveWork({ agent, onBegun }: { agent: string | undefined; onBegun: (run: string) => void }) {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button onClick={() => setOpened(true)}>Give work</Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Give an agent work">
        {opened ? (
          <WorkForm
            agent={agent}
            onBegun={(run) => {
              setOpened(false)
              onBegun(run)
            }}
          />
        ) : null}
      </Modal>
    </>
  )
}

function WorkForm({ agent, onBegun }: { agent: string | undefined; onBegun: (run: string) => void }) {
  const agents = useAgentChoices()
  const [id, setId] = useState<string | null>(agent ?? null)
  const [instruction, setInstruction] = useState('')
  // Made when the form opens, so that a double click is one run.
  const [key] = useState(() => crypto.randomUUID())
  const begin = useMutation(api.agents.run.mutationOptions({ onSuccess: (run) => onBegun(run.id) }))
  const ready = id !== null && instruction.trim() !== ''
  return (
    <Stack gap="sm">
      <Select label="Agent" data={agents} value={id} onChange={setId} searchable data-autofocus={id === null || undefined} />
      <Textarea
        label="Instruction"
        description="In your own words. What it may not do alone, it asks."
        value={instruction}
        onChange={(event) => setInstruction(event.currentTarget.value)}
        autosize
        minRows={4}
        maxRows={14}
        maxLength={20_000}
        data-autofocus={id !== null || undefined}
      />
      {begin.error ? <FailurePanel failure={failureOf(begin.error)} live /> : null}
      <Group justify="flex-end">
        <Button disabled={!ready} loading={begin.isPending} onClick={() => id && begin.mutate({ id, instruction, key })}>
          Begin the run
        </Button>
      </Group>
    </Stack>
  )
}
