/** Publishing: what waits for a person, a composer for every platform, and what became of each post. */
import { Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Job } from '#shared/contract/jobs'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { JobDrawer } from '../jobs/job-drawer.tsx'
import { PostComposer } from './post-composer.tsx'
import { PostGrid } from './post-grid.tsx'
import classes from './publishing.module.css'
import type { PublishingSearch } from './publishing-search.ts'

const route = getRouteApi('/publishing')
const pageLength = 50

export function PublishingPage() {
  const { id, platform } = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<PublishingSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  return (
    <Page
      title="Publishing"
      lead="Checked against each platform's own limits while you write. A post counts as published when the platform says it is live."
      bleed
      aside={id ? <JobDrawer key={id} id={id} onClose={() => change({ id: undefined })} /> : null}
    >
      <div className={classes.columns}>
        <ScrollRegion className={classes.composer} aria-label="New post">
          <PostComposer platform={platform} onPlatform={(next) => change({ platform: next })} />
        </ScrollRegion>
        <section className={classes.posts} aria-label="Posts">
          <Title order={2} className={classes.heading}>
            Posts
          </Title>
          <Posts openId={id} onOpen={(job) => change({ id: job.id })} />
        </section>
      </div>
    </Page>
  )
}

function Posts({ openId, onOpen }: { openId: string | undefined; onOpen: (job: Job) => void }) {
  const posts = useInfiniteQuery(
    api.jobs.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ kind: 'SOCIAL_POST', limit: pageLength, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    }),
  )
  const onEnd = () => {
    if (posts.hasNextPage && !posts.isFetchingNextPage) void posts.fetchNextPage()
  }
  return (
    <QueryState query={posts} rows={6}>
      {({ pages }: { pages: { items: Job[] }[] }) => (
        <PostGrid
          items={pages.flatMap(({ items }) => items)}
          openId={openId}
          onOpen={onOpen}
          onEnd={onEnd}
          empty={
            <EmptyState title="No post yet">Write one on the left. It appears here from the moment it is on disk.</EmptyState>
          }
        />
      )}
    </QueryState>
  )
}
