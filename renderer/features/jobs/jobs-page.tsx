/** The queue: what waits, runs, came to its end, and what a person must decide. */
import { Button, Group, Tabs, TextInput } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Job, JobStats } from '#shared/contract/jobs'
import { JobState } from '#shared/job'
import { pageInput, paging } from '../../paging.ts'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { jobWords } from '../../ui/status.ts'
import { BulkBar } from './bulk-bar.tsx'
import { toFilter } from './filter-words.ts'
import { JobDrawer } from './job-drawer.tsx'
import { JobGrid } from './job-grid.tsx'
import type { JobsSearch } from './jobs-search.ts'
import { PauseButton } from './pause-button.tsx'
import { StatsStrip } from './stats-strip.tsx'

const route = getRouteApi('/jobs')
const pageLength = 100

export function JobsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<JobsSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const stats = useQuery(api.jobs.stats.queryOptions({ input: {} }))
  const filter = toFilter(search)
  const jobs = useInfiniteQuery(
    api.jobs.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: pageLength, ...pageInput(cursor) }),
      ...paging,
      placeholderData: keepPreviousData,
    }),
  )
  const onEnd = () => {
    if (jobs.hasNextPage && !jobs.isFetchingNextPage) void jobs.fetchNextPage()
  }
  return (
    <Page
      title="Jobs"
      lead="Every order, from the moment it is on disk until its provider confirmed it or said why not."
      actions={<PauseButton />}
      bleed
      aside={search.id ? <JobDrawer key={search.id} id={search.id} onClose={() => change({ id: undefined })} /> : null}
    >
      <StatsStrip stats={stats.data} onFilter={change} />
      <StateTabs stats={stats.data} state={search.state} onState={(state) => change({ state })} />
      <Filters search={search} onChange={change} />
      <BulkBar filter={filter} />
      <QueryState query={jobs} rows={8}>
        {({ pages }: { pages: { items: Job[] }[] }) => (
          <JobGrid
            items={pages.flatMap(({ items }) => items)}
            openId={search.id}
            onOpen={(job) => change({ id: job.id })}
            onEnd={onEnd}
            empty={<NoJobs search={search} onClear={() => change(nothing)} />}
          />
        )}
      </QueryState>
    </Page>
  )
}

const nothing: Partial<JobsSearch> = {
  state: undefined,
  kind: undefined,
  agent: undefined,
  provider: undefined,
  failure: undefined,
  text: undefined,
}

/** Counts are those of the engine; their sum is always All. */
function StateTabs({
  stats,
  state,
  onState,
}: {
  stats: JobStats | undefined
  state: JobState | undefined
  onState: (state: JobState | undefined) => void
}) {
  const count = (name: JobState) => stats?.states[name] ?? 0
  const all = JobState.options.reduce((sum, name) => sum + count(name), 0)
  const told = (value: number) => (stats ? value.toLocaleString('en') : '—')
  return (
    <Tabs value={state ?? 'all'} onChange={(value) => onState(JobState.options.find((name) => name === value))} px={20} pb="xs">
      <Tabs.List aria-label="States">
        <Tabs.Tab value="all" aria-controls={undefined}>
          All {told(all)}
        </Tabs.Tab>
        {JobState.options.map((name) => (
          <Tabs.Tab key={name} value={name} aria-controls={undefined}>
            {jobWords[name].word} {told(count(name))}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}

function Filters({ search, onChange }: { search: JobsSearch; onChange: (part: Partial<JobsSearch>) => void }) {
  const chips = (['kind', 'agent', 'provider', 'failure'] as const).filter((name) => search[name])
  return (
    <Group px={20} pb="sm" gap="xs">
      <TextInput
        data-filter
        w={320}
        aria-label="Search jobs"
        placeholder="Search subject, key or id ( / )"
        value={search.text ?? ''}
        onChange={(event) => onChange({ text: event.currentTarget.value || undefined })}
      />
      {chips.map((name) => (
        <Button key={name} variant="default" onClick={() => onChange({ [name]: undefined })} aria-label={`Remove filter ${name}`}>
          {name}: {search[name]} ×
        </Button>
      ))}
    </Group>
  )
}

function NoJobs({ search, onClear }: { search: JobsSearch; onClear: () => void }) {
  const filtered = Object.keys(toFilter(search)).length > 0
  if (!filtered) return <EmptyState title="No jobs yet">Send a message in Messaging, or order one with POST /v1/jobs.</EmptyState>
  return (
    <EmptyState
      title="No job matches"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      }
    >
      Nothing of this tenant fits every part of the filter.
    </EmptyState>
  )
}
