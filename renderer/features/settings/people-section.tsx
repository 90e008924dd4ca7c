/** Who is told when something needs a person: in order, each on a way that can be tried. */
import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { EscalationChain, EscalationPerson, personKey } from '#shared/escalation'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import classes from './settings.module.css'
import { TestTold } from './test-told.tsx'

export interface PeopleSectionProps {
  people: readonly EscalationPerson[]
  busy: boolean
  onSave: (people: EscalationPerson[]) => void
}

export function PeopleSection({ people, busy, onSave }: PeopleSectionProps) {
  const move = (at: number, by: number) => {
    const next = [...people]
    const [person] = next.splice(at, 1)
    if (person) next.splice(at + by, 0, person)
    onSave(next)
  }
  return (
    <Stack gap="sm" component="section" aria-labelledby="people">
      <Text component="h2" id="people" fw={600} fz={14} m={0}>
        Who is told
      </Text>
      <Text size="sm">
        {people.length === 0
          ? 'Nobody is told outside of this machine. Notices stand in the bell and call on the desktop.'
          : 'Each is told once when something comes up, and once when it is settled. Whoever has seen it stops the chain in the bell.'}
      </Text>
      <ol className={classes.people}>
        {people.map((person, at) => (
          <li key={personKey(person)}>
            <PersonLine
              person={person}
              busy={busy}
              onUp={at === 0 ? undefined : () => move(at, -1)}
              onDown={at === people.length - 1 ? undefined : () => move(at, 1)}
              onRemove={() => onSave(people.filter((one) => one !== person))}
            />
          </li>
        ))}
      </ol>
      {people.length < 10 ? <AddPerson people={people} busy={busy} onAdd={(person) => onSave([...people, person])} /> : null}
    </Stack>
  )
}

interface PersonLineProps {
  person: EscalationPerson
  busy: boolean
  onUp: (() => void) | undefined
  onDown: (() => void) | undefined
  onRemove: () => void
}

function PersonLine({ person, busy, onUp, onDown, onRemove }: PersonLineProps) {
  const test = useMutation(api.system.testPerson.mutationOptions())
  const { name, channel, address, afterMinutes } = person
  const when = afterMinutes === 0 ? 'at once' : `after ${afterMinutes} minutes`
  return (
    <Stack gap={4}>
      <Group gap="xs" justify="space-between">
        <Text size="sm">
          <b>{name}</b>, {when}, by {channel === 'email' ? `e-mail to ${address}` : `Telegram in chat ${address}`}
        </Text>
        <Group gap={4}>
          <Button
            variant="default"
            size="compact-sm"
            loading={test.isPending}
            onClick={() => test.mutate({ person })}
            aria-label={`Send a test to ${name}`}
          >
            Send a test
          </Button>
          <Button variant="subtle" size="compact-sm" disabled={busy || !onUp} onClick={onUp} aria-label={`Tell ${name} earlier`}>
            Earlier
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={busy || !onDown}
            onClick={onDown}
            aria-label={`Tell ${name} later`}
          >
            Later
          </Button>
          <Button variant="subtle" color="bad" size="compact-sm" disabled={busy} onClick={onRemove} aria-label={`Remove ${name}`}>
            Remove
          </Button>
        </Group>
      </Group>
      {test.data ? <TestTold id={test.data.job} name={name} /> : null}
      {test.error ? <FailurePanel failure={failureOf(test.error)} live /> : null}
    </Stack>
  )
}

interface AddPersonProps {
  people: readonly EscalationPerson[]
  busy: boolean
  onAdd: (person: EscalationPerson) => void
}

function AddPerson({ people, busy, onAdd }: AddPersonProps) {
  const [name, setName] = useState('')
  const [channel, setChannel] = useState<EscalationPerson['channel']>('telegram')
  const [address, setAddress] = useState('')
  const [afterMinutes, setAfter] = useState(people.length === 0 ? 0 : 15)
  const [fault, setFault] = useState<string>()
  function add(): void {
    const person = { name, channel, address: address.trim(), afterMinutes }
    const parsed = EscalationPerson.safeParse(person)
    const whole = parsed.success ? EscalationChain.safeParse([...people, parsed.data]) : parsed
    setFault(whole.success ? undefined : whole.error.issues[0]?.message)
    if (!parsed.success || !whole.success) return
    onAdd(parsed.data)
    setName('')
    setAddress('')
  }
  return (
    <form
      aria-label="Add a person"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <Group align="flex-start" gap="xs">
        <TextInput label="Name" required maxLength={80} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select
          label="By"
          w={130}
          allowDeselect={false}
          data={[
            { value: 'telegram', label: 'Telegram' },
            { value: 'email', label: 'E-mail' },
          ]}
          value={channel}
          onChange={(value) => setChannel(value as EscalationPerson['channel'])}
        />
        <TextInput
          label={channel === 'email' ? 'Address' : 'Chat'}
          required
          maxLength={320}
          error={fault}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <NumberInput
          label="After minutes"
          w={120}
          min={0}
          max={10_080}
          allowDecimal={false}
          value={afterMinutes}
          onChange={(value) => setAfter(Number(value) || 0)}
        />
        <Button type="submit" variant="default" mt={24} loading={busy}>
          Add
        </Button>
      </Group>
    </form>
  )
}
