/** What a subreddit wants of a post, read before anything is submitted. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import type { RedditPost } from '#shared/social/post'
import { ask, type RedditCall } from './client.ts'

const About = z.object({
  data: z.object({
    display_name: z.string(),
    submission_type: z.enum(['any', 'link', 'self']).catch('any'),
    user_is_banned: z.boolean().nullish(),
    subreddit_type: z.string().nullish(),
  }),
})

const Requirements = z.object({
  title_text_min_length: z.number().nullish(),
  title_text_max_length: z.number().nullish(),
  title_required_strings: z.array(z.string()).nullish(),
  body_restriction_policy: z.string().nullish(),
  is_flair_required: z.boolean().nullish(),
  domain_blacklist: z.array(z.string()).nullish(),
  guidelines_text: z.string().nullish(),
})

const Flairs = z.array(z.object({ id: z.string(), text: z.string().default('') }))

export const nameOf = (subreddit: string) => subreddit.replace(/^r\//i, '')

/** Flairs that a post may carry there; none where the subreddit does not offer them to this account. */
export function readFlairs(call: RedditCall, subreddit: string): Promise<z.infer<typeof Flairs>> {
  return ask(call, Flairs, `/r/${nameOf(subreddit)}/api/link_flair_v2`)
}

export async function readRules(call: RedditCall, subreddit: string) {
  const name = nameOf(subreddit)
  const { data: about } = await ask(call, About, `/r/${name}/about`)
  const requirements = await ask(call, Requirements, `/api/v1/${name}/post_requirements`)
  return { about, requirements }
}

type Rules = Awaited<ReturnType<typeof readRules>>

/** Everything the subreddit would refuse a post for, by field. */
function faultsOf(post: RedditPost, { about, requirements }: Rules): { path: string; message: string }[] {
  const { title_text_min_length: least, title_text_max_length: most, title_required_strings: words } = requirements
  const length = [...post.title].length
  const isLink = post.link !== undefined
  const host = post.link ? new URL(post.link).hostname.replace(/^www\./, '') : ''
  const name = `r/${about.display_name}`
  return [
    about.submission_type === 'link' && !isLink ? { path: 'link', message: `is missing: ${name} takes links only` } : undefined,
    about.submission_type === 'self' && isLink ? { path: 'link', message: `is not taken: ${name} takes text only` } : undefined,
    least && length < least ? { path: 'title', message: `is ${length} long; ${name} wants at least ${least}` } : undefined,
    most && length > most ? { path: 'title', message: `is ${length} long; ${name} takes ${most}` } : undefined,
    words?.length && !words.some((word) => post.title.includes(word))
      ? { path: 'title', message: `must hold one of: ${words.join(', ')}` }
      : undefined,
    requirements.body_restriction_policy === 'required' && !isLink && post.text.trim() === ''
      ? { path: 'text', message: `is missing: ${name} wants a text` }
      : undefined,
    requirements.is_flair_required && !post.flairId
      ? { path: 'flairId', message: `is missing: ${name} wants a flair` }
      : undefined,
    requirements.domain_blacklist?.includes(host)
      ? { path: 'link', message: `leads to ${host}, which ${name} does not take` }
      : undefined,
  ].filter((fault) => fault !== undefined)
}

/** Refuses in words what the subreddit would not take. Nothing was sent then. */
export async function checkRules(call: RedditCall, post: RedditPost): Promise<void> {
  const rules = await readRules(call, post.subreddit)
  if (rules.about.user_is_banned) {
    throw failed('forbidden', `This account is banned from r/${rules.about.display_name}.`, { code: 'banned' })
  }
  const fields = faultsOf(post, rules)
  if (fields.length === 0) return
  const told = fields.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw failed('invalid', `r/${rules.about.display_name} would not take this post: ${told}.`, { fields })
}
