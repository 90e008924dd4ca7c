/** What Reddit does: submissions to subreddits, after their rules were read. */
import { z } from 'zod'
import { RedditPost } from '#shared/social/post'
import { defineAction, type Found } from '../../kit/define.ts'
import { openPost } from '../../kit/publish.ts'
import { ask, door, type RedditCall, readMe } from './client.ts'
import { checkRules, nameOf, readFlairs, readRules } from './subreddit.ts'

const Submitted = z.object({ json: z.object({ data: z.object({ id: z.string().min(1), name: z.string(), url: z.string() }) }) })
const Listing = z.object({
  data: z.object({
    children: z.array(
      z.object({
        data: z.object({
          id: z.string(),
          title: z.string(),
          subreddit: z.string(),
          permalink: z.string(),
          created_utc: z.number(),
        }),
      }),
    ),
  }),
})

const lookup = 'Look at the submissions in the profile of the account on Reddit.'
const site = 'https://www.reddit.com'
/** Clocks differ: what bears a time this much before a submission may still be it. In ms. */
const slackMs = 60_000

/** What an attempt leaves to the next: when this order was first on its way. */
interface Progress {
  submittingSince: number
}

async function readRecent(call: RedditCall) {
  const { name } = await readMe(call)
  const { data } = await ask(call, Listing, `/user/${encodeURIComponent(name)}/submitted?sort=new&limit=25&raw_json=1`)
  return data.children.map(({ data: one }) => ({ ...one, at: one.created_utc * 1_000, url: `${site}${one.permalink}` }))
}

/** An earlier attempt may have gone through: then the same title stands there since. */
async function alreadyThere(call: RedditCall, input: RedditPost, { submittingSince }: Progress) {
  const recent = await readRecent(call)
  const subreddit = nameOf(input.subreddit).toLowerCase()
  return recent.find(
    ({ title, subreddit: there, at }) =>
      title === input.title && there.toLowerCase() === subreddit && at >= submittingSince - slackMs,
  )
}

function toForm(input: RedditPost): URLSearchParams {
  const { title, text, link, flairId, flairText, nsfw, spoiler, sendReplies } = input
  const form = new URLSearchParams({
    api_type: 'json',
    sr: nameOf(input.subreddit),
    title,
    kind: link ? 'link' : 'self',
    nsfw: String(nsfw),
    spoiler: String(spoiler),
    sendreplies: String(sendReplies),
  })
  if (link) {
    form.set('url', link)
    form.set('resubmit', 'false')
  } else form.set('text', text)
  if (flairId) form.set('flair_id', flairId)
  if (flairText) form.set('flair_text', flairText)
  return form
}

export const createPost = defineAction({
  title: 'Submit a post',
  effect: 'Submits a text or a link to a subreddit.',
  source: 'https://www.reddit.com/dev/api/#POST_api_submit',
  repeat: 'unsafe',
  input: RedditPost,
  output: z.strictObject({ id: z.string(), url: z.string() }),
  lookup,
  scopes: ['submit', 'read'],
  buckets: () => ['client', 'posts'],
  subject: ({ subreddit, title }) => `Reddit r/${nameOf(subreddit)}: ${title}`.slice(0, 120),
  async run(input, call: RedditCall) {
    await openPost(call, input)
    const before = call.progress as Progress | undefined
    const there = before ? await alreadyThere(call, input, before) : undefined
    if (there) return { id: there.id, url: there.url }
    await checkRules(call, input)
    await call.remember(before ?? { submittingSince: call.now() })
    const request = { url: `${call.endpoint('api')}/api/submit`, body: toForm(input), how: 'fetch' as const }
    const { json } = await door.json(call, Submitted, request)
    return { id: json.data.id, url: json.data.url }
  },
  async find(_input, call: RedditCall, since): Promise<Found[]> {
    const recent = await readRecent(call)
    return recent
      .filter(({ at }) => at >= since)
      .map(({ id, url, title, subreddit, at }) => ({ id, url, text: `r/${subreddit}: ${title}`, at }))
  },
})

const subreddit = RedditPost.shape.subreddit

export const readSubreddit = defineAction({
  title: 'Read the rules of a subreddit',
  effect: 'Reads what a subreddit wants of a post.',
  source: 'https://www.reddit.com/dev/api/#GET_api_v1_{subreddit}_post_requirements',
  repeat: 'safe',
  input: z.strictObject({ subreddit }),
  output: z.strictObject({
    name: z.string(),
    takes: z.string(),
    flairRequired: z.boolean(),
    titleMin: z.number().nullable(),
    titleMax: z.number().nullable(),
    guidelines: z.string(),
  }),
  scopes: ['read'],
  buckets: () => ['client'],
  subject: (input) => `Rules of r/${nameOf(input.subreddit)}`,
  async run(input, call: RedditCall) {
    const { about, requirements } = await readRules(call, input.subreddit)
    return {
      name: about.display_name,
      takes: about.submission_type,
      flairRequired: requirements.is_flair_required === true,
      titleMin: requirements.title_text_min_length ?? null,
      titleMax: requirements.title_text_max_length ?? null,
      guidelines: requirements.guidelines_text ?? '',
    }
  },
})

export const listFlairs = defineAction({
  title: 'List flairs',
  effect: 'Reads the flairs that a post in a subreddit may carry.',
  source: 'https://www.reddit.com/dev/api/#GET_api_link_flair_v2',
  repeat: 'safe',
  input: z.strictObject({ subreddit }),
  output: z.strictObject({ flairs: z.array(z.strictObject({ id: z.string(), text: z.string() })) }),
  scopes: ['flair'],
  buckets: () => ['client'],
  subject: (input) => `Flairs of r/${nameOf(input.subreddit)}`,
  run: async (input, call: RedditCall) => ({
    flairs: (await readFlairs(call, input.subreddit)).map(({ id, text }) => ({ id, text })),
  }),
})
