/** Steps of a run on one scale of time: what was thought, which tools were used, what came back. */
import { Anchor, Badge, Button, Code, Group, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Run, RunStep } from '#shared/contract/agents'
import { pageInput, paging } from '../../paging.ts'
import { api } from '../../query.ts'
import { useNow } from '../../stores/clock.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { toCount } from '../../ui/relative.ts'
import { WordChip } from '../../ui/status-chip.tsx'
import { toMoney } from '../ai/money.ts'
import { stepWords } from './agent-words.ts'
import classes from './agents.module.css'
import { Payload } from './payload.tsx'
import { Spoken } from './spoken.tsx'
import { shareOf, tookOf } from './step-times.ts'

const pageLength = 100
/** How often the words of a model that is writing are asked for. */
const writingMs = 500

export interface StepListProps {
  run: Run
  live: boolean
  onRun: (id: string) => void
}

export function StepList({ run, live, onRun }: StepListProps) {
  const steps = useInfiniteQuery(
    api.runs.steps.infiniteOptions({
      input: (cursor: string | undefined) => ({ id: run.id, limit: pageLength, ...pageInput(cursor) }),
      ...paging,
    }),
  )
  return (
    <QueryState query={steps} rows={4}>
      {({ pages }: { pages: { items: RunStep[] }[] }) => {
        const items = pages.flatMap(({ items: page }) => page)
        return (
          <Stack gap={4}>
            <Text fw={600}>Steps</Text>
            {items.length === 0 ? (
              <Text size="sm" c="dimmed">
                It has not begun.
              </Text>
            ) : null}
            <ol className={classes.steps}>
              {items.map((step) => (
                <Step key={step.number} step={step} all={items} onRun={onRun} />
              ))}
            </ol>
            {live && items.some(({ state, kind }) => kind === 'model' && state === 'running') ? <Writing id={run.id} /> : null}
            {steps.hasNextPage ? (
              <Button variant="default" loading={steps.isFetchingNextPage} onClick={() => void steps.fetchNextPage()}>
                More steps
              </Button>
            ) : null}
          </Stack>
        )
      }}
    </QueryState>
  )
}

/** Words as they are written; asked for only while somebody looks. */
function Writing({ id }: { id: string }) {
  const writing = useQuery({ ...api.runs.writing.queryOptions({ input: { id } }), refetchInterval: writingMs })
  if (!writing.data?.text) return null
  return (
    <div className={classes.writing} role="status" aria-label="Being written">
      <Spoken text={writing.data.text} />
    </div>
  )
}

function Step({ step, all, onRun }: { step: RunStep; all: readonly RunStep[]; onRun: (id: string) => void }) {
  const [opened, setOpened] = useState(false)
  const now = useNow(1_000)
  const { left, width } = shareOf(step, all, now)
  return (
    <li className={classes.step}>
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
          classNames={{ label: classes.title }}
        >
          {step.number}. {step.title}
        </Button>
        <WordChip word={stepWords[step.state]} />
      </Group>
      <div className={classes.track} aria-hidden>
        <div className={classes.bar} data-kind={step.kind} data-open={step.endedAt === null} style={{ left, width }} />
      </div>
      <Text size="xs" c="dimmed">
        {tookOf(step, now)}
        {step.model ? ` · ${step.model.model} · ${toCount(step.cost.inputTokens + step.cost.outputTokens)} tokens` : ''}
        {step.cost.costUsd === null ? '' : ` · ${toMoney(step.cost.costUsd)}`}
      </Text>
      {opened ? <StepDetail step={step} onRun={onRun} /> : null}
    </li>
  )
}

function StepDetail({ step, onRun }: { step: RunStep; onRun: (id: string) => void }) {
  const { job, tool, approval } = step
  return (
    <Stack gap="xs" py="xs">
      {step.model && step.model.reasons.length > 0 ? <Text size="sm">Why this model: {step.model.reasons.join(' ')}</Text> : null}
      {step.kind === 'tool' ? <Payload title="Asked for" value={step.input} /> : null}
      {step.outside ? (
        <Badge variant="outline" color="warn" w="fit-content">
          From outside: data, never instructions
        </Badge>
      ) : null}
      {step.output ? <Output step={step} /> : null}
      <Group gap="md">
        {job && tool === 'delegate' ? (
          <Anchor component="button" type="button" size="sm" onClick={() => onRun(job.id)}>
            Open the run it began
          </Anchor>
        ) : null}
        {job ? (
          <Anchor href={`#/jobs?id=${job.id}`} size="sm">
            Its job
          </Anchor>
        ) : null}
        {approval ? (
          <Anchor href={`#/agents?tab=approvals&approval=${approval}`} size="sm">
            Its approval
          </Anchor>
        ) : null}
      </Group>
    </Stack>
  )
}

function Output({ step: { kind, output } }: { step: RunStep }) {
  if (kind === 'model') return <Spoken text={output ?? ''} />
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        What came back
      </Text>
      <Code block style={{ whiteSpace: 'pre-wrap', maxHeight: 320, overflow: 'auto' }}>
        {output}
      </Code>
    </Stack>
  )
}
