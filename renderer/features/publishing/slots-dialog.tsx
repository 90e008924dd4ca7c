/** Weekly slots of an agent: when posts that are put into the queue go out. */
import { ActionIcon, Button, Group, List, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AgentSlots, Slot } from '#shared/contract/posts'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { choicesOf } from '../orders/agent-choices.ts'
import { bothWords } from './local-time.ts'
import { ZoneSelect } from './local-time-fields.tsx'

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

export function SlotsButton({ zone }: { zone: string }) {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        Slots…
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Weekly slots" size="lg">
        <Slots zone={zone} />
      </Modal>
    </>
  )
}

function Slots({ zone }: { zone: string }) {
  const slots = useQuery(api.posts.slots.queryOptions({ input: {} }))
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  const [agent, setAgent] = useState<string>()
  return (
    <QueryState query={agents}>
      {({ items }) => (
        <Stack gap="sm">
          <Select
            label="Agent"
            searchable
            allowDeselect={false}
            data={choicesOf(items)}
            value={agent ?? null}
            onChange={(next) => setAgent(next ?? undefined)}
          />
          {agent ? (
            <QueryState query={slots}>
              {({ items: all }) => {
                const known = all.find((one) => one.agent === agent)
                return <AgentWeek key={agent} known={known ?? { agent, timeZone: zone, slots: [] }} />
              }}
            </QueryState>
          ) : (
            <Text size="sm" c="dimmed">
              A post that is put into an agent’s queue takes its next free slot.
            </Text>
          )}
        </Stack>
      )}
    </QueryState>
  )
}

const nameOf = ({ weekday, clock }: Slot) => `${weekdays[weekday - 1]}, ${clock}`

function AgentWeek({ known }: { known: AgentSlots }) {
  const [timeZone, setTimeZone] = useState(known.timeZone)
  const [slots, setSlots] = useState<readonly Slot[]>(known.slots)
  const set = useMutation(
    api.posts.setSlots.mutationOptions({
      onSuccess: (saved) => {
        setSlots(saved.slots)
        void queryClient.invalidateQueries({ queryKey: api.posts.key() })
      },
    }),
  )
  const add = (slot: Slot) => {
    const others = slots.filter((one) => nameOf(one) !== nameOf(slot))
    setSlots([...others, slot].toSorted((a, b) => a.weekday - b.weekday || a.clock.localeCompare(b.clock)))
  }
  return (
    <Stack gap="sm">
      <ZoneSelect value={timeZone} onChange={setTimeZone} />
      <List listStyleType="none" size="sm" aria-label="Slots of the week">
        {slots.map((slot) => (
          <List.Item key={nameOf(slot)}>
            <Group gap="xs">
              {nameOf(slot)}
              <ActionIcon aria-label={`Remove ${nameOf(slot)}`} onClick={() => setSlots(slots.filter((one) => one !== slot))}>
                <IconTrash size={16} stroke={1.5} />
              </ActionIcon>
            </Group>
          </List.Item>
        ))}
      </List>
      {slots.length === 0 ? <Text size="sm">No slots yet.</Text> : null}
      <AddSlot onAdd={add} />
      {set.error ? <FailurePanel failure={failureOf(set.error)} live /> : null}
      <Group justify="space-between">
        <NextSlot agent={known.agent} />
        <Button loading={set.isPending} onClick={() => set.mutate({ agent: known.agent, timeZone, slots: [...slots] })}>
          Save slots
        </Button>
      </Group>
    </Stack>
  )
}

function AddSlot({ onAdd }: { onAdd: (slot: Slot) => void }) {
  const [weekday, setWeekday] = useState('1')
  const [clock, setClock] = useState('09:00')
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label="Weekday"
        allowDeselect={false}
        w={140}
        data={weekdays.map((label, at) => ({ value: String(at + 1), label }))}
        value={weekday}
        onChange={(next) => setWeekday(next ?? '1')}
      />
      <TextInput type="time" label="Time" value={clock} onChange={(event) => setClock(event.currentTarget.value)} />
      <Button
        variant="default"
        disabled={clock === ''}
        onClick={() => onAdd({ weekday: Number(weekday), clock: clock.slice(0, 5) })}
      >
        Add slot
      </Button>
    </Group>
  )
}

/** The slot that the engine would give out now, as saved. */
function NextSlot({ agent }: { agent: string }) {
  const next = useQuery(api.posts.nextSlot.queryOptions({ input: { agent } }))
  const { runAt, timeZone } = next.data ?? {}
  const words = runAt && timeZone ? `Next free: ${bothWords(runAt, timeZone)}.` : 'No slot is saved.'
  return (
    <Text size="sm" role="status" flex={1}>
      {next.error ? failureOf(next.error).message : words}
    </Text>
  )
}
