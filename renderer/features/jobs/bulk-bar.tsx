/** A bulk act on everything a filter matches: said literally first, with the number, then ordered as a job of its own. */
import { Anchor, Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { JobFilter } from '#shared/contract/jobs'
import { api } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { bulkSentence, verbsFor } from './filter-words.ts'

export function BulkBar({ filter }: { filter: JobFilter }) {
  const bulk = useMutation(api.jobs.bulk.mutationOptions())
  const verbs = verbsFor(filter.state)
  if (verbs.length === 0 && !bulk.data) return null

  async function order(verb: 'retry' | 'cancel'): Promise<void> {
    const { count } = await client.jobs.count(filter)
    const sentence = bulkSentence(verb, count, filter)
    const yes = await confirm({
      title: `${sentence}?`,
      consequence: 'It runs as a job of its own, which tells what it did and what it skipped, and can be cancelled.',
      action: sentence,
      danger: verb === 'cancel',
    })
    if (yes) bulk.mutate({ filter, verb, name: sentence.slice(0, 80) })
  }

  return (
    <Group px={20} pb="sm" gap="xs">
      {verbs.map((verb) => (
        <Button key={verb} variant="default" loading={bulk.isPending} onClick={() => void order(verb)}>
          {verb === 'retry' ? 'Retry all that match' : 'Cancel all that match'}
        </Button>
      ))}
      {bulk.data ? (
        <Text size="sm" role="status">
          Ordered. <Anchor href={`#/jobs?id=${bulk.data.id}`}>See how it goes</Anchor>
        </Text>
      ) : null}
      {bulk.error ? <FailurePanel failure={failureOf(bulk.error)} live /> : null}
    </Group>
  )
}
