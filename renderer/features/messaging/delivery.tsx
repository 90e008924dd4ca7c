/** How far one order got: its ladder, why it does not go on, and what a person can do about it now. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { JobDetail } from '#shared/contract/jobs'
import { canMove, type JobState } from '#shared/job'
import { useProviderName } from '../../names.ts'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { When } from '../../ui/when.tsx'
import { type Delivery, fallbackSentence, ladderOf } from './ladder.ts'
import classes from './messaging.module.css'

/** States in which there is more to say than the ladder tells. */
const needDetail: readonly JobState[] = ['queued', 'waiting', 'failed', 'unknown']

export function DeliveryTrail({ id, delivery }: { id: string; delivery: Delivery }) {
  const detail = useQuery({ ...api.jobs.get.queryOptions({ input: { id } }), enabled: needDetail.includes(delivery.state) })
  // An answer from before the last move would tell of the wrong state.
  const job = detail.data?.state === delivery.state && needDetail.includes(delivery.state) ? detail.data : undefined
  return (
    <Stack gap={6}>
      <Rungs delivery={delivery} />
      {job?.state === 'queued' && Date.parse(job.runAt) > Date.now() ? (
        <Text size="xs">
          Goes out <When at={job.runAt} />
        </Text>
      ) : null}
      {job?.waitingFor ? <Text size="xs">Waits: {job.waitingFor}</Text> : null}
      {job?.failure ? <FailurePanel failure={job.failure} /> : null}
      {job ? <Acts job={job} /> : null}
    </Stack>
  )
}

function Rungs({ delivery }: { delivery: Delivery }) {
  const nameOf = useProviderName()
  const { past, now, ahead } = ladderOf(delivery, nameOf)
  const fallback = fallbackSentence(delivery, nameOf)
  return (
    <div>
      <ol className={classes.ladder} aria-label="Delivery">
        {past.map((rung) => (
          <li key={rung}>{rung}</li>
        ))}
        <li aria-current="step">{now}</li>
        {ahead.map((rung) => (
          <li key={rung} data-ahead>
            {rung}
          </li>
        ))}
      </ol>
      {fallback ? <Text size="xs">{fallback}</Text> : null}
    </div>
  )
}

const settled = { onSuccess: () => void refresh() }

async function refresh(): Promise<void> {
  await Promise.all([api.jobs.key(), api.messaging.key()].map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}

/** Only what the table of moves allows is offered. */
function Acts({ job }: { job: JobDetail }) {
  const cancel = useMutation(api.jobs.cancel.mutationOptions(settled))
  const retry = useMutation(api.jobs.retry.mutationOptions(settled))
  const error = cancel.error ?? retry.error
  if (canMove(job.state, 'resolve_sent')) return <Resolve job={job} />
  return (
    <>
      <Group gap="xs">
        {canMove(job.state, 'retry') ? (
          <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate({ id: job.id })}>
            Retry message
          </Button>
        ) : null}
        {canMove(job.state, 'cancel') ? (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ id: job.id })}>
            Cancel message
          </Button>
        ) : null}
      </Group>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </>
  )
}

/** A lost answer is decided by a person, after looking. */
function Resolve({ job }: { job: JobDetail }) {
  const resolve = useMutation(api.jobs.resolve.mutationOptions(settled))
  async function sendAgain(): Promise<void> {
    const yes = await confirm({
      title: 'Send this message again?',
      consequence: `${job.subject}. If the first one did arrive, it is there twice.`,
      action: 'Send again',
    })
    if (yes) resolve.mutate({ id: job.id, outcome: 'send_again' })
  }
  return (
    <Stack gap="xs">
      <Text size="sm">Did it go out? {job.lookup ?? 'Look at the recipient’s end, then decide.'}</Text>
      <Group gap="xs">
        <Button loading={resolve.isPending} onClick={() => resolve.mutate({ id: job.id, outcome: 'sent' })}>
          It went out
        </Button>
        <Button variant="default" loading={resolve.isPending} onClick={() => void sendAgain()}>
          Send again
        </Button>
      </Group>
      {resolve.error ? <FailurePanel failure={failureOf(resolve.error)} live /> : null}
    </Stack>
  )
}
