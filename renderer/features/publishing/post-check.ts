/** A post as it stands in the form, held against the same table that the engine holds it against. Pure. */

import type { MediaItem } from '#shared/contract/media'
import type { FieldFault } from '#shared/failure'
import { checkPost, costOfPost, type MediumFacts } from '#shared/social/check-post'
import { countText } from '#shared/social/count-text'
import { platforms } from '#shared/social/platforms'
import { type PlatformId, SocialPost } from '#shared/social/post'
import { type FormValue, isBlank } from '../../ui/schema-fields.ts'

export interface Counter {
  /** Name of the field. */
  field: string
  length: number
  max: number
}

export interface PostCheck {
  counters: Counter[]
  /** What keeps it from being published, by field. Fields that are not filled yet are not among them. */
  faults: FieldFault[]
  /** Micro-dollars; undefined where the platform charges nothing that is known. */
  cost: { microDollars: number; asOf: string } | undefined
}

/** What is known here of each medium; one that lies elsewhere is judged when it is sent. */
function factsOf({ media = [] }: SocialPost, tray: readonly MediaItem[]): (MediumFacts | undefined)[] {
  return media.map(({ file }) => {
    const item = tray.find(({ id }) => id === file)
    if (!item) return undefined
    const { contentType, sizeBytes, width, height, seconds } = item
    return {
      contentType,
      sizeBytes,
      ...(width === null ? {} : { width }),
      ...(height === null ? {} : { height }),
      ...(seconds === null ? {} : { seconds }),
    }
  })
}

function countersOf(platform: PlatformId, value: FormValue): Counter[] {
  const { text, title } = platforms[platform]
  const written = (name: string) => (typeof value[name] === 'string' ? value[name] : '')
  const counters = [{ field: 'text', length: countText(written('text'), text.counting), max: text.max }]
  if (title) counters.push({ field: 'title', length: countText(written('title'), 'codepoints'), max: title.max })
  return counters
}

/** Whether nothing was written yet: nobody is told of faults before they began. */
export function isUnbegun(value: FormValue): boolean {
  return Object.values(value).every(isBlank)
}

/** `tray` is what is known of the files at hand. */
export function judgePost(platform: PlatformId, value: FormValue, tray: readonly MediaItem[] = []): PostCheck {
  const parsed = SocialPost.safeParse({ ...value, platform })
  const counters = countersOf(platform, value)
  if (!parsed.success) return { counters, faults: [], cost: undefined }
  return { counters, faults: checkPost(parsed.data, factsOf(parsed.data, tray)), cost: costOfPost(parsed.data) }
}

/** "$0.015": as many digits as the amount needs, at least two. */
export function toDollars(microDollars: number): string {
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  })
  return format.format(microDollars / 1_000_000)
}
