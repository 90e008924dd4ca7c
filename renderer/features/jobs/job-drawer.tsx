/** One job whole: what it is, each attempt, what went in and came out, and what can be done about it now. */
import { Anchor, Button, Code, Group, JsonInput, Stack, Table, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { JobDetail } from '#shared/contract/jobs'
import { canMove } from '#shared/job'
import { useAgentName, useProviderName } from '../../names.ts'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Ident } from '../../ui/ident.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { Attempts } from './attempts.tsx'
import { ByHand } from './by-hand.tsx'
import { Lookup } from './lookup.tsx'

export function JobDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const job = useQuery(api.jobs.get.queryOptions({ input: { id } }))
  return (
    <Drawer
      title={job.data?.subject ?? 'Job'}
      actions={job.data ? <StatusChip status={job.data.state} /> : null}
      onClose={onClose}
    >
      <QueryState query={job}>{(detail: JobDetail) => <Detail job={detail} />}</QueryState>
    </Drawer>
  )
}

function Detail({ job }: { job: JobDetail }) {
  return (
    <Stack gap="md">
      <Acts job={job} />
      {job.failure && job.state !== 'succeeded' ? <FailurePanel failure={job.failure} /> : null}
      {job.waitingFor ? <Text>Waits: {job.waitingFor}</Text> : null}
      {job.state === 'unknown' ? <Resolve job={job} /> : null}
      {job.assist ? <ByHand job={job} assist={job.assist} /> : null}
      <Facts job={job} />
      <Attempts history={job.history} />
      <Json title="Input" value={job.input} />
      {job.result ? <Json title="Result" value={job.result} /> : null}
      <Replay job={job} />
      <Anchor href={`#/audit?target=${job.id}`} size="sm">
        Its events in the audit log
      </Anchor>
    </Stack>
  )
}

function useJobAct() {
  const onSuccess = () => void queryClient.invalidateQueries({ queryKey: api.jobs.key() })
  return {
    cancel: useMutation(api.jobs.cancel.mutationOptions({ onSuccess })),
    retry: useMutation(api.jobs.retry.mutationOptions({ onSuccess })),
    resolve: useMutation(api.jobs.resolve.mutationOptions({ onSuccess })),
  }
}

/** Only what the table of moves allows is offered. */
function Acts({ job }: { job: JobDetail }) {
  const { cancel, retry } = useJobAct()
  const error = cancel.error ?? retry.error
  const mayRetry = canMove(job.state, 'retry') || canMove(job.state, 'resume')
  const isEarly = job.state === 'queued'
  return (
    <>
      <Group gap="xs">
        {mayRetry ? (
          <Button loading={retry.isPending} onClick={() => retry.mutate({ id: job.id })}>
            Retry job
          </Button>
        ) : null}
        {isEarly ? (
          <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate({ id: job.id })}>
            Run now
          </Button>
        ) : null}
        {canMove(job.state, 'cancel') ? (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ id: job.id })}>
            Cancel job
          </Button>
        ) : null}
      </Group>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </>
  )
}

/** A lost answer is decided by a person, after looking. */
export function Resolve({ job }: { job: JobDetail }) {
  const { resolve } = useJobAct()
  const [note, setNote] = useState('')
  const decide = (outcome: 'sent' | 'send_again', url?: string | null) =>
    resolve.mutate({ id: job.id, outcome, ...(note ? { note } : {}), ...(url ? { url } : {}) })
  return (
    <Stack gap="xs">
      <Text fw={600}>Did it go out?</Text>
      {job.lookup ? <Text size="sm">{job.lookup}</Text> : null}
      {job.findable ? <Lookup job={job} onFound={(url) => decide('sent', url)} /> : null}
      <Textarea
        label="Note for the audit log"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autosize
        minRows={1}
        maxLength={500}
      />
      <Group gap="xs">
        <Button loading={resolve.isPending} onClick={() => decide('sent')}>
          It went out
        </Button>
        <Button variant="default" loading={resolve.isPending} onClick={() => decide('send_again')}>
          Send again
        </Button>
      </Group>
      {resolve.error ? <FailurePanel failure={failureOf(resolve.error)} live /> : null}
    </Stack>
  )
}

function Facts({ job }: { job: JobDetail }) {
  const [agentName, serviceName] = [useAgentName(), useProviderName()]
  const facts: [string, React.ReactNode][] = [
    ['Kind', job.kind],
    ['Agent', job.agent ? agentName(job.agent) : '—'],
    ['Service', job.provider ? serviceName(job.provider) : '—'],
    ['Ordered', <When key="created" at={job.createdAt} />],
    ['Due', <When key="due" at={job.dueAt} />],
    ['Ended', job.finishedAt ? <When key="finished" at={job.finishedAt} /> : '—'],
    ['Attempts', `${job.attempts} of ${job.maxAttempts}`],
    ['Id', <Ident key="id" value={job.id} />],
    ...(job.key ? [['Key', <Ident key="key" value={job.key} />] as [string, React.ReactNode]] : []),
  ]
  return (
    <Table withRowBorders={false} verticalSpacing={2}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={110} fw={400} c="dimmed">
              {name}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <Stack gap={4}>
      <Text fw={600}>{title}</Text>
      <Code block>{JSON.stringify(value, undefined, 2)}</Code>
    </Stack>
  )
}

/** A copy as a new job, with its input open to change. */
function Replay({ job }: { job: JobDetail }) {
  const [text, setText] = useState<string>()
  const create = useMutation(api.jobs.create.mutationOptions({ onSuccess: () => setText(undefined) }))
  if (!['EMAIL_SEND', 'TEAMS_SEND', 'TELEGRAM_SEND', 'SLACK_SEND', 'SOCIAL_POST', 'ACTION_RUN'].includes(job.kind)) return null
  if (text === undefined) {
    return (
      <Group gap="xs">
        <Button variant="default" onClick={() => setText(JSON.stringify(job.input, undefined, 2))}>
          Replay edited…
        </Button>
        {create.data ? <Anchor href={`#/jobs?id=${create.data.body.id}`}>Open the copy</Anchor> : null}
      </Group>
    )
  }
  const order = () =>
    create.mutate({ kind: job.kind as 'EMAIL_SEND', input: JSON.parse(text), ...(job.agent ? { agent: job.agent } : {}) })
  return (
    <Stack gap="xs">
      <JsonInput
        label="Input of the copy"
        value={text}
        onChange={setText}
        autosize
        minRows={4}
        validationError="This is not JSON"
      />
      <Group gap="xs">
        <Button loading={create.isPending} onClick={order} disabled={!isJson(text)}>
          Order the copy
        </Button>
        <Button variant="default" onClick={() => setText(undefined)}>
          Discard
        </Button>
      </Group>
      {create.error ? <FailurePanel failure={failureOf(create.error)} live /> : null}
    </Stack>
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Half-typed; the field says so.
    return false
  }
}
