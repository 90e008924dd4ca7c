/** Input of `SOCIAL_POST`: one post on one platform, each platform with fields of its own. Unknown fields are refused by name. */
import { z } from 'zod'
import { Instant } from '#shared/time'

/**
 * A picture or video of a post. Exactly one of `file`, `path` and `url` says where it lies.
 *
 * `file`  id of a file in this installation's media tray
 * `path`  a file in the tenant's storage
 * `url`   a public https address
 */
export const PostMedia = z
  .strictObject({
    file: z.string().min(1).max(128).optional().meta({ title: 'File of the media tray' }),
    path: z.string().min(1).max(512).optional().meta({ title: 'File of the tenant’s storage' }),
    url: z
      .url({ protocol: /^https$/ })
      .max(2_000)
      .optional()
      .meta({ title: 'Public address' }),
    alt: z.string().max(2_000).optional().meta({ title: 'Description for people who cannot see it' }),
  })
  .refine(({ file, path, url }) => [file, path, url].filter((one) => one !== undefined).length === 1, {
    message: 'must name exactly one of file, path and url',
  })
/** A picture or video of a post. */
export type PostMedia = z.infer<typeof PostMedia>

const text = z.string().max(100_000).meta({ title: 'Text', multiline: true })
const needed = text.min(1)
const media = z.array(PostMedia).max(35).optional().meta({ title: 'Media', media: true })
const link = z.url({ protocol: /^https?$/ }).max(2_048)
const tags = z.array(z.string().trim().min(1).max(140)).max(50)

/** A post on X; `thread` holds the posts that follow it as answers to one another. */
export const XPost = z.strictObject({
  platform: z.literal('x'),
  text: text.default(''),
  media,
  thread: z
    .array(needed)
    .max(25)
    .optional()
    .meta({ title: 'Thread', help: 'Each line of the list becomes an answer to the one before.' }),
  replyTo: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional()
    .meta({ title: 'In reply to post', advanced: true }),
  quote: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional()
    .meta({ title: 'Quotes post', advanced: true }),
  replySettings: z
    .enum(['following', 'mentionedUsers', 'subscribers', 'verified'])
    .optional()
    .meta({ title: 'Who may reply', advanced: true }),
  madeWithAi: z.boolean().optional().meta({ title: 'Media made with AI', advanced: true }),
  paidPartnership: z.boolean().optional().meta({ title: 'Paid partnership', advanced: true }),
})
/** A post on X. */
export type XPost = z.infer<typeof XPost>

/** A post on a Facebook page. */
export const FacebookPost = z.strictObject({
  platform: z.literal('facebook'),
  text: text.default(''),
  media,
  link: link.optional().meta({ title: 'Link' }),
  pageId: z
    .string()
    .regex(/^\d{1,32}$/)
    .optional()
    .meta({ title: 'Page', picker: 'pages', help: 'Without it, the page of the connection.' }),
})
/** A post on a Facebook page. */
export type FacebookPost = z.infer<typeof FacebookPost>

/** A post on a professional Instagram account. */
export const InstagramPost = z.strictObject({
  platform: z.literal('instagram'),
  text: text.default(''),
  media,
  kind: z.enum(['feed', 'reel', 'story']).default('feed').meta({ title: 'Appears as' }),
  accountId: z
    .string()
    .regex(/^\d{1,32}$/)
    .optional()
    .meta({ title: 'Account', picker: 'instagramAccounts', help: 'Without it, the account of the connection.' }),
})
/** A post on a professional Instagram account. */
export type InstagramPost = z.infer<typeof InstagramPost>

/** A post on Threads. */
export const ThreadsPost = z.strictObject({
  platform: z.literal('threads'),
  text: text.default(''),
  media,
  link: link.optional().meta({ title: 'Link', advanced: true }),
  replyTo: z
    .string()
    .regex(/^\d{1,32}$/)
    .optional()
    .meta({ title: 'In reply to post', advanced: true }),
  whoMayReply: z
    .enum(['everyone', 'accounts_you_follow', 'mentioned_only'])
    .optional()
    .meta({ title: 'Who may reply', advanced: true }),
})
/** A post on Threads. */
export type ThreadsPost = z.infer<typeof ThreadsPost>

/** A video or photo post on TikTok. TikTok wants the privacy chosen by a person, so it has no default. */
export const TikTokPost = z.strictObject({
  platform: z.literal('tiktok'),
  text: text.default(''),
  media,
  privacy: z
    .enum(['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'FOLLOWER_OF_CREATOR', 'SELF_ONLY'])
    .meta({ title: 'Who may see it', picker: 'privacy' }),
  allowComment: z.boolean().default(false).meta({ title: 'Allow comments' }),
  allowDuet: z.boolean().default(false).meta({ title: 'Allow duets' }),
  allowStitch: z.boolean().default(false).meta({ title: 'Allow stitches' }),
  ownBrand: z.boolean().default(false).meta({ title: 'Promotes your own brand', advanced: true }),
  paidPartnership: z.boolean().default(false).meta({ title: 'Paid partnership', advanced: true }),
  madeWithAi: z.boolean().default(false).meta({ title: 'Made with AI', advanced: true }),
})
/** A post on TikTok. */
export type TikTokPost = z.infer<typeof TikTokPost>

/** A post on a Tumblr blog. */
export const TumblrPost = z.strictObject({
  platform: z.literal('tumblr'),
  text: text.default(''),
  title: z.string().min(1).max(4_096).optional().meta({ title: 'Title' }),
  media,
  link: link.optional().meta({ title: 'Link' }),
  tags: tags.optional().meta({ title: 'Tags' }),
  state: z.enum(['published', 'queue', 'draft', 'private']).default('published').meta({ title: 'State' }),
  blog: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ title: 'Blog', picker: 'blogs', help: 'Without it, the blog of the connection.' }),
})
/** A post on a Tumblr blog. */
export type TumblrPost = z.infer<typeof TumblrPost>

/** A pin on a Pinterest board. */
export const PinterestPost = z.strictObject({
  platform: z.literal('pinterest'),
  text: text.default(''),
  title: z.string().max(100).optional().meta({ title: 'Title' }),
  media,
  boardId: z
    .string()
    .regex(/^\d{1,32}$/, 'must be the number of a board')
    .meta({ title: 'Board', picker: 'boards' }),
  link: link.optional().meta({ title: 'Leads to' }),
})
/** A pin on a Pinterest board. */
export type PinterestPost = z.infer<typeof PinterestPost>

/** A post on LinkedIn, by the member who signed in or by a page that the member administers. */
export const LinkedInPost = z.strictObject({
  platform: z.literal('linkedin'),
  text: needed,
  media,
  organizationId: z
    .string()
    .regex(/^\d{1,32}$/)
    .optional()
    .meta({ title: 'Page', picker: 'pages', help: 'Without it, the member who signed in posts.' }),
  visibility: z.enum(['PUBLIC', 'CONNECTIONS']).default('PUBLIC').meta({ title: 'Who may see it', advanced: true }),
  link: z
    .strictObject({ url: link, title: z.string().min(1).max(400), description: z.string().max(4_000).optional() })
    .optional()
    .meta({ title: 'Link', json: true, advanced: true, help: 'LinkedIn reads no page by itself: a link needs its title here.' }),
})
/** A post on LinkedIn. */
export type LinkedInPost = z.infer<typeof LinkedInPost>

/** A submission to a subreddit: text, or a link. */
export const RedditPost = z.strictObject({
  platform: z.literal('reddit'),
  text: text.default(''),
  title: z.string().trim().min(1).max(300).meta({ title: 'Title' }),
  subreddit: z
    .string()
    .regex(/^(r\/)?[A-Za-z0-9_]{2,21}$|^u_[A-Za-z0-9_-]{3,20}$/, 'must be the name of a subreddit')
    .meta({ title: 'Subreddit' }),
  media,
  link: link.optional().meta({ title: 'Link', help: 'Makes it a link post.' }),
  flairId: z
    .string()
    .max(64)
    .optional()
    .meta({ title: 'Flair', picker: 'flairs', dependsOn: ['subreddit'] }),
  flairText: z.string().max(64).optional().meta({ title: 'Flair text', advanced: true }),
  nsfw: z.boolean().default(false).meta({ title: 'Not safe for work', advanced: true }),
  spoiler: z.boolean().default(false).meta({ title: 'Spoiler', advanced: true }),
  sendReplies: z.boolean().default(true).meta({ title: 'Notify of replies', advanced: true }),
})
/** A submission to a subreddit. */
export type RedditPost = z.infer<typeof RedditPost>

/** A post on Alignable, which has no API: a person posts it with our help. */
export const AlignablePost = z.strictObject({
  platform: z.literal('alignable'),
  text: needed,
  media,
  link: link.optional().meta({ title: 'Link' }),
})
/** A post on Alignable. */
export type AlignablePost = z.infer<typeof AlignablePost>

/** An article on the tenant's blog. The first medium becomes its featured image. */
export const BlogPost = z.strictObject({
  platform: z.literal('blog'),
  text: needed.meta({ title: 'Text (HTML)', multiline: true }),
  title: z.string().trim().min(1).max(255).meta({ title: 'Title' }),
  media,
  excerpt: z.string().max(1_000).optional().meta({ title: 'Excerpt' }),
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(190)
    .optional()
    .meta({ title: 'Slug', advanced: true }),
  tags: tags.optional().meta({ title: 'Tags' }),
  status: z.enum(['publish', 'draft', 'scheduled']).default('publish').meta({ title: 'Status', advanced: true }),
  publishAt: Instant.optional().meta({ title: 'Appears at', advanced: true, help: 'Needed for a scheduled article.' }),
  site: z
    .enum(['wordpress', 'ghost'])
    .optional()
    .meta({ title: 'Blog software', advanced: true, help: 'Without it, the one that is connected.' }),
})
/** An article on the tenant's blog. */
export type BlogPost = z.infer<typeof BlogPost>

/** Input of `SOCIAL_POST`. */
export const SocialPost = z
  .discriminatedUnion('platform', [
    XPost,
    FacebookPost,
    InstagramPost,
    ThreadsPost,
    TikTokPost,
    TumblrPost,
    PinterestPost,
    LinkedInPost,
    RedditPost,
    AlignablePost,
    BlogPost,
  ])
  .meta({ title: 'Post' })
/** Input of `SOCIAL_POST`. */
export type SocialPost = z.infer<typeof SocialPost>

/** A platform that posts are published on. */
export type PlatformId = SocialPost['platform']
