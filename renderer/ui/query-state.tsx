/** What a question to the engine looks like while it is asked, when it failed, and when its answer is old. */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useTimeout } from '@mantine/hooks'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { failureOf } from '../rpc.ts'
import { FailurePanel } from './failure-panel.tsx'
import { When } from './when.tsx'

export interface QueryStateProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'dataUpdatedAt' | 'refetch' | 'isFetching'>
  /** Rows of the skeleton. */
  rows?: number
  children: (data: T) => ReactNode
}

export function QueryState<T>({ query, rows = 3, children }: QueryStateProps<T>) {
  const { data, error, refetch, isFetching, dataUpdatedAt } = query
  const retry = () => void refetch()
  if (data === undefined && error) {
    return <FailurePanel failure={failureOf(error)} live actions={<RetryButton onClick={retry} busy={isFetching} />} />
  }
  if (data === undefined) return <LateSkeleton rows={rows} />
  return (
    <>
      {error ? (
        <Group gap="xs" px="sm" py={4} role="status">
          <Text size="xs" c="var(--atlas-warn)">
            Updated <When at={new Date(dataUpdatedAt).toISOString()} />. {failureOf(error).message}
          </Text>
          <RetryButton onClick={retry} busy={isFetching} />
        </Group>
      ) : null}
      {children(data)}
    </>
  )
}

function RetryButton({ onClick, busy }: { onClick: () => void; busy: boolean }) {
  return (
    <Button variant="default" onClick={onClick} loading={busy}>
      Retry
    </Button>
  )
}

/** Grey bars, but only when the wait is long enough to be noticed. */
export function LateSkeleton({ rows }: { rows: number }) {
  const [late, setLate] = useState(false)
  const { start, clear } = useTimeout(() => setLate(true), 150)
  useEffect(() => {
    start()
    return clear
  }, [start, clear])
  if (!late) return null
  return (
    <Stack gap={8} p="sm" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((row) => (
        <Skeleton key={row} height={20} />
      ))}
    </Stack>
  )
}
