/** Lets a pretended person write to a stand-in, so that receiving can be tried. */
import { Anchor, Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Provider } from '#shared/contract/providers'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'

export function WriteForm() {
  const catalogue = useQuery(api.providers.list.queryOptions({ input: {} }))
  return (
    <section style={{ overflow: 'auto', padding: '0 20px 24px' }} aria-label="Write to the bot">
      <QueryState query={catalogue}>{({ items }) => <Form receivers={items.filter(({ receives }) => receives)} />}</QueryState>
    </section>
  )
}

function Form({ receivers }: { receivers: readonly Provider[] }) {
  const [provider, setProvider] = useState(receivers[0]?.id ?? '')
  const [from, setFrom] = useState('')
  const [text, setText] = useState('')
  const receive = useMutation(api.sandbox.receive.mutationOptions({ onSuccess: () => setText('') }))
  if (receivers.length === 0) return <Text size="sm">No service of the catalogue receives messages.</Text>
  const submit = (event: FormEvent) => {
    event.preventDefault()
    receive.mutate({ provider, from: from.trim(), text })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={520}>
        <Select
          label="Service"
          allowDeselect={false}
          data={receivers.map(({ id, name }) => ({ value: id, label: name }))}
          value={provider}
          onChange={(next) => setProvider(next ?? provider)}
        />
        <TextInput
          label="Name of the writer"
          maxLength={80}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <Textarea
          label="Text"
          autosize
          minRows={3}
          maxLength={4_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" loading={receive.isPending} disabled={!from.trim() || !text}>
            Write to the bot
          </Button>
        </Group>
        {receive.data?.accepted ? (
          <Text size="sm" role="status">
            Written. It appears in <Anchor href="#/messaging">Messaging</Anchor> as soon as it has been received.
          </Text>
        ) : null}
        {receive.data?.accepted === false ? (
          <Text size="sm" role="status">
            The stand-in did not take it: nobody listens there. Connect the service first.
          </Text>
        ) : null}
        {receive.error ? <FailurePanel failure={failureOf(receive.error)} live /> : null}
      </Stack>
    </form>
  )
}
