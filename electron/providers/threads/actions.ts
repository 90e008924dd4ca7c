/** What Threads does: posts, made as a container first and published second. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { ThreadsPost } from '#shared/social/post'
import { toMs } from '#shared/time'
import type { MediaFile } from '../../kit/call.ts'
import { defineAction, type Found } from '../../kit/define.ts'
import { notYet } from '../../kit/failures.ts'
import { openPost } from '../../kit/publish.ts'
import { ask, readMe, type ThreadsCall } from './client.ts'

const Made = z.object({ id: z.string().min(1) })
const Status = z.object({ status: z.string(), error_message: z.string().optional() })
const Permalink = z.object({ permalink: z.string().optional() })
const Limit = z.object({
  data: z
    .array(z.object({ quota_usage: z.number(), config: z.object({ quota_total: z.number(), quota_duration: z.number() }) }))
    .min(1),
})
const Posts = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      text: z.string().default(''),
      permalink: z.string().optional(),
      timestamp: z.string().optional(),
    }),
  ),
})

const lookup = 'Look at the newest posts of the profile on Threads.'
const lookAgainMs = 15_000

/** What an attempt leaves to the next: containers that wait to be published. */
interface Progress {
  user: string
  children: string[]
  container?: string
}

async function mediumForm(file: MediaFile): Promise<Record<string, string>> {
  const address = await file.lend()
  const where: Record<string, string> =
    file.kind === 'video' ? { media_type: 'VIDEO', video_url: address } : { media_type: 'IMAGE', image_url: address }
  return { ...where, ...(file.alt ? { alt_text: file.alt.slice(0, 1_000) } : {}) }
}

function postForm({ text, link, replyTo, whoMayReply }: ThreadsPost): Record<string, string> {
  return {
    ...(text ? { text } : {}),
    ...(link ? { link_attachment: link } : {}),
    ...(replyTo ? { reply_to_id: replyTo } : {}),
    ...(whoMayReply ? { reply_control: whoMayReply } : {}),
  }
}

/** Fetches what Threads has to fetch itself; a container is nothing that anybody sees. */
async function makeContainer(call: ThreadsCall, form: Record<string, string>, user: string): Promise<string> {
  return (await ask(call, Made, { path: `/${user}/threads`, form })).id
}

/** Returns once a container may be published; comes back later while Threads fetches its media. */
async function settle(call: ThreadsCall, id: string): Promise<void> {
  const { status, error_message: why } = await ask(call, Status, { path: `/${id}?fields=status,error_message` })
  if (status === 'FINISHED' || status === 'PUBLISHED') return
  if (status === 'IN_PROGRESS') throw notYet('Threads is still fetching the pictures or videos.', lookAgainMs)
  throw failed('rejected', `Threads could not use the picture or video (${why ?? status}).`, { code: status })
}

async function prepare(call: ThreadsCall, input: ThreadsPost): Promise<Progress & { container: string }> {
  const files = await openPost(call, input)
  let state: Progress = (call.progress as Progress | undefined) ?? { user: (await readMe(call)).id, children: [] }
  if (state.container) return { ...state, container: state.container }
  const post = postForm(input)
  for (const file of files.length > 1 ? files.slice(state.children.length) : []) {
    const id = await makeContainer(call, { ...(await mediumForm(file)), is_carousel_item: 'true' }, state.user)
    state = { ...state, children: [...state.children, id] }
    await call.remember(state)
  }
  for (const child of state.children) await settle(call, child)
  const [only] = files
  const alone = only ? await mediumForm(only) : { media_type: 'TEXT' }
  const kind = state.children.length > 0 ? { media_type: 'CAROUSEL', children: state.children.join(',') } : alone
  const container = await makeContainer(call, { ...kind, ...post }, state.user)
  await call.remember({ ...state, container } satisfies Progress)
  return { ...state, container }
}

/** Threads says how many posts of the day are left, and it is asked rather than guessed. */
async function refuseOverLimit(call: ThreadsCall, user: string): Promise<void> {
  const { data } = await ask(call, Limit, { path: `/${user}/threads_publishing_limit?fields=quota_usage,config` })
  const [limit] = data
  if (!limit || limit.quota_usage < limit.config.quota_total) return
  throw failed('quota', `The ${limit.config.quota_total} posts that Threads takes in 24 hours are used up.`, {
    code: 'publishing_limit',
  })
}

export const createPost = defineAction({
  title: 'Publish a post',
  effect: 'Publishes a post on a Threads profile.',
  source: 'https://developers.facebook.com/docs/threads/posts',
  repeat: 'unsafe',
  input: ThreadsPost,
  output: z.strictObject({ id: z.string(), url: z.string().nullable() }),
  lookup,
  scopes: ['threads_content_publish'],
  buckets: () => ['daily'],
  subject: ({ text }) => `Threads: ${text === '' ? 'media' : text}`.slice(0, 120),
  async run(input, call: ThreadsCall) {
    const state = await prepare(call, input)
    await settle(call, state.container)
    await refuseOverLimit(call, state.user)
    const form = { creation_id: state.container }
    const { id } = await ask(call, Made, { path: `/${state.user}/threads_publish`, form, how: 'fetch' })
    return { id, url: await permalinkOf(call, id) }
  },
  async find(_input, call: ThreadsCall, since): Promise<Found[]> {
    const path = `/me/threads?fields=id,text,permalink,timestamp&since=${Math.floor(since / 1_000)}&limit=25`
    const { data } = await ask(call, Posts, { path })
    return data.map(({ id, text, permalink, timestamp }) => ({
      id,
      url: permalink,
      text,
      at: timestamp ? toMs(timestamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : call.now(),
    }))
  },
})

/** The post is out; an address that cannot be read now does not change that. */
async function permalinkOf(call: ThreadsCall, id: string): Promise<string | null> {
  try {
    return (await ask(call, Permalink, { path: `/${id}?fields=permalink` })).permalink ?? null
  } catch {
    // It was published: the id alone is the proof then.
    return null
  }
}

export const readLimit = defineAction({
  title: 'Read the limit of the day',
  effect: 'Reads how many posts Threads still takes today.',
  source: 'https://developers.facebook.com/docs/threads/troubleshooting#retrieve-publishing-quota-limit',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({ used: z.number(), total: z.number() }),
  subject: () => 'Limit of the day on Threads',
  async run(_input, call: ThreadsCall) {
    const { id } = await readMe(call)
    const { data } = await ask(call, Limit, { path: `/${id}/threads_publishing_limit?fields=quota_usage,config` })
    return { used: data[0]?.quota_usage ?? 0, total: data[0]?.config.quota_total ?? 0 }
  },
})
