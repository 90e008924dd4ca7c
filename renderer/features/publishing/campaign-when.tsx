/** When a campaign goes out: now, at a time, or in the next free slot of an agent. */
import { Radio, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { useAgentChoices } from '../orders/agent-choices.ts'
import type { CampaignDraft } from './campaign-draft.ts'
import { bothWords, type ReadTime, readLocalTime } from './local-time.ts'
import { LocalTimeFields } from './local-time-fields.tsx'

export interface When {
  read: ReadTime
  /** Why it cannot be ordered yet. */
  fault: string | undefined
  /** In words, the slot that is free now. */
  slot: string | undefined
}

/** What the choice of time amounts to now. */
export function useWhen({ when, local, agent }: CampaignDraft, nowMs: number): When {
  const read = when === 'at' ? readLocalTime(local, nowMs) : {}
  const next = useQuery({
    ...api.posts.nextSlot.queryOptions({ input: { agent: agent ?? '' } }),
    enabled: when === 'queue' && agent !== null,
  })
  if (when !== 'queue') return { read, fault: read.fault, slot: undefined }
  if (agent === null) return { read, fault: 'Choose whose slot it takes.', slot: undefined }
  const { runAt, timeZone } = next.data ?? {}
  if (runAt && timeZone) return { read, fault: undefined, slot: bothWords(runAt, timeZone) }
  return {
    read,
    fault: next.data ? 'This agent has no weekly slots. Set them in the calendar.' : 'The slot is looked up.',
    slot: undefined,
  }
}

export interface CampaignWhenProps {
  draft: CampaignDraft
  when: When
  onChange: (part: Partial<CampaignDraft>) => void
}

export function CampaignWhen({ draft, when, onChange }: CampaignWhenProps) {
  const agents = useAgentChoices()
  return (
    <Stack gap="xs">
      <Radio.Group label="When" value={draft.when} onChange={(next) => onChange({ when: next as CampaignDraft['when'] })}>
        <Stack gap={6} mt={4}>
          <Radio value="now" label="Now" />
          <Radio value="at" label="At a time" />
          <Radio value="queue" label="In the next free slot of an agent" />
        </Stack>
      </Radio.Group>
      {draft.when === 'at' ? (
        <LocalTimeFields value={draft.local} read={when.read} onChange={(local) => onChange({ local })} />
      ) : null}
      {draft.when === 'queue' ? (
        <>
          <Select
            label="Whose slot"
            description="All posts are this agent’s then"
            searchable
            w={240}
            data={agents}
            value={draft.agent}
            onChange={(agent) => onChange({ agent })}
          />
          {when.slot ? (
            <Text size="sm" role="status">
              Free now: {when.slot}.
            </Text>
          ) : null}
        </>
      ) : null}
    </Stack>
  )
}
