/** Writing: one platform with all that it takes, or one text for several; beside it every post, newest first. */
import { SegmentedControl, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Job } from '#shared/contract/jobs'
import { pageInput, paging, sourceOf } from '../../paging.ts'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { CampaignComposer } from './campaign-composer.tsx'
import { PostComposer } from './post-composer.tsx'
import { PostGrid } from './post-grid.tsx'
import classes from './publishing.module.css'
import type { PublishingTabProps } from './publishing-page.tsx'

const pageLength = 50

export function ComposeTab({ search: { id, platform, compose }, onChange }: PublishingTabProps) {
  return (
    <div className={classes.columns}>
      <ScrollRegion className={classes.composer} aria-label="New post">
        <SegmentedControl
          aria-label="For how many platforms"
          mb="sm"
          value={compose ?? 'one'}
          data={[
            { value: 'one', label: 'One platform' },
            { value: 'several', label: 'Several platforms' },
          ]}
          onChange={(next) => onChange({ compose: next === 'several' ? 'several' : undefined })}
        />
        {compose === 'several' ? (
          <CampaignComposer onOrdered={(campaign) => onChange({ campaign, id: undefined })} />
        ) : (
          <PostComposer platform={platform} onPlatform={(next) => onChange({ platform: next })} />
        )}
      </ScrollRegion>
      <section className={classes.posts} aria-label="Posts">
        <Title order={2} className={classes.heading}>
          Posts
        </Title>
        <Posts openId={id} onOpen={(job) => onChange({ id: job.id })} />
      </section>
    </div>
  )
}

function Posts({ openId, onOpen }: { openId: string | undefined; onOpen: (job: Job) => void }) {
  const posts = useInfiniteQuery(
    api.jobs.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ kind: 'SOCIAL_POST', limit: pageLength, ...pageInput(cursor) }),
      ...paging,
    }),
  )
  return (
    <QueryState query={posts} rows={6}>
      {() => (
        <PostGrid
          {...sourceOf<Job>(posts)}
          openId={openId}
          onOpen={onOpen}
          empty={
            <EmptyState title="No post yet">Write one on the left. It appears here from the moment it is on disk.</EmptyState>
          }
        />
      )}
    </QueryState>
  )
}
