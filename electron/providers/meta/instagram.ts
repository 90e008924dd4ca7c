/** What Meta does on Instagram: posts, made as containers first and published second. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { InstagramPost } from '#shared/social/post'
import { toMs } from '#shared/time'
import type { MediaFile } from '../../kit/call.ts'
import { defineAction, type Found } from '../../kit/define.ts'
import { notYet } from '../../kit/failures.ts'
import { openPost } from '../../kit/publish.ts'
import { ask, type MetaCall, readPages } from './client.ts'

const Made = z.object({ id: z.string().min(1) })
const Status = z.object({ status_code: z.string(), status: z.string().optional() })
const Permalink = z.object({ permalink: z.string().optional() })
const Limit = z.object({
  data: z.array(z.object({ quota_usage: z.number(), config: z.object({ quota_total: z.number() }).optional() })).min(1),
})
const Posts = z.object({
  data: z.array(
    z.object({ id: z.string(), caption: z.string().default(''), permalink: z.string().optional(), timestamp: z.string() }),
  ),
})

const lookup = 'Look at the newest posts of the account on Instagram.'
const lookAgainMs = 15_000

/** What an attempt leaves to the next: containers that wait to be published. */
interface Progress {
  account: string
  children: string[]
  container?: string
}

async function accountFor(call: MetaCall, named: string | undefined): Promise<string> {
  const wanted = named ?? call.settings.instagramAccountId
  if (wanted) return wanted
  const accounts = (await readPages(call)).flatMap(({ instagram_business_account: account }) => account ?? [])
  const [first] = accounts
  if (first) return first.id
  throw failed('forbidden', 'None of the pages has a professional Instagram account. Link one in the settings of the page.', {
    code: 'no_account',
  })
}

type Form = Record<string, string>

async function mediumForm(file: MediaFile, kind: InstagramPost['kind'], inCarousel: boolean): Promise<Form> {
  const address = await file.lend()
  const child: Form = inCarousel ? { is_carousel_item: 'true' } : {}
  const story: Form = kind === 'story' ? { media_type: 'STORIES' } : {}
  if (file.kind === 'image') {
    return { image_url: address, ...story, ...(file.alt ? { alt_text: file.alt.slice(0, 1_000) } : {}), ...child }
  }
  const type = inCarousel ? 'VIDEO' : 'REELS'
  return { video_url: address, media_type: type, ...story, ...child }
}

async function makeContainer(call: MetaCall, account: string, form: Form): Promise<string> {
  return (await ask(call, Made, { path: `/${account}/media`, form })).id
}

/** Returns once a container may be published; comes back later while Instagram fetches its media. */
async function settle(call: MetaCall, id: string): Promise<void> {
  const { status_code: code, status } = await ask(call, Status, { path: `/${id}`, query: { fields: 'status_code,status' } })
  if (code === 'FINISHED' || code === 'PUBLISHED') return
  if (code === 'IN_PROGRESS') throw notYet('Instagram is still fetching the pictures or videos.', lookAgainMs)
  throw failed('rejected', `Instagram could not use the picture or video (${status ?? code}).`, { code })
}

async function prepare(call: MetaCall, input: InstagramPost): Promise<Progress & { container: string }> {
  const files = await openPost(call, input)
  let state: Progress = (call.progress as Progress | undefined) ?? {
    account: await accountFor(call, input.accountId),
    children: [],
  }
  if (state.container) return { ...state, container: state.container }
  for (const file of files.length > 1 ? files.slice(state.children.length) : []) {
    const id = await makeContainer(call, state.account, await mediumForm(file, input.kind, true))
    state = { ...state, children: [...state.children, id] }
    await call.remember(state)
  }
  for (const child of state.children) await settle(call, child)
  const [only] = files
  const caption: Form = input.text ? { caption: input.text } : {}
  const form: Form =
    state.children.length > 0 || !only
      ? { media_type: 'CAROUSEL', children: state.children.join(','), ...caption }
      : { ...(await mediumForm(only, input.kind, false)), ...caption }
  const container = await makeContainer(call, state.account, form)
  await call.remember({ ...state, container } satisfies Progress)
  return { ...state, container }
}

/** Meta's own pages disagree about the number, so the account is asked. */
async function refuseOverLimit(call: MetaCall, account: string): Promise<void> {
  const query = { fields: 'config,quota_usage' }
  const { data } = await ask(call, Limit, { path: `/${account}/content_publishing_limit`, query })
  const [limit] = data
  const total = limit?.config?.quota_total
  if (!limit || total === undefined || limit.quota_usage < total) return
  throw failed('quota', `The ${total} posts that Instagram takes from this account in 24 hours are used up.`, {
    code: 'publishing_limit',
  })
}

async function permalinkOf(call: MetaCall, id: string): Promise<string | null> {
  try {
    return (await ask(call, Permalink, { path: `/${id}`, query: { fields: 'permalink' } })).permalink ?? null
  } catch {
    // It was published: the id alone is the proof then.
    return null
  }
}

export const instagramPost = defineAction({
  title: 'Publish on Instagram',
  effect: 'Publishes a post, reel or story on a professional Instagram account.',
  source: 'https://developers.facebook.com/docs/instagram-platform/content-publishing',
  repeat: 'unsafe',
  input: InstagramPost,
  output: z.strictObject({ id: z.string(), url: z.string().nullable() }),
  lookup,
  scopes: ['instagram_content_publish'],
  buckets: () => ['app', 'instagram'],
  subject: ({ text }) => `Instagram: ${text === '' ? 'media' : text}`.slice(0, 120),
  async run(input, call: MetaCall) {
    const state = await prepare(call, input)
    await settle(call, state.container)
    await refuseOverLimit(call, state.account)
    const form = { creation_id: state.container }
    const { id } = await ask(call, Made, { path: `/${state.account}/media_publish`, form, how: 'fetch' })
    return { id, url: await permalinkOf(call, id) }
  },
  async find({ accountId }, call: MetaCall, since): Promise<Found[]> {
    const account = await accountFor(call, accountId)
    const query = { fields: 'id,caption,permalink,timestamp', limit: '25' }
    const { data } = await ask(call, Posts, { path: `/${account}/media`, query })
    return data
      .map(({ id, caption, permalink, timestamp }) => ({
        id,
        url: permalink,
        text: caption,
        at: toMs(timestamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')),
      }))
      .filter(({ at }) => at >= since)
  },
})
