/** Searches the account's recent posts for a doubtful send, so that nobody has to guess. */
import { Anchor, Button, Group, List, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { JobDetail } from '#shared/contract/jobs'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { When } from '../../ui/when.tsx'

export interface LookupProps {
  job: JobDetail
  /** The person recognised it. */
  onFound: (url: string | null) => void
}

export function Lookup({ job, onFound }: LookupProps) {
  const lookup = useMutation(api.jobs.lookup.mutationOptions())
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button variant="default" loading={lookup.isPending} onClick={() => lookup.mutate({ id: job.id })}>
          Look it up
        </Button>
        {lookup.data ? (
          <Text size="sm" role="status">
            {lookup.data.items.length === 0 ? 'Nothing was published there since ' : 'Published there since '}
            <When at={lookup.data.since} as="clock" />
            {lookup.data.items.length === 0 ? '.' : ':'}
          </Text>
        ) : null}
      </Group>
      <List size="sm" listStyleType="none">
        {lookup.data?.items.map((item) => (
          <List.Item key={item.id}>
            <Group gap="xs" wrap="nowrap" justify="space-between">
              <Text size="sm" lineClamp={2}>
                {item.text || 'Without text'} · <When at={item.at} />{' '}
                {item.url ? (
                  <Anchor href={item.url} target="_blank" rel="noreferrer" size="sm">
                    Open
                  </Anchor>
                ) : null}
              </Text>
              <Button size="compact-sm" variant="light" onClick={() => onFound(item.url)}>
                This is it
              </Button>
            </Group>
          </List.Item>
        ))}
      </List>
      {lookup.error ? <FailurePanel failure={failureOf(lookup.error)} live /> : null}
    </Stack>
  )
}
