/** The roster as a file: taken out whole, taken in after a look at what would change. */
import { Button, FileButton, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AgentFile } from '#shared/contract/agents'
import { api, queryClient } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'

async function takeOut(): Promise<void> {
  const file = await client.agents.exportFile({})
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file, undefined, 2)], { type: 'application/json' }))
  link.download = 'agents.json'
  link.click()
  URL.revokeObjectURL(link.href)
}

type Taken = { file: AgentFile } | { why: string }

async function read(file: File): Promise<Taken> {
  try {
    const parsed = AgentFile.safeParse(JSON.parse(await file.text()))
    if (parsed.success) return { file: parsed.data }
    const [issue] = parsed.error.issues
    return { why: `${file.name} is no roster: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() }
  } catch {
    // JSON.parse says in its own words where the text goes wrong; an operator needs only that it does.
    return { why: `${file.name} is not JSON.` }
  }
}

export function RosterFile() {
  const [taken, setTaken] = useState<Taken>()
  const out = useMutation({ mutationFn: takeOut })
  return (
    <>
      <Button variant="default" loading={out.isPending} onClick={() => out.mutate()}>
        Save roster as file
      </Button>
      <FileButton accept="application/json" onChange={(file) => file && void read(file).then(setTaken)}>
        {(props) => (
          <Button variant="default" {...props}>
            Take in a file…
          </Button>
        )}
      </FileButton>
      <Modal opened={taken !== undefined} onClose={() => setTaken(undefined)} title="Take in a roster">
        {taken && 'file' in taken ? <Preview file={taken.file} onDone={() => setTaken(undefined)} /> : null}
        {taken && 'why' in taken ? <FailurePanel failure={{ kind: 'invalid', message: taken.why }} /> : null}
      </Modal>
    </>
  )
}

function Preview({ file, onDone }: { file: AgentFile; onDone: () => void }) {
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  const take = useMutation(
    api.agents.importFile.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries({ queryKey: api.agents.key() })
        onDone()
      },
    }),
  )
  const known = new Set(agents.data?.items.map(({ id }) => id))
  const names = (which: boolean) => file.agents.filter(({ id }) => known.has(id) === which).map(({ name }) => name)
  return (
    <Stack gap="sm">
      <Text size="sm">New: {names(false).join(', ') || 'nobody'}.</Text>
      <Text size="sm">Replaced, with all they may do: {names(true).join(', ') || 'nobody'}.</Text>
      {take.error ? <FailurePanel failure={failureOf(take.error)} live /> : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button loading={take.isPending} disabled={!agents.data} onClick={() => take.mutate(file)}>
          Take in {file.agents.length} agents
        </Button>
      </Group>
    </Stack>
  )
}
