/** Which kinds of notice are raised, and when they keep quiet. */
import { Button, Group, MultiSelect, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { NoticeKind, type TenantSettings } from '#shared/contract/system'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { PeopleSection } from './people-section.tsx'
import classes from './settings.module.css'
import { useTenantSettings } from './tenant-settings.ts'

const kindWords: Readonly<Record<NoticeKind, { title: string; means: string }>> = {
  job_failed: { title: 'A job failed', means: 'It ended without success, and nothing more is tried by itself.' },
  outcome_unknown: { title: 'An outcome is unknown', means: 'Something was sent and no clear answer came; you decide.' },
  connection_broken: { title: 'A connection needs attention', means: 'Told once when it breaks, not again until it has worked.' },
  ai_budget: { title: 'The AI budget runs out', means: 'At 75, 90 and 100 % of what a month may cost.' },
  payment_failed: { title: 'A payment failed', means: 'A customer’s invoice is open because their payment was declined.' },
  approval_waiting: { title: 'An agent asks', means: 'A use of a tool waits until you decide on it.' },
  run_told: {
    title: 'An agent has something to tell you',
    means: 'You asked to be told, and there is no Telegram chat to tell it in.',
  },
  run_stuck: { title: 'A run stands still', means: 'No step for a quarter of an hour. It closes by itself when it goes on.' },
  disk_low: { title: 'The disk is nearly full', means: 'Less than 1 GiB is free where the data lies.' },
  clock_behind: { title: 'The clock went back', means: 'It is behind what was recorded last, so schedules wait.' },
  agent_budget: { title: 'An agent’s budget runs out', means: 'At 75, 90 and 100 % of what its day may cost.' },
  job_late: { title: 'A job is late', means: 'It is due for a minute and has not begun.' },
}

export function NotificationsSection() {
  const { query, update } = useTenantSettings()
  return (
    <Stack gap="lg" className={classes.narrow}>
      <Text size="sm">
        These apply to the tenant on screen. Notices always stand in the bell; here you choose which ones call you.
      </Text>
      <QueryState query={query}>
        {(settings) => (
          <>
            <Stack gap="sm">
              {NoticeKind.options.map((kind) => (
                <Switch
                  key={kind}
                  label={kindWords[kind].title}
                  description={kindWords[kind].means}
                  checked={settings.notifications[kind]}
                  disabled={update.isPending}
                  onChange={(event) => update.mutate({ notifications: { [kind]: event.currentTarget.checked } })}
                />
              ))}
            </Stack>
            <PeopleSection people={settings.people} busy={update.isPending} onSave={(people) => update.mutate({ people })} />
            <QuietHours
              key={JSON.stringify(settings.quietHours)}
              hours={settings.quietHours}
              busy={update.isPending}
              onSave={(quietHours) => update.mutate({ quietHours })}
            />
            {settings.quietHours ? (
              <MultiSelect
                label="Told in quiet hours too"
                data={NoticeKind.options.map((value) => ({ value, label: kindWords[value].title }))}
                value={settings.breakThrough}
                disabled={update.isPending}
                onChange={(kinds) => update.mutate({ breakThrough: kinds as NoticeKind[] })}
              />
            ) : null}
          </>
        )}
      </QueryState>
      {update.error ? <FailurePanel failure={failureOf(update.error)} live /> : null}
    </Stack>
  )
}

type Hours = TenantSettings['quietHours']

interface QuietHoursProps {
  hours: Hours
  busy: boolean
  onSave: (hours: Hours) => void
}

const zones = Intl.supportedValuesOf('timeZone')

function QuietHours({ hours, busy, onSave }: QuietHoursProps) {
  const [from, setFrom] = useState(hours?.from ?? '22:00')
  const [to, setTo] = useState(hours?.to ?? '07:00')
  const [timeZone, setTimeZone] = useState(hours?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSave({ from, to, timeZone })
      }}
    >
      <Stack gap="sm">
        <Text component="h2" fw={600} fz={14} m={0}>
          Quiet hours
        </Text>
        <Text size="sm">
          {hours
            ? `Between ${hours.from} and ${hours.to} (${hours.timeZone}) nothing calls you.`
            : 'There are none; you may be called at any hour.'}
        </Text>
        <Group align="flex-end" gap="xs">
          <TextInput type="time" label="From" required value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
          <TextInput type="time" label="To" required value={to} onChange={(event) => setTo(event.currentTarget.value)} />
          <Select
            label="Time zone"
            searchable
            allowDeselect={false}
            limit={50}
            data={zones.includes(timeZone) ? zones : [timeZone, ...zones]}
            value={timeZone}
            onChange={(next) => setTimeZone(next ?? timeZone)}
          />
          <Button type="submit" variant="default" loading={busy}>
            Save quiet hours
          </Button>
          {hours ? (
            <Button variant="subtle" color="idle" disabled={busy} onClick={() => onSave(null)}>
              Remove quiet hours
            </Button>
          ) : null}
        </Group>
      </Stack>
    </form>
  )
}
