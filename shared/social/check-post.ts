/** Holds a post against the table of platforms. Pure; composer, REST and runner refuse for the same reasons in the same words. */
import type { FieldFault } from '#shared/failure'
import { countText } from './count-text.ts'
import { type MediumRule, type Platform, platforms } from './platforms.ts'
import type { PlatformId, SocialPost } from './post.ts'

/** What is known of a medium. What nobody knows yet (an address that was not read) is left out, and judged before it is sent. */
export interface MediumFacts {
  contentType?: string
  sizeBytes?: number
  width?: number
  height?: number
  seconds?: number
}

type Kind = 'image' | 'video'

/** What a content type is for a platform. */
export function kindOf(contentType: string | undefined): Kind | undefined {
  if (contentType?.startsWith('image/')) return 'image'
  return contentType?.startsWith('video/') ? 'video' : undefined
}

const megabytes = (bytes: number) => `${Math.round(bytes / 104_857.6) / 10} MB`

function checkText(post: SocialPost, { name, text }: Platform): FieldFault[] {
  const parts = [{ path: 'text', value: post.text }]
  if (post.platform === 'x') parts.push(...(post.thread ?? []).map((value, at) => ({ path: `thread.${at}`, value })))
  return parts.flatMap(({ path, value }) => {
    const length = countText(value, text.counting)
    if (length <= text.max) return []
    return [
      { path, message: `is ${length.toLocaleString('en')} long as ${name} counts; ${text.max.toLocaleString('en')} are allowed` },
    ]
  })
}

function checkTitle(post: SocialPost, { name, title }: Platform): FieldFault[] {
  if (!title || !('title' in post) || post.title === undefined) return []
  const length = [...post.title].length
  return length > title.max ? [{ path: 'title', message: `is ${length} long; ${name} takes ${title.max}` }] : []
}

function checkMedium(facts: MediumFacts, rule: MediumRule, name: string): string[] {
  const { contentType = '', sizeBytes, width, height, seconds } = facts
  const faults: string[] = []
  if (!rule.types.includes(contentType)) faults.push(`is ${contentType}; ${name} takes ${rule.types.join(', ')}`)
  if (sizeBytes !== undefined && sizeBytes > rule.maxBytes) {
    faults.push(`has ${megabytes(sizeBytes)}; ${name} takes ${megabytes(rule.maxBytes)}`)
  }
  if (rule.ratio && width && height) {
    const ratio = width / height
    if (ratio < rule.ratio.min || ratio > rule.ratio.max) {
      faults.push(
        `is ${width} × ${height}; ${name} takes a width between ${rule.ratio.min} and ${rule.ratio.max} times the height`,
      )
    }
  }
  if (rule.seconds && seconds !== undefined && (seconds < rule.seconds.min || seconds > rule.seconds.max)) {
    faults.push(`lasts ${Math.round(seconds)} s; ${name} takes ${rule.seconds.min} to ${rule.seconds.max} s`)
  }
  return faults
}

function checkEach(facts: readonly (MediumFacts | undefined)[], { name, media }: Platform): FieldFault[] {
  return facts.flatMap((one, at) => {
    if (!one?.contentType) return []
    const kind = kindOf(one.contentType)
    const rule = kind ? media[kind] : undefined
    const messages = rule ? checkMedium(one, rule, name) : [`is ${one.contentType}, which ${name} does not take`]
    return messages.map((message) => ({ path: `media.${at}`, message }))
  })
}

function checkCounts(count: number, facts: readonly (MediumFacts | undefined)[], { name, media }: Platform): FieldFault[] {
  const path = 'media'
  if (count === 0)
    return media.required ? [{ path, message: `is missing: ${name} takes no post without a picture or video` }] : []
  if (!media.image && !media.video) return [{ path, message: `cannot be sent: ${name} takes text and links here` }]
  const most = Math.max(media.image?.most ?? 0, media.video?.most ?? 0)
  if (count > most) return [{ path, message: `has ${count} files; ${name} takes ${most}` }]
  const kinds = facts.map((one) => kindOf(one?.contentType))
  const videos = kinds.filter((kind) => kind === 'video').length
  const images = kinds.filter((kind) => kind === 'image').length
  const faults: FieldFault[] = []
  if (videos > (media.video?.most ?? 0))
    faults.push({ path, message: `has ${videos} videos; ${name} takes ${media.video?.most ?? 0}` })
  if (images > (media.image?.most ?? 0))
    faults.push({ path, message: `has ${images} pictures; ${name} takes ${media.image?.most ?? 0}` })
  if (videos > 0 && images > 0 && !media.mixed)
    faults.push({ path, message: `mixes pictures and videos, which ${name} does not take` })
  return faults
}

const hashtag = /(^|\s)#[\p{L}\p{N}_]+/gu
const cashtag = /(^|\s)\$[A-Za-z]{1,6}\b/g

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

/** Rules that fit no column, each for one platform. */
const ownRules: { [P in PlatformId]?: (post: Extract<SocialPost, { platform: P }>) => FieldFault | undefined } = {
  instagram: ({ text }) =>
    count(text, hashtag) > 30 ? { path: 'text', message: 'has more than the 30 hashtags that Instagram takes' } : undefined,
  x: ({ text }) =>
    count(text, cashtag) > 1 ? { path: 'text', message: 'has more than the one cashtag that X takes' } : undefined,
  blog: ({ status, publishAt }) =>
    status === 'scheduled' && !publishAt
      ? { path: 'publishAt', message: 'is missing: a scheduled article needs its time' }
      : undefined,
  reddit: ({ text, link }) =>
    link && text.trim() !== ''
      ? { path: 'text', message: 'cannot stand in a link post on Reddit; leave out one of text and link' }
      : undefined,
}

/** A post with nothing to see in it. Reddit takes a title alone. */
function checkEmpty(post: SocialPost): FieldFault[] {
  const hasLink = 'link' in post && post.link !== undefined
  const filled = post.text.trim() !== '' || (post.media?.length ?? 0) > 0 || hasLink || post.platform === 'reddit'
  if (filled || platforms[post.platform].media.required) return []
  return [{ path: 'text', message: 'is empty, and there is no picture or video' }]
}

/**
 * Everything that keeps a post from being published, by field; empty when nothing does.
 *
 * @param facts what is known of each medium, in the order of `post.media`
 */
export function checkPost(post: SocialPost, facts: readonly (MediumFacts | undefined)[] = []): FieldFault[] {
  const platform = platforms[post.platform]
  return [
    ...checkText(post, platform),
    ...checkTitle(post, platform),
    ...checkCounts(post.media?.length ?? 0, facts, platform),
    ...checkEach(facts, platform),
    ...[ownRules[post.platform]?.(post as never)].filter((fault) => fault !== undefined),
    ...checkEmpty(post),
  ]
}

const webLink = /https?:\/\/\S+|\b[\w-]+\.(com|org|net|io|co|dev|app|info)\b/i

/** What the platform charges for a post, in micro-dollars; undefined where it charges nothing that we know of. */
export function costOfPost(post: SocialPost): { microDollars: number; asOf: string; source: string } | undefined {
  const { cost } = platforms[post.platform]
  if (!cost) return undefined
  const parts = [post.text, ...(post.platform === 'x' ? (post.thread ?? []) : [])]
  const microDollars = parts.reduce((sum, part) => sum + (webLink.test(part) ? cost.withLink : cost.post), 0)
  return { microDollars, asOf: cost.asOf, source: cost.source }
}
