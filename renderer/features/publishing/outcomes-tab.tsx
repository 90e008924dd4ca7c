/** Posts that only a person can settle: of which nobody knows whether they went out, and those to be posted by hand. */
import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Attempt, Job, JobDetail } from '#shared/contract/jobs'
import { pageInput, paging } from '../../paging.ts'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { ByHand } from '../jobs/by-hand.tsx'
import { Resolve } from '../jobs/job-drawer.tsx'
import { postWord } from './post-words.ts'
import classes from './publishing.module.css'
import type { PublishingTabProps } from './publishing-page.tsx'

const pageLength = 20

function usePosts(state: 'unknown' | 'waiting') {
  return useInfiniteQuery(
    api.jobs.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        kind: 'SOCIAL_POST',
        state,
        limit: pageLength,
        ...pageInput(cursor),
      }),
      ...paging,
    }),
  )
}

const isByHand = ({ reason }: Job) => reason === 'operator' || reason === 'verification'

export function OutcomesTab({ onChange }: PublishingTabProps) {
  const open = (id: string) => onChange({ id })
  return (
    <ScrollRegion className={classes.calendar} aria-label="Posts to settle">
      <Stack gap="lg" p="md" maw={860}>
        <Section
          title="Outcome unknown"
          lead="Sent, and no clear answer came. Nothing is sent again until you say what became of it."
          query={usePosts('unknown')}
          empty="Of every post it is known what became of it."
          onOpen={open}
        />
        <Section
          title="To post by hand"
          lead="Platforms without an API, or whose review is still open: the text and the page are ready."
          query={usePosts('waiting')}
          keep={isByHand}
          empty="Nothing waits for your hand."
          onOpen={open}
        />
      </Stack>
    </ScrollRegion>
  )
}

interface SectionProps {
  title: string
  lead: string
  query: ReturnType<typeof usePosts>
  keep?: (job: Job) => boolean
  empty: string
  onOpen: (id: string) => void
}

function Section({ title, lead, query, keep = () => true, empty, onOpen }: SectionProps) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <div>
        <Title order={2}>{title}</Title>
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      </div>
      <QueryState query={query} rows={3}>
        {({ pages }: { pages: { items: Job[] }[] }) => {
          const jobs = pages.flatMap(({ items }) => items).filter(keep)
          return (
            <>
              {jobs.map((job) => (
                <Post key={job.id} job={job} onOpen={() => onOpen(job.id)} />
              ))}
              {jobs.length === 0 && !query.hasNextPage ? <EmptyState title={empty} /> : null}
            </>
          )
        }}
      </QueryState>
      {query.hasNextPage ? (
        <Group>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Look for more
          </Button>
        </Group>
      ) : null}
    </Stack>
  )
}

function Post({ job, onOpen }: { job: Job; onOpen: () => void }) {
  const detail = useQuery(api.jobs.get.queryOptions({ input: { id: job.id } }))
  return (
    <Paper withBorder p="md" component="article" aria-label={job.subject}>
      <Stack gap="sm">
        <Group gap="xs" justify="space-between">
          <Text fw={600}>{job.subject}</Text>
          <WordChip word={postWord(job)} />
        </Group>
        <QueryState query={detail} rows={2}>
          {(known: JobDetail) => <Settle job={known} />}
        </QueryState>
        <Group>
          <Anchor component="button" type="button" size="sm" onClick={onOpen}>
            Everything known of it
          </Anchor>
        </Group>
      </Stack>
    </Paper>
  )
}

/** Nothing is shown of one that was settled meanwhile. */
function Settle({ job }: { job: JobDetail }) {
  if (job.state === 'unknown') {
    return (
      <>
        <Evidence job={job} />
        <Resolve job={job} />
      </>
    )
  }
  return job.assist ? <ByHand job={job} assist={job.assist} /> : null
}

const sentOf = (history: readonly Attempt[]) => history.findLast(({ sendingAt }) => sendingAt !== null)

function Evidence({ job }: { job: JobDetail }) {
  const sent = sentOf(job.history)
  const { text } = job.input as { text?: unknown }
  return (
    <Stack gap={4} component="section" aria-label="What is known">
      <Text size="sm">
        Sent <When at={sent?.sendingAt} />
        {sent?.provider ? ` through ${sent.provider}` : ''}; attempt {job.history.length}.
      </Text>
      {typeof text === 'string' && text !== '' ? (
        <Text
          size="sm"
          component="blockquote"
          m={0}
          pl="sm"
          style={{ borderLeft: '2px solid var(--atlas-edge)', whiteSpace: 'pre-wrap' }}
        >
          {text}
        </Text>
      ) : null}
      {job.failure ? <FailurePanel failure={job.failure} /> : null}
    </Stack>
  )
}
