/** Something that was ordered: how far its job got, and what came of it. */
import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import type { JobDetail } from '#shared/contract/jobs'
import { api, queryClient } from '../../query.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'

export interface OrderedProps {
  /** The job. */
  id: string
  /** What is shown of its result. */
  children?: (result: Record<string, unknown>) => ReactNode
}

export function Ordered({ id, children }: OrderedProps) {
  const job = useQuery(api.jobs.get.queryOptions({ input: { id } }))
  const state = job.data?.state
  useEffect(() => {
    // What it changed is asked for anew once it is done.
    if (state === 'succeeded') void queryClient.invalidateQueries({ queryKey: api.billing.key() })
  }, [state])
  return (
    <QueryState query={job} rows={1}>
      {(detail: JobDetail) => (
        <Stack gap={6} role="status" aria-label={detail.subject}>
          <Group gap="xs">
            <StatusChip status={detail.state} attempts={detail.attempts} />
            <Text size="sm">{detail.subject}</Text>
          </Group>
          {detail.failure && detail.state !== 'succeeded' ? <FailurePanel failure={detail.failure} /> : null}
          {detail.result && children ? children(detail.result) : null}
          <Anchor size="xs" href={`#/jobs?id=${id}`}>
            Open the job
          </Anchor>
        </Stack>
      )}
    </QueryState>
  )
}

/** The page that an order made, opened in the browser. */
export function PageLink({ result, label }: { result: Record<string, unknown>; label: string }) {
  if (typeof result.url !== 'string') return null
  return (
    <Anchor size="sm" href={result.url} target="_blank" rel="noreferrer">
      {label}
    </Anchor>
  )
}
