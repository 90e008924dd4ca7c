/** What Ghost does: publishes an article with its picture and tags, at most once for a job. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { BlogPost } from '#shared/social/post'
import type { MediaFile } from '../../kit/call.ts'
import { defineAction, type Found } from '../../kit/define.ts'
import { openPost } from '../../kit/publish.ts'
import { ownSlug } from '../../kit/slug.ts'
import { askGhost, type GhostCall, withoutSite } from './client.ts'

const Article = z.object({ id: z.string().min(1), url: z.string().optional(), status: z.string() })
type Article = z.infer<typeof Article>

const Articles = z.object({ posts: z.array(Article) })
const Made = z.object({ posts: z.array(Article).min(1) })
const Listed = z.object({ posts: z.array(Article.extend({ title: z.string(), updated_at: z.string() })) })
const Uploaded = z.object({ images: z.array(z.object({ url: z.url() })).min(1) })

/** What an attempt has done already, so that a later one neither uploads nor publishes a second time. */
const Progress = z.object({ slug: z.string(), image: z.string().optional() })
type Progress = z.infer<typeof Progress>

const longestExcerpt = 300

async function upload(call: GhostCall, file: MediaFile): Promise<string> {
  const form = new FormData()
  form.set('file', new Blob([await file.read()], { type: file.contentType }), file.filename)
  form.set('purpose', 'image')
  form.set('ref', file.filename)
  const { images } = await askGhost(call, Uploaded, { method: 'POST', path: 'images/upload/', form })
  return images[0]?.url ?? ''
}

function htmlOf({ text }: BlogPost, { settings }: GhostCall): string {
  return settings.html === 'keep' ? `<!--kg-card-begin: html-->${text}<!--kg-card-end: html-->` : text
}

function timing({ status, publishAt }: BlogPost) {
  if (status === 'scheduled') return { status, published_at: new Date(publishAt ?? '').toISOString() }
  return { status: status === 'publish' ? 'published' : 'draft' }
}

function toPayload(post: BlogPost, call: GhostCall, at: Progress & { alt: string | undefined }) {
  return {
    title: post.title,
    html: htmlOf(post, call),
    slug: at.slug,
    ...timing(post),
    ...(post.tags?.length ? { tags: post.tags.map((name) => ({ name })) } : {}),
    ...(post.excerpt === undefined ? {} : { custom_excerpt: post.excerpt }),
    ...(at.image === undefined ? {} : { feature_image: at.image }),
    ...(at.image !== undefined && at.alt ? { feature_image_alt: at.alt.slice(0, 191) } : {}),
  }
}

function toResult({ id, url, status }: Article) {
  return { id, url: url ?? null, status }
}

function checkExcerpt({ excerpt = '' }: BlogPost): void {
  if ([...excerpt].length <= longestExcerpt) return
  throw failed('invalid', `Ghost takes an excerpt of at most ${longestExcerpt} characters.`, {
    fields: [{ path: 'excerpt', message: `is longer than the ${longestExcerpt} characters that Ghost takes` }],
  })
}

async function underSlug(call: GhostCall, slug: string): Promise<Article | undefined> {
  const query = { filter: `slug:'${slug}'`, fields: 'id,url,status', limit: '1' }
  const { posts } = await askGhost(call, Articles, { path: 'posts/', query })
  return posts[0]
}

export const createPost = defineAction({
  title: 'Publish article',
  effect: 'Publishes, schedules or drafts an article on the Ghost site.',
  source: 'https://ghost.org/docs/admin-api/posts/creating-a-post/',
  repeat: 'unsafe',
  input: BlogPost,
  output: z.strictObject({ id: z.string(), url: z.string().nullable(), status: z.string() }),
  lookup: 'Look under Posts in Ghost Admin.',
  buckets: () => ['site'],
  subject: ({ title }) => `Ghost: ${title}`.slice(0, 120),
  refuses: (_credential, settings) => withoutSite(settings as GhostCall['settings']),
  async find(_post, call: GhostCall, since): Promise<Found[]> {
    const query = { fields: 'id,url,status,title,updated_at', order: 'updated_at desc', limit: '20' }
    const { posts } = await askGhost(call, Listed, { path: 'posts/', query })
    return posts
      .map(({ id, url, title, updated_at: updated }) => ({ id, url, text: title, at: Date.parse(updated) }))
      .filter(({ at }) => at >= since)
  },
  async run(post, call: GhostCall) {
    checkExcerpt(post)
    const [picture] = await openPost(call, post)
    const before = Progress.safeParse(call.progress)
    let at: Progress = before.success ? before.data : { slug: post.slug ?? ownSlug(post.title, call.key) }
    const known = await underSlug(call, at.slug)
    // A slug of our own making, or one that an earlier attempt found free, can only be this job's article.
    if (known && post.slug !== undefined && !before.success) {
      throw failed('conflict', `The site already has an article under the slug ${post.slug}. Choose another, or leave it out.`, {
        fields: [{ path: 'slug', message: 'is taken on this site' }],
      })
    }
    if (known) return toResult(known)
    if (!before.success) await call.remember(at)
    if (picture && at.image === undefined) {
      at = { ...at, image: await upload(call, picture) }
      await call.remember(at)
    }
    const json = { posts: [toPayload(post, call, { ...at, alt: picture?.alt })] }
    const request = { method: 'POST' as const, path: 'posts/', query: { source: 'html' }, json }
    const { posts } = await askGhost(call, Made, request, 'fetch')
    return toResult(posts[0] ?? { id: '', status: '' })
  },
})
