/** What Meta does on Facebook: posts on a page, with a link, pictures or a video. */
import { z } from 'zod'
import { FacebookPost } from '#shared/social/post'
import { toMs } from '#shared/time'
import type { MediaFile } from '../../kit/call.ts'
import { defineAction, type Found } from '../../kit/define.ts'
import { openPost } from '../../kit/publish.ts'
import { ask, type MetaCall, mayPost, pageFor, readPages } from './client.ts'

const Made = z.object({ id: z.string().min(1), post_id: z.string().optional() })
const Posts = z.object({
  data: z.array(
    z.object({ id: z.string(), message: z.string().default(''), permalink_url: z.string().optional(), created_time: z.string() }),
  ),
})

const lookup = 'Look at the newest posts of the page on Facebook.'

/** What an attempt leaves to the next: pictures that lie at Facebook unpublished. */
interface Progress {
  photos: string[]
}

async function formOf(file: MediaFile, fields: Record<string, string>): Promise<FormData> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  form.set('source', new Blob([await file.read()], { type: file.contentType }), file.filename)
  return form
}

interface Target {
  id: string
  token: string
}

/** Uploads pictures that nobody sees yet, for a post with several. */
async function hiddenPhotos(call: MetaCall, { id, token }: Target, files: readonly MediaFile[]): Promise<string[]> {
  let photos = (call.progress as Progress | undefined)?.photos ?? []
  for (const file of files.slice(photos.length)) {
    const form = await formOf(file, { published: 'false', ...(file.alt ? { alt_text_custom: file.alt } : {}) })
    const made = await ask(call, Made, { path: `/${id}/photos`, form, token })
    photos = [...photos, made.id]
    await call.remember({ photos } satisfies Progress)
  }
  return photos
}

async function publish(call: MetaCall, input: FacebookPost, target: Target): Promise<string> {
  const files = await openPost(call, input)
  const { id, token } = target
  const [only] = files
  if (only && files.length === 1) {
    const video = only.kind === 'video'
    const form = await formOf(only, { ...(input.text ? { [video ? 'description' : 'caption']: input.text } : {}) })
    const made = await ask(call, Made, { path: video ? `/${id}/videos` : `/${id}/photos`, form, token, how: 'fetch' })
    return made.post_id ?? made.id
  }
  const photos = await hiddenPhotos(call, target, files)
  const attached = Object.fromEntries(photos.map((photo, at) => [`attached_media[${at}]`, JSON.stringify({ media_fbid: photo })]))
  const form = { ...(input.text ? { message: input.text } : {}), ...(input.link ? { link: input.link } : {}), ...attached }
  return (await ask(call, Made, { path: `/${id}/feed`, form, token, how: 'fetch' })).id
}

export const facebookPost = defineAction({
  title: 'Publish on a page',
  effect: 'Publishes a post on a Facebook page.',
  source: 'https://developers.facebook.com/docs/pages-api/posts',
  repeat: 'unsafe',
  input: FacebookPost,
  output: z.strictObject({ id: z.string(), url: z.string() }),
  lookup,
  scopes: ['pages_manage_posts'],
  buckets: () => ['app', 'page'],
  subject: ({ text, link }) => `Facebook: ${text || link || 'media'}`.slice(0, 120),
  async run(input, call: MetaCall) {
    const id = await publish(call, input, await pageFor(call, input.pageId))
    return { id, url: `https://www.facebook.com/${id}` }
  },
  async find({ pageId }, call: MetaCall, since): Promise<Found[]> {
    const { id, token } = await pageFor(call, pageId)
    const query = { fields: 'id,message,permalink_url,created_time', since: String(Math.floor(since / 1_000)), limit: '25' }
    const { data } = await ask(call, Posts, { path: `/${id}/posts`, query, token })
    return data.map((post) => ({
      id: post.id,
      url: post.permalink_url,
      text: post.message,
      at: toMs(post.created_time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')),
    }))
  },
})

export const listPages = defineAction({
  title: 'List pages',
  effect: 'Reads the pages and Instagram accounts that the person who signed in manages.',
  source: 'https://developers.facebook.com/docs/pages-api/manage-pages',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({
    pages: z.array(z.strictObject({ id: z.string(), name: z.string(), mayPost: z.boolean(), instagram: z.string().nullable() })),
  }),
  scopes: ['pages_show_list'],
  buckets: () => ['app'],
  subject: () => 'Pages on Facebook',
  async run(_input, call: MetaCall) {
    const pages = await readPages(call)
    return {
      pages: pages.map((page) => ({
        id: page.id,
        name: page.name,
        mayPost: mayPost(page),
        instagram: page.instagram_business_account?.id ?? null,
      })),
    }
  },
})
