/** What Tumblr does: posts on a blog, at once or by way of its queue. */
import { z } from 'zod'
import { TumblrPost } from '#shared/social/post'
import { defineAction, type Found } from '../../kit/define.ts'
import { notYet } from '../../kit/failures.ts'
import { openPost } from '../../kit/publish.ts'
import { type Block, toBlocks } from './blocks.ts'
import { ask, blogOf, readUser, type TumblrCall } from './client.ts'

/** Ids have 64 bits: they are texts, whatever the API makes of them. */
const Id = z.union([z.string(), z.number()]).transform(String)
const Created = z.object({ response: z.object({ id: z.string().min(1), state: z.string().optional() }) })
const Posts = z.object({
  response: z.object({
    posts: z.array(
      z.object({
        id: Id,
        id_string: z.string().optional(),
        post_url: z.string().nullish(),
        summary: z.string().default(''),
        timestamp: z.number().default(0),
      }),
    ),
  }),
})
const One = z.object({ response: z.object({ id: Id.optional(), state: z.string().optional(), post_url: z.string().nullish() }) })

const lookup = 'Look at the newest posts of the blog on Tumblr, and at its queue and drafts.'
const lookAgainMs = 15_000

interface Progress {
  id: string
  blog: string
}

function toJson(input: TumblrPost, content: readonly Block[]) {
  return { content, state: input.state, ...(input.tags?.length ? { tags: input.tags.join(',') } : {}) }
}

async function publish(call: TumblrCall, input: TumblrPost, blog: string): Promise<string> {
  const media = await openPost(call, input)
  const json = toJson(input, toBlocks(input, media))
  const path = `/blog/${encodeURIComponent(blog)}/posts`
  if (media.length === 0) return (await ask(call, Created, { path, json, how: 'fetch' })).response.id
  const form = new FormData()
  form.set('json', new Blob([JSON.stringify(json)], { type: 'application/json' }))
  for (const [at, file] of media.entries()) {
    form.set(`media-${at}`, new Blob([await file.read()], { type: file.contentType }), file.filename)
  }
  return (await ask(call, Created, { path, body: form, how: 'fetch' })).response.id
}

/** A post with a video is there once Tumblr has transcoded it. */
async function follow(call: TumblrCall, { id, blog }: Progress, wanted: string): Promise<string> {
  const { response } = await ask(call, One, { path: `/blog/${encodeURIComponent(blog)}/posts/${id}?post_format=npf` })
  if (response.state === 'transcoding' || response.state === 'processing')
    throw notYet('Tumblr is still working on the video.', lookAgainMs)
  return wanted === 'published'
    ? (response.post_url ?? `https://www.tumblr.com/${blog}/${id}`)
    : `https://www.tumblr.com/blog/${blog}`
}

export const createPost = defineAction({
  title: 'Publish a post',
  effect: 'Publishes a post on a Tumblr blog, or puts it in the queue or the drafts of the blog.',
  source: 'https://www.tumblr.com/docs/en/api/v2#posts--createreblog-a-post-neue-post-format',
  repeat: 'unsafe',
  input: TumblrPost,
  output: z.strictObject({ id: z.string(), url: z.string(), state: z.string() }),
  lookup,
  scopes: ['write'],
  buckets: () => ['app', 'daily'],
  following: ['app'],
  subject: ({ title, text }) => `Tumblr: ${title ?? (text === '' ? 'media' : text)}`.slice(0, 120),
  async run(input, call: TumblrCall) {
    let state = call.progress as Progress | undefined
    if (!state) {
      const blog = await blogOf(call, input.blog)
      state = { id: await publish(call, input, blog), blog }
      await call.accepted(state)
    }
    return { id: state.id, url: await follow(call, state, input.state), state: input.state }
  },
  async find(input, call: TumblrCall, since): Promise<Found[]> {
    const blog = await blogOf(call, input.blog)
    const places: Readonly<Record<TumblrPost['state'], string>> = {
      published: 'posts',
      private: 'posts',
      queue: 'posts/queue',
      draft: 'posts/draft',
    }
    const path = `/blog/${encodeURIComponent(blog)}/${places[input.state]}?limit=20&npf=true`
    const { response } = await ask(call, Posts, { path })
    return response.posts
      .map((post) => ({
        id: post.id_string ?? post.id,
        url: post.post_url ?? undefined,
        text: post.summary,
        at: post.timestamp * 1_000,
      }))
      .filter(({ at }) => at === 0 || at >= since)
  },
})

export const listBlogs = defineAction({
  title: 'List blogs',
  effect: 'Reads the blogs that the account may post on.',
  source: 'https://www.tumblr.com/docs/en/api/v2#userinfo--get-a-users-information',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({ blogs: z.array(z.strictObject({ name: z.string(), title: z.string(), primary: z.boolean() })) }),
  scopes: ['basic'],
  buckets: () => ['app'],
  subject: () => 'Blogs on Tumblr',
  async run(_input, call: TumblrCall) {
    const { blogs } = await readUser(call)
    return { blogs: blogs.map(({ name, title, primary }) => ({ name, title, primary })) }
  },
})
