/** What a platform will show of a post, from the form as it stands: which words are links, what stands apart, what is only an attribute. Pure. */
import type { PlatformId } from '#shared/social/post'
import type { FormValue } from '../../ui/schema-fields.ts'

export type PieceKind = 'text' | 'link' | 'mention' | 'tag'

export interface Piece {
  /** Where it stands in its text. */
  start: number
  text: string
  kind: PieceKind
}

export interface PostParts {
  title: string | undefined
  /** Where it appears, beside the account. */
  place: string | undefined
  /** One text, or each answer of a thread. */
  texts: string[]
  /** How the text is read: as it is, as Markdown, or as HTML. */
  reading: 'plain' | 'markdown' | 'html'
  link: string | undefined
  tags: string[]
  media: { name: string; alt: string | undefined }[]
}

const words = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const readings: Readonly<Partial<Record<PlatformId, PostParts['reading']>>> = { reddit: 'markdown', blog: 'html' }

function placeOf(platform: PlatformId, value: FormValue): string | undefined {
  const subreddit = words(value.subreddit)
  if (platform === 'reddit') return subreddit ? `r/${subreddit.replace(/^r\//, '')}` : undefined
  if (platform === 'instagram') return words(value.kind)
  return undefined
}

export function partsOf(platform: PlatformId, value: FormValue): PostParts {
  const thread = list(value.thread).flatMap((part) => words(part) ?? words((part as { text?: unknown })?.text) ?? [])
  const media = list(value.media).map((one) => {
    const { file, path, url, alt } = one as Record<string, unknown>
    return { name: words(path) ?? words(url) ?? words(file) ?? '', alt: words(alt) }
  })
  return {
    title: words(value.title),
    place: placeOf(platform, value),
    texts: [words(value.text) ?? '', ...thread].filter((text) => text !== ''),
    reading: readings[platform] ?? 'plain',
    link: words(value.link),
    tags: list(value.tags).flatMap((tag) => words(tag) ?? []),
    media,
  }
}

/** Platforms that make no links of words with @ and #. */
const wordsOnly: ReadonlySet<PlatformId> = new Set(['reddit', 'blog', 'alignable', 'pinterest', 'tumblr'])
const marks = /(https?:\/\/\S*[^\s.,;:!?)])|(?<![\p{L}\p{N}_])([@#][\p{L}\p{N}_]+)/gu

/** A text as the platform marks it: links, and where it knows them mentions and tags. */
export function piecesOf(platform: PlatformId, text: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(marks)) {
    const [whole, address] = match
    if (address === undefined && wordsOnly.has(platform)) continue
    if (match.index > from) pieces.push({ start: from, text: text.slice(from, match.index), kind: 'text' })
    const word = whole.startsWith('@') ? 'mention' : 'tag'
    pieces.push({ start: match.index, text: whole, kind: address === undefined ? word : 'link' })
    from = match.index + whole.length
  }
  if (from < text.length) pieces.push({ start: from, text: text.slice(from), kind: 'text' })
  return pieces
}
