/** One campaign: where each of its posts stands, and the failed ones retried. */
import { Anchor, Button, Group, List, Stack, Text, UnstyledButton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { CampaignDetail, PlannedPost } from '#shared/contract/posts'
import { platforms } from '#shared/social/platforms'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { campaignWord, postWord } from './post-words.ts'

export interface CampaignDrawerProps {
  id: string
  onPost: (id: string) => void
  onClose: () => void
}

export function CampaignDrawer({ id, onPost, onClose }: CampaignDrawerProps) {
  const campaign = useQuery(api.posts.get.queryOptions({ input: { id } }))
  return (
    <Drawer
      title={campaign.data?.title ?? 'Campaign'}
      actions={campaign.data ? <WordChip word={campaignWord[campaign.data.state]} /> : null}
      onClose={onClose}
    >
      <QueryState query={campaign}>{(detail: CampaignDetail) => <Detail campaign={detail} onPost={onPost} />}</QueryState>
    </Drawer>
  )
}

function Detail({ campaign, onPost }: { campaign: CampaignDetail; onPost: (id: string) => void }) {
  const { unknown } = campaign.counts
  return (
    <Stack gap="md">
      <Text role="status">{campaign.summary}</Text>
      <Acts campaign={campaign} />
      {unknown > 0 ? (
        <Text size="sm">
          Of {unknown === 1 ? 'one post' : `${unknown} posts`} nobody knows whether it went out, so it is not sent again by
          itself. <Anchor href="#/publishing?tab=outcomes">Settle it under Outcomes</Anchor>
        </Text>
      ) : null}
      <List listStyleType="none" spacing="sm" aria-label="Posts of this campaign">
        {campaign.posts.map((post) => (
          <List.Item key={post.id}>
            <Post post={post} onOpen={() => onPost(post.id)} />
          </List.Item>
        ))}
      </List>
      <Text size="xs" c="dimmed">
        Ordered <When at={campaign.createdAt} /> by {campaign.createdBy}
        {campaign.timeZone ? `, in ${campaign.timeZone}` : ''}.{' '}
        <Anchor size="xs" href={`#/audit?target=${campaign.id}`}>
          Its events in the audit log
        </Anchor>
      </Text>
    </Stack>
  )
}

function useCampaignActs() {
  const onSettled = () => {
    void queryClient.invalidateQueries({ queryKey: api.posts.key() })
    void queryClient.invalidateQueries({ queryKey: api.jobs.key() })
  }
  return {
    retry: useMutation(api.posts.retryFailed.mutationOptions({ onSettled })),
    cancel: useMutation(api.posts.cancelOpen.mutationOptions({ onSettled })),
  }
}

/** Only what there is to do is offered. */
function Acts({ campaign }: { campaign: CampaignDetail }) {
  const { retry, cancel } = useCampaignActs()
  const { failed, queued, waiting } = campaign.counts
  const open = queued + waiting
  const error = retry.error ?? cancel.error
  const callOff = async () => {
    const agreed = await confirm({
      title: `Cancel what is still to come of "${campaign.title}"?`,
      consequence: `${open === 1 ? '1 post does' : `${open} posts do`} not go out. What is live stays live.`,
      action: open === 1 ? 'Cancel 1 post' : `Cancel ${open} posts`,
      danger: true,
    })
    if (agreed) cancel.mutate({ id: campaign.id })
  }
  if (failed === 0 && open === 0) return null
  return (
    <>
      <Group gap="xs">
        {failed > 0 ? (
          <Button loading={retry.isPending} onClick={() => retry.mutate({ id: campaign.id })}>
            Retry {failed === 1 ? 'the failed post' : `the ${failed} failed posts`}
          </Button>
        ) : null}
        {open > 0 ? (
          <Button variant="default" loading={cancel.isPending} onClick={() => void callOff()}>
            Cancel what is to come…
          </Button>
        ) : null}
      </Group>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </>
  )
}

function Post({ post, onOpen }: { post: PlannedPost; onOpen: () => void }) {
  const why = post.failure?.message ?? post.waitingFor
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <WordChip word={postWord(post)} />
        <UnstyledButton onClick={onOpen} td="underline" fz="sm" aria-label={`Open the post on ${platforms[post.platform].name}`}>
          {platforms[post.platform].name}
        </UnstyledButton>
        <Text size="sm">
          <When at={post.at} />
        </Text>
        {post.url ? (
          <Anchor size="sm" href={post.url} target="_blank" rel="noreferrer">
            See it
          </Anchor>
        ) : null}
      </Group>
      <Text size="sm" lineClamp={2}>
        {post.excerpt}
      </Text>
      {why ? (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      ) : null}
    </Stack>
  )
}
