/** What each platform takes: one table, read by composer, REST and runner alike. Data with its sources; the rules are in check-post.ts. */
import type { PlatformId } from './post.ts'

/** How a platform counts a text. */
export type Counting = 'weighted' | 'utf16' | 'codepoints' | 'emoji_as_bytes'

/** One kind of medium. Sizes in bytes, ratios as width divided by height, times in seconds. */
export interface MediumRule {
  types: readonly string[]
  maxBytes: number
  most: number
  ratio?: { min: number; max: number }
  seconds?: { min: number; max: number }
}

/** What a platform takes. `capturedAt` says when the figures were read. */
export interface Platform {
  id: PlatformId
  name: string
  /** Where a person writes a post there by hand. */
  page: `https://${string}`
  /** The agent who publishes there by default. */
  agent: string
  text: { max: number; counting: Counting; required: boolean; note?: string }
  /** A second field with a limit of its own. */
  title?: { max: number; required: boolean }
  media: {
    required: boolean
    image?: MediumRule
    video?: MediumRule
    /** Whether pictures and videos may stand in one post. */
    mixed?: boolean
    /** The platform fetches media itself from a public address; a local file is lent to it. */
    pulls?: boolean
  }
  /** Fields that a person has to fill in. */
  required: readonly string[]
  /** Posts in any 24 hours. */
  dailyCap?: { count: number; source: `https://${string}` }
  /** Price of one post in micro-dollars (1,000,000 is one dollar). */
  cost?: { post: number; withLink: number; asOf: string; source: `https://${string}` }
  source: `https://${string}`
  capturedAt: string
}

const mebibyte = 1_048_576
const capturedAt = '2026-11-23'
const jpegPngGifWebp = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

/** The table, by platform. */
export const platforms: Readonly<Record<PlatformId, Platform>> = {
  x: {
    id: 'x',
    name: 'X',
    page: 'https://x.com/compose/post',
    agent: 'kelly',
    text: {
      max: 280,
      counting: 'weighted',
      required: false,
      note: 'A link counts 23, an emoji 2, a Chinese or Japanese character 2.',
    },
    media: {
      required: false,
      image: { types: jpegPngGifWebp, maxBytes: 5 * mebibyte, most: 4 },
      video: { types: ['video/mp4', 'video/quicktime'], maxBytes: 512 * mebibyte, most: 1, seconds: { min: 0.5, max: 140 } },
    },
    required: [],
    dailyCap: { count: 2_400, source: 'https://help.x.com/en/rules-and-policies/x-limits' },
    cost: { post: 15_000, withLink: 200_000, asOf: '2026-08-22', source: 'https://docs.x.com/x-api/getting-started/pricing' },
    source: 'https://docs.x.com/fundamentals/counting-characters',
    capturedAt,
  },
  facebook: {
    id: 'facebook',
    name: 'Facebook',
    page: 'https://www.facebook.com/',
    agent: 'fran',
    text: { max: 63_206, counting: 'codepoints', required: false },
    media: {
      required: false,
      image: { types: ['image/jpeg', 'image/png', 'image/gif'], maxBytes: 4 * mebibyte, most: 10 },
      video: { types: ['video/mp4', 'video/quicktime'], maxBytes: 1_024 * mebibyte, most: 1 },
    },
    required: [],
    source: 'https://developers.facebook.com/docs/pages-api/posts',
    capturedAt,
  },
  instagram: {
    id: 'instagram',
    name: 'Instagram',
    page: 'https://www.instagram.com/',
    agent: 'fran',
    text: { max: 2_200, counting: 'codepoints', required: false, note: 'At most 30 hashtags.' },
    media: {
      required: true,
      image: { types: ['image/jpeg'], maxBytes: 8 * mebibyte, most: 10, ratio: { min: 0.8, max: 1.91 } },
      video: { types: ['video/mp4', 'video/quicktime'], maxBytes: 300 * mebibyte, most: 10, seconds: { min: 3, max: 900 } },
      mixed: true,
      pulls: true,
    },
    required: ['media'],
    dailyCap: { count: 50, source: 'https://developers.facebook.com/docs/instagram-platform/content-publishing' },
    source: 'https://developers.facebook.com/docs/instagram-platform/content-publishing',
    capturedAt,
  },
  threads: {
    id: 'threads',
    name: 'Threads',
    page: 'https://www.threads.net/',
    agent: 'dwight',
    text: { max: 500, counting: 'emoji_as_bytes', required: false, note: 'An emoji counts as its bytes.' },
    media: {
      required: false,
      image: { types: ['image/jpeg', 'image/png'], maxBytes: 8 * mebibyte, most: 20 },
      video: { types: ['video/mp4', 'video/quicktime'], maxBytes: 1_024 * mebibyte, most: 20, seconds: { min: 0, max: 300 } },
      mixed: true,
      pulls: true,
    },
    required: [],
    dailyCap: { count: 250, source: 'https://developers.facebook.com/docs/threads/overview' },
    source: 'https://developers.facebook.com/docs/threads/posts',
    capturedAt,
  },
  tiktok: {
    id: 'tiktok',
    name: 'TikTok',
    page: 'https://www.tiktok.com/upload',
    agent: 'timmy',
    text: { max: 2_200, counting: 'utf16', required: false },
    media: {
      required: true,
      image: { types: ['image/jpeg', 'image/webp'], maxBytes: 20 * mebibyte, most: 35 },
      video: {
        types: ['video/mp4', 'video/quicktime', 'video/webm'],
        maxBytes: 4_096 * mebibyte,
        most: 1,
        seconds: { min: 3, max: 600 },
      },
    },
    required: ['media', 'privacy'],
    dailyCap: { count: 15, source: 'https://developers.tiktok.com/doc/content-sharing-guidelines' },
    source: 'https://developers.tiktok.com/doc/content-posting-api-reference-direct-post',
    capturedAt,
  },
  tumblr: {
    id: 'tumblr',
    name: 'Tumblr',
    page: 'https://www.tumblr.com/new/text',
    agent: 'terry',
    text: {
      max: 32_768,
      counting: 'codepoints',
      required: false,
      note: 'A paragraph longer than 4,096 characters is set as several.',
    },
    title: { max: 4_096, required: false },
    media: {
      required: false,
      image: { types: jpegPngGifWebp, maxBytes: 20 * mebibyte, most: 30 },
      video: { types: ['video/mp4', 'video/quicktime'], maxBytes: 500 * mebibyte, most: 1, seconds: { min: 0, max: 600 } },
    },
    required: [],
    dailyCap: { count: 250, source: 'https://www.tumblr.com/docs/en/api/v2' },
    source: 'https://www.tumblr.com/docs/npf',
    capturedAt,
  },
  pinterest: {
    id: 'pinterest',
    name: 'Pinterest',
    page: 'https://www.pinterest.com/pin-creation-tool/',
    agent: 'cornwall',
    text: { max: 800, counting: 'codepoints', required: false },
    title: { max: 100, required: false },
    media: {
      required: true,
      image: { types: ['image/jpeg', 'image/png'], maxBytes: 10 * mebibyte, most: 5 },
      video: { types: ['video/mp4', 'video/quicktime'], maxBytes: 2_048 * mebibyte, most: 1, seconds: { min: 4, max: 900 } },
      mixed: true,
    },
    required: ['media', 'boardId'],
    source: 'https://developers.pinterest.com/docs/api/v5/pins-create',
    capturedAt,
  },
  linkedin: {
    id: 'linkedin',
    name: 'LinkedIn',
    page: 'https://www.linkedin.com/feed/?shareActive=true',
    agent: 'link',
    text: { max: 3_000, counting: 'codepoints', required: true },
    media: {
      required: false,
      image: { types: ['image/jpeg', 'image/png', 'image/gif'], maxBytes: 8 * mebibyte, most: 20 },
      video: { types: ['video/mp4'], maxBytes: 500 * mebibyte, most: 1, seconds: { min: 3, max: 1_800 } },
    },
    required: ['text'],
    dailyCap: { count: 150, source: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits' },
    source: 'https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api',
    capturedAt,
  },
  reddit: {
    id: 'reddit',
    name: 'Reddit',
    page: 'https://www.reddit.com/submit',
    agent: 'donna',
    text: { max: 40_000, counting: 'codepoints', required: false },
    title: { max: 300, required: true },
    media: { required: false },
    required: ['title', 'subreddit'],
    source: 'https://www.reddit.com/dev/api/#POST_api_submit',
    capturedAt,
  },
  alignable: {
    id: 'alignable',
    name: 'Alignable',
    page: 'https://www.alignable.com/',
    agent: 'emma',
    text: { max: 5_000, counting: 'codepoints', required: true, note: 'Alignable publishes no limit; this one is ours.' },
    media: {
      required: false,
      image: { types: ['image/jpeg', 'image/png'], maxBytes: 10 * mebibyte, most: 4 },
    },
    required: ['text'],
    source: 'https://www.alignable.com/',
    capturedAt,
  },
  blog: {
    id: 'blog',
    name: 'Blog',
    page: 'https://wordpress.com/post',
    agent: 'reynolds',
    text: { max: 100_000, counting: 'codepoints', required: true },
    title: { max: 255, required: true },
    media: {
      required: false,
      image: { types: jpegPngGifWebp, maxBytes: 20 * mebibyte, most: 1 },
    },
    required: ['title', 'text'],
    source: 'https://developer.wordpress.org/rest-api/reference/posts/',
    capturedAt,
  },
}

/** All platforms in the order of the table. */
export const platformIds = Object.keys(platforms) as PlatformId[]
