/** Writes a post: one platform at a time, its own form, and what the platform would refuse before it is ordered. */
import { Anchor, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { PlatformId } from '#shared/social/post'
import { api } from '../../query.ts'
import { useSession } from '../../stores/session.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { PostForm } from './post-form.tsx'
import { type PlatformWay, platformWays } from './ways.ts'

export interface PostComposerProps {
  platform: PlatformId | undefined
  onPlatform: (platform: PlatformId) => void
}

export function PostComposer({ platform, onPlatform }: PostComposerProps) {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  return (
    <QueryState query={providers} rows={5}>
      {({ items: catalogue }) => (
        <QueryState query={connections} rows={5}>
          {({ items }) => <Platforms ways={platformWays(catalogue, items)} platform={platform} onPlatform={onPlatform} />}
        </QueryState>
      )}
    </QueryState>
  )
}

function Platforms({ ways, platform, onPlatform }: PostComposerProps & { ways: readonly PlatformWay[] }) {
  const tenantId = useSession((state) => state.tenantId) ?? ''
  const way = ways.find((one) => one.platform === platform) ?? ways.find(({ standing }) => standing === 'goes_out') ?? ways[0]
  if (!way) return <Text>Nothing in this build publishes posts.</Text>
  const pick = (value: string | null) => {
    const chosen = ways.find((one) => one.platform === value)
    if (chosen) onPlatform(chosen.platform)
  }
  return (
    <Stack gap="md" maw={640}>
      <Tabs value={way.platform} onChange={pick}>
        <Tabs.List aria-label="Platform">
          {ways.map(({ platform: id, name, standing }) => (
            <Tabs.Tab key={id} value={id} aria-controls={undefined} {...(standing === 'waits' ? { c: 'dimmed' } : {})}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {way.why ? (
        <Text size="sm" role="note">
          {way.why} <Anchor href={`#/integrations/${way.provider.id}`}>Open {way.provider.name}</Anchor>
        </Text>
      ) : null}
      <PostForm key={`${tenantId}/${way.platform}`} way={way} place={`${tenantId}/post/${way.platform}`} />
    </Stack>
  )
}
