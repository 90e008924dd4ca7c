/** One text for several platforms: what each would refuse is told while it is written, and all of it is ordered or nothing. */
import { Button, Chip, Group, Input, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import type { MediaItem } from '#shared/contract/media'
import type { PlatformId, PostMedia } from '#shared/social/post'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useNow } from '../../stores/clock.ts'
import { useSession } from '../../stores/session.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { type FormField, missingFields } from '../../ui/schema-fields.ts'
import { type CampaignDraft, newCampaign, orderOf, postOf, useCampaignDrafts } from './campaign-draft.ts'
import { ownSchema, VariantFields } from './campaign-variant.tsx'
import { CampaignWhen, useWhen } from './campaign-when.tsx'
import { MediaField } from './media-field.tsx'
import { judgePost } from './post-check.ts'
import type { PlatformWay } from './ways.ts'
import { WithWays } from './with-ways.tsx'

export interface CampaignComposerProps {
  /** The id of the campaign that it became. */
  onOrdered: (campaign: string) => void
}

export function CampaignComposer({ onOrdered }: CampaignComposerProps) {
  return <WithWays>{(ways) => <CampaignForm ways={ways} onOrdered={onOrdered} />}</WithWays>
}

const mediaControl = {
  name: 'media',
  title: 'Media',
  kind: 'files',
  required: false,
  advanced: false,
  multiline: false,
  integer: false,
  dependsOn: [],
} satisfies FormField

/** What keeps a campaign from being ordered, one sentence a platform. */
function hindrances(draft: CampaignDraft, ways: readonly PlatformWay[], tray: readonly MediaItem[]): string[] {
  return ways.flatMap((way) => {
    const missing = missingFields(ownSchema(way), draft.variants[way.platform]?.fields ?? {})
    if (missing.length > 0) return [`${way.name} still needs ${missing.join(', ')}.`]
    const [fault] = judgePost(way.platform, postOf(draft, way.platform), tray).faults
    return fault ? [`${way.name}: ${fault.path} ${fault.message}.`] : []
  })
}

function useCampaign(ways: readonly PlatformWay[], onOrdered: (campaign: string) => void) {
  const tenantId = useSession((state) => state.tenantId) ?? ''
  const kept = useCampaignDrafts((state) => state.drafts[tenantId])
  const draft = kept ?? newCampaign()
  const keep = (next: CampaignDraft) => useCampaignDrafts.getState().change(tenantId, next)
  const create = useMutation(
    api.posts.create.mutationOptions({
      onSuccess: ({ body }) => {
        keep(newCampaign())
        void queryClient.invalidateQueries({ queryKey: api.posts.key() })
        void queryClient.invalidateQueries({ queryKey: api.jobs.key() })
        onOrdered(body.id)
      },
      // A key that belongs to an earlier campaign would refuse this changed one for ever.
      onError: (error) => {
        if (failureOf(error).kind === 'conflict') keep({ ...draft, key: crypto.randomUUID() })
      },
    }),
  )
  return {
    draft,
    create,
    change: (part: Partial<CampaignDraft>) => keep({ ...draft, ...part }),
    chosen: ways.filter(({ platform }) => draft.platforms.includes(platform)),
  }
}

function CampaignForm({ ways, onOrdered }: CampaignComposerProps & { ways: readonly PlatformWay[] }) {
  const { draft, create, change, chosen } = useCampaign(ways, onOrdered)
  const tray = useQuery(api.media.list.queryOptions({ input: { limit: 200 } }))
  const when = useWhen(draft, useNow(10_000))
  const faults = hindrances(draft, chosen, tray.data?.items ?? [])
  const blocked = chosen.length === 0 || faults.length > 0 || when.fault !== undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!blocked) create.mutate(orderOf(draft, chosen, when.read.runAt))
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={640}>
        <Textarea
          label="Text for all platforms"
          autosize
          minRows={3}
          value={draft.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
        />
        <MediaField
          field={mediaControl}
          form={{}}
          value={draft.media}
          onChange={(media) => change({ media: (media ?? []) as PostMedia[] })}
          error={undefined}
        />
        <PlatformChips ways={ways} draft={draft} onChange={change} />
        {chosen.map((way) => (
          <VariantFields key={way.platform} way={way} draft={draft} tray={tray.data?.items ?? []} onChange={change} />
        ))}
        <CampaignWhen draft={draft} when={when} onChange={change} />
        {create.error ? <FailurePanel failure={failureOf(create.error)} live /> : null}
        <Group gap="xs">
          <Button type="submit" loading={create.isPending} disabled={blocked}>
            {draft.when === 'now' ? 'Publish' : 'Schedule'} {chosen.length === 1 ? '1 post' : `${chosen.length} posts`}
          </Button>
          <Text size="xs" c="dimmed" role="status">
            {chosen.length === 0 ? 'Choose at least one platform.' : (faults[0] ?? when.fault ?? '')}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

interface ChipsProps {
  ways: readonly PlatformWay[]
  draft: CampaignDraft
  onChange: (part: Partial<CampaignDraft>) => void
}

function PlatformChips({ ways, draft, onChange }: ChipsProps) {
  return (
    <Input.Wrapper label="Platforms" labelElement="div" id="campaign-platforms">
      <Chip.Group multiple value={[...draft.platforms]} onChange={(next) => onChange({ platforms: next as PlatformId[] })}>
        <Group gap={6} mt={4} role="group" aria-label="Platforms">
          {ways.map(({ platform, name, agent }) => (
            <Chip key={platform} value={platform} size="xs">
              {name} · {agent}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  )
}
