/** Writes a post: one platform at a time, its own form, and what the platform would refuse before it is ordered. */
import { Anchor, Stack, Tabs, Text } from '@mantine/core'
import type { PlatformId } from '#shared/social/post'
import { useSession } from '../../stores/session.ts'
import { PostForm } from './post-form.tsx'
import type { PlatformWay } from './ways.ts'
import { WithWays } from './with-ways.tsx'

export interface PostComposerProps {
  platform: PlatformId | undefined
  onPlatform: (platform: PlatformId) => void
}

export function PostComposer({ platform, onPlatform }: PostComposerProps) {
  return <WithWays>{(ways) => <Platforms ways={ways} platform={platform} onPlatform={onPlatform} />}</WithWays>
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
