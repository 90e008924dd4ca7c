/** Day, time and zone of a post, with both clocks told, and what the change of clocks makes of them settled by a person. */
import { Button, Group, Radio, Select, Stack, Text, TextInput } from '@mantine/core'
import { localOf } from '#shared/time-zone'
import { bothWords, type LocalTime, type ReadTime } from './local-time.ts'

const zones = Intl.supportedValuesOf('timeZone')

export interface ZoneSelectProps {
  value: string
  onChange: (timeZone: string) => void
  label?: string
}

export function ZoneSelect({ value, onChange, label = 'Time zone' }: ZoneSelectProps) {
  const known = zones.includes('UTC') ? zones : ['UTC', ...zones]
  return (
    <Select
      label={label}
      searchable
      allowDeselect={false}
      limit={50}
      w={220}
      data={known.includes(value) ? known : [value, ...known]}
      value={value}
      onChange={(next) => onChange(next ?? value)}
    />
  )
}

export interface LocalTimeFieldsProps {
  value: LocalTime
  read: ReadTime
  onChange: (value: LocalTime) => void
}

export function LocalTimeFields({ value, read, onChange }: LocalTimeFieldsProps) {
  const change = (part: Partial<LocalTime>) => onChange({ ...value, which: undefined, ...part })
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <TextInput type="date" label="Day" value={value.day} onChange={(event) => change({ day: event.currentTarget.value })} />
        <TextInput
          type="time"
          label="Time"
          value={value.clock}
          onChange={(event) => change({ clock: event.currentTarget.value })}
        />
        <ZoneSelect value={value.timeZone} onChange={(timeZone) => change({ timeZone })} />
      </Group>
      {read.twice ? <Which value={value} twice={read.twice} onChange={(which) => change({ which })} /> : null}
      <Text size="sm" role="status" {...(read.fault ? { c: 'var(--atlas-bad)' } : {})}>
        {read.fault ?? (read.runAt ? `${bothWords(read.runAt, value.timeZone)}.` : '')}
      </Text>
      {read.next ? (
        <Group>
          <Button variant="default" onClick={() => change({ clock: read.next ?? value.clock })}>
            Take {read.next}, the first time after it
          </Button>
        </Group>
      ) : null}
    </Stack>
  )
}

interface WhichProps {
  value: LocalTime
  twice: readonly [number, number]
  onChange: (which: 'first' | 'second') => void
}

function Which({ value, twice: [first, second], onChange }: WhichProps) {
  const words = (at: number) => `${value.clock}, which is ${localOf(at, 'UTC').clock} UTC`
  return (
    <Radio.Group
      label={`${value.clock} comes twice that day`}
      value={value.which ?? null}
      onChange={(next) => onChange(next === 'second' ? 'second' : 'first')}
    >
      <Stack gap={6} mt={4}>
        <Radio value="first" label={`The first ${words(first)}`} />
        <Radio value="second" label={`The second ${words(second)}`} />
      </Stack>
    </Radio.Group>
  )
}
