/** What X does: posts, threads, and what the account posted lately. */
import { z } from 'zod'
import { costOfPost } from '#shared/social/check-post'
import { XPost } from '#shared/social/post'
import { toInstant, toMs } from '#shared/time'
import { defineAction, type Found } from '../../kit/define.ts'
import { openPost } from '../../kit/publish.ts'
import { door, readMe, type XCall } from './client.ts'
import { settle, type Upload, upload } from './media.ts'

const Posted = z.object({ data: z.object({ id: z.string().min(1) }) })
const Recent = z.object({
  data: z.array(z.object({ id: z.string(), text: z.string(), created_at: z.string().optional() })).optional(),
})

const lookup = 'Look at the newest posts of the account on X.'
export const urlOf = (id: string) => `https://x.com/i/status/${id}`

/** What an attempt leaves to the next: media that lie at X, and the parts that went out. */
interface Progress {
  media: Upload[]
  ids: string[]
}

/** Uploads what is not at X yet, one after another, so that a later attempt goes on where this one ended. */
async function prepare(call: XCall, input: XPost, progress: Progress): Promise<Progress> {
  const files = await openPost(call, input)
  let state = progress
  for (const file of files.slice(state.media.length)) {
    state = { ...state, media: [...state.media, await upload(call, file)] }
    await call.remember(state)
  }
  for (const medium of state.media) await settle(call, medium)
  return state
}

function toBody(input: XPost, part: { text: string; at: number }, { media, ids }: Progress) {
  const first = part.at === 0
  const replyTo = first ? input.replyTo : ids.at(-1)
  return {
    ...(part.text === '' ? {} : { text: part.text }),
    ...(first && media.length > 0 ? { media: { media_ids: media.map(({ id }) => id) } } : {}),
    ...(replyTo ? { reply: { in_reply_to_tweet_id: replyTo } } : {}),
    ...(first && input.quote ? { quote_tweet_id: input.quote } : {}),
    ...(first && input.replySettings ? { reply_settings: input.replySettings } : {}),
    ...(input.madeWithAi === undefined ? {} : { made_with_ai: input.madeWithAi }),
    ...(input.paidPartnership === undefined ? {} : { paid_partnership: input.paidPartnership }),
  }
}

export const createPost = defineAction({
  title: 'Publish a post',
  effect: 'Publishes a post on X, and the posts of its thread as answers to one another.',
  source: 'https://docs.x.com/x-api/posts/create-post',
  repeat: 'unsafe',
  input: XPost,
  output: z.strictObject({ id: z.string(), url: z.string(), ids: z.array(z.string()) }),
  lookup,
  scopes: ['tweet.write', 'users.read'],
  buckets: () => ['daily', 'posts'],
  subject: ({ text }) => `X: ${text === '' ? 'media' : text}`.slice(0, 120),
  cost: (input) => costOfPost(input),
  async run(input, call: XCall) {
    let state = await prepare(call, input, (call.progress as Progress | undefined) ?? { media: [], ids: [] })
    const texts = [input.text, ...(input.thread ?? [])]
    for (let at = state.ids.length; at < texts.length; at += 1) {
      const json = toBody(input, { text: texts[at] ?? '', at }, state)
      const { data } = await door.json(call, Posted, { url: `${call.endpoint('api')}/2/tweets`, json, how: 'fetch' })
      state = { ...state, ids: [...state.ids, data.id] }
      if (texts.length > 1) await call.remember(state)
    }
    const id = state.ids[0] ?? ''
    return { id, url: urlOf(id), ids: state.ids }
  },
  async find(_input, call: XCall, since): Promise<Found[]> {
    return readRecent(call, since)
  },
})

async function readRecent(call: XCall, since: number | undefined): Promise<Found[]> {
  const { id } = await readMe(call)
  const query = new URLSearchParams({ max_results: '20', 'tweet.fields': 'created_at' })
  if (since !== undefined) query.set('start_time', toInstant(since).replace(/\.\d+Z$/, 'Z'))
  const { data = [] } = await door.json(call, Recent, { url: `${call.endpoint('api')}/2/users/${id}/tweets?${query}` })
  return data.map((post) => ({
    id: post.id,
    url: urlOf(post.id),
    text: post.text,
    at: post.created_at ? toMs(post.created_at) : call.now(),
  }))
}

export const recentPosts = defineAction({
  title: 'Read recent posts',
  effect: 'Reads what the account posted lately.',
  source: 'https://docs.x.com/x-api/users/get-posts',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({ posts: z.array(z.strictObject({ id: z.string(), url: z.string(), text: z.string() })) }),
  scopes: ['tweet.read', 'users.read'],
  subject: () => 'Recent posts on X',
  async run(_input, call: XCall) {
    const found = await readRecent(call, undefined)
    return { posts: found.map(({ id, text }) => ({ id, url: urlOf(id), text })) }
  },
})

export const deletePost = defineAction({
  title: 'Delete a post',
  effect: 'Deletes one post of the account.',
  source: 'https://docs.x.com/x-api/posts/delete-post',
  // Deleting what is gone changes nothing.
  repeat: 'keyed',
  input: z.strictObject({
    id: z
      .string()
      .regex(/^\d{1,19}$/)
      .meta({ title: 'Post' }),
  }),
  output: z.strictObject({ deleted: z.boolean() }),
  scopes: ['tweet.write'],
  buckets: () => ['deletes'],
  subject: ({ id }) => `Delete the post ${id} on X`,
  async run({ id }, call: XCall) {
    const Deleted = z.object({ data: z.object({ deleted: z.boolean() }) })
    const { data } = await door.json(call, Deleted, {
      url: `${call.endpoint('api')}/2/tweets/${id}`,
      method: 'DELETE',
      how: 'fetch',
    })
    return { deleted: data.deleted }
  },
})
