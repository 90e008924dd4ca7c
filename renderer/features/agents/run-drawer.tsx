/** One run: what was asked, each step with its time and cost, what is being written now, and how it ended. */
import { Anchor, Button, Code, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Run } from '#shared/contract/agents'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { toCount } from '../../ui/relative.ts'
import { StatusChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { toMoney } from '../ai/money.ts'
import { sourceOf } from './agent-words.ts'
import { Spoken } from './spoken.tsx'
import { StepList } from './step-list.tsx'

export interface RunDrawerProps {
  id: string
  onRun: (id: string) => void
  onClose: () => void
}

export function RunDrawer({ id, onRun, onClose }: RunDrawerProps) {
  const run = useQuery(api.runs.get.queryOptions({ input: { id } }))
  return (
    <Drawer
      title={run.data ? `${run.data.agent}: ${run.data.instruction.split('\n')[0]}` : 'Run'}
      actions={run.data ? <StatusChip status={run.data.state} /> : null}
      onClose={onClose}
    >
      <QueryState query={run}>{(found) => <Detail run={found} onRun={onRun} />}</QueryState>
    </Drawer>
  )
}

const isOver = ({ state }: Run) => state === 'succeeded' || state === 'failed' || state === 'cancelled'

function Detail({ run, onRun }: { run: Run; onRun: (id: string) => void }) {
  return (
    <Stack gap="md">
      <Acts run={run} onRun={onRun} />
      {run.failure && run.state !== 'succeeded' ? <FailurePanel failure={run.failure} /> : null}
      {run.waitingFor ? <Text size="sm">Waits: {run.waitingFor}</Text> : null}
      <Facts run={run} onRun={onRun} />
      <Stack gap={4}>
        <Text fw={600}>Work</Text>
        <Code block style={{ whiteSpace: 'pre-wrap' }}>
          {run.instruction}
        </Code>
      </Stack>
      <StepList run={run} live={!isOver(run)} onRun={onRun} />
      {run.outcome === null ? null : (
        <Stack gap={4}>
          <Text fw={600}>Account of the agent</Text>
          <Spoken text={run.outcome || 'It said nothing.'} />
        </Stack>
      )}
      <Anchor href={`#/audit?target=${run.id}`} size="sm">
        Its events in the audit log
      </Anchor>
    </Stack>
  )
}

function Acts({ run, onRun }: { run: Run; onRun: (id: string) => void }) {
  const refresh = () => void queryClient.invalidateQueries({ queryKey: api.runs.key() })
  const cancel = useMutation(api.runs.cancel.mutationOptions({ onSuccess: refresh }))
  const again = useMutation(api.runs.again.mutationOptions({ onSuccess: (next) => onRun(next.id) }))
  const error = cancel.error ?? again.error
  return (
    <>
      <Group gap="xs">
        {isOver(run) ? (
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate({ id: run.id })}>
            Run again
          </Button>
        ) : (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ id: run.id })}>
            Stop run
          </Button>
        )}
      </Group>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </>
  )
}

function Facts({ run, onRun }: { run: Run; onRun: (id: string) => void }) {
  const { inputTokens, outputTokens, costUsd, unknownCost } = run.cost
  const parent = run.source.run
  return (
    <Stack gap={2}>
      <Text size="sm">
        Begun by {sourceOf(run)} <When at={run.createdAt} />
        {run.endedAt ? (
          <>
            , ended <When at={run.endedAt} />
          </>
        ) : null}
        .
      </Text>
      <Text size="sm">
        {run.steps} {run.steps === 1 ? 'step' : 'steps'}, {toCount(inputTokens)} tokens in, {toCount(outputTokens)} out,{' '}
        {toMoney(costUsd)}
        {unknownCost > 0 ? `, and ${unknownCost} of unknown cost` : ''}.
      </Text>
      {parent ? (
        <Anchor component="button" type="button" size="sm" onClick={() => onRun(parent)} ta="left">
          Open the run that handed it on
        </Anchor>
      ) : null}
    </Stack>
  )
}
