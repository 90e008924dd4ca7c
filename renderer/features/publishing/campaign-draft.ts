/** A campaign as it is being written, kept by tenant while the operator looks elsewhere. Never kept on disk. */
import { create } from 'zustand'
import type { CampaignOrder, PostVariant } from '#shared/contract/posts'
import type { PlatformId, PostMedia } from '#shared/social/post'
import type { FormValue } from '../../ui/schema-fields.ts'
import type { LocalTime } from './local-time.ts'
import { planZone } from './plan-zone.ts'
import type { PlatformWay } from './ways.ts'

/** What one platform has beside the common text. */
export interface VariantDraft {
  /** Undefined is the common text. */
  text?: string | undefined
  fields: FormValue
}

export interface CampaignDraft {
  /** Made with the draft: a double click, or a click after a lost answer, is the same campaign. */
  key: string
  text: string
  media: readonly PostMedia[]
  platforms: readonly PlatformId[]
  variants: Readonly<Partial<Record<PlatformId, VariantDraft>>>
  when: 'now' | 'at' | 'queue'
  local: LocalTime
  /** Whose slot is taken, in the queue. */
  agent: string | null
}

export const newCampaign = (): CampaignDraft => ({
  key: crypto.randomUUID(),
  text: '',
  media: [],
  platforms: [],
  variants: {},
  when: 'now',
  local: { day: '', clock: '09:00', timeZone: planZone() },
  agent: null,
})

interface Drafts {
  drafts: Readonly<Record<string, CampaignDraft>>
  change: (tenantId: string, draft: CampaignDraft) => void
}

export const useCampaignDrafts = create<Drafts>()((set) => ({
  drafts: {},
  change: (tenantId, draft) => set(({ drafts }) => ({ drafts: { ...drafts, [tenantId]: draft } })),
}))

/** The whole post of a platform, as its table judges it. */
export function postOf({ text, media, variants }: CampaignDraft, platform: PlatformId): FormValue {
  const variant = variants[platform]
  return { ...variant?.fields, text: variant?.text ?? text, ...(media.length > 0 ? { media } : {}) }
}

function variantOf(draft: CampaignDraft, way: PlatformWay): PostVariant {
  const { platform } = way
  const { text, fields = {} } = draft.variants[platform] ?? {}
  return {
    platform,
    ...(text === undefined ? {} : { text }),
    ...(Object.keys(fields).length > 0 ? { fields: fields as NonNullable<PostVariant['fields']> } : {}),
    ...(draft.when === 'queue' ? {} : { agent: way.agent }),
  }
}

/** The order of a draft; `runAt` is what its local time means. */
export function orderOf(draft: CampaignDraft, ways: readonly PlatformWay[], runAt: string | undefined): CampaignOrder {
  const { key, text, media, when, local, agent } = draft
  return {
    key,
    text,
    ...(media.length > 0 ? { media: [...media] } : {}),
    variants: ways.map((way) => variantOf(draft, way)),
    ...(when === 'at' && runAt ? { runAt, timeZone: local.timeZone } : {}),
    ...(when === 'queue' && agent ? { queue: true, agent } : {}),
  }
}
