/** The attempts of a job, oldest first; each failure told, and whether it is the same as the one before. */
import { Stack, Text, Timeline } from '@mantine/core'
import type { Attempt } from '#shared/contract/jobs'
import { useProviderName } from '../../names.ts'
import { When } from '../../ui/when.tsx'

const words: Readonly<Record<Attempt['outcome'], string>> = {
  running: 'under way',
  succeeded: 'succeeded',
  failed: 'failed for good',
  retried: 'failed; tried again',
  unknown: 'answer lost',
  released: 'given back before anything was sent',
  cancelled: 'cancelled',
}

export function Attempts({ history }: { history: readonly Attempt[] }) {
  const nameOf = useProviderName()
  if (history.length === 0) return <Text c="dimmed">No attempt yet.</Text>
  return (
    <Stack gap="xs">
      <Text fw={600}>Attempts</Text>
      <Timeline bulletSize={12} lineWidth={2} active={history.length}>
        {history.map((attempt, at) => (
          <Timeline.Item
            key={attempt.number}
            title={`${attempt.number}. ${attempt.provider ? nameOf(attempt.provider) : 'Atlas UX'}: ${words[attempt.outcome]}`}
          >
            <Text size="xs" c="dimmed">
              <When at={attempt.startedAt} /> · {attempt.sendingAt ? 'sending had begun' : 'nothing was sent'}
            </Text>
            {attempt.failure ? (
              <Text size="sm">{isSame(attempt, history[at - 1]) ? 'The same failure as before.' : attempt.failure.message}</Text>
            ) : null}
          </Timeline.Item>
        ))}
      </Timeline>
    </Stack>
  )
}

function isSame(attempt: Attempt, before: Attempt | undefined): boolean {
  return before?.failure?.kind === attempt.failure?.kind && before?.failure?.message === attempt.failure?.message
}
