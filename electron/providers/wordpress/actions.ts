/** What WordPress does: publishes an article with its picture and tags, at most once for a job. */
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import { BlogPost } from '#shared/social/post'
import type { MediaFile } from '../../kit/call.ts'
import { defineAction, type Found } from '../../kit/define.ts'
import { openPost } from '../../kit/publish.ts'
import { ownSlug } from '../../kit/slug.ts'
import { askSite, enter, type Site, type WordPressCall, withoutSite } from './client.ts'
import { existingTerm } from './refusals.ts'

const Article = z.object({ id: z.int(), link: z.string().optional(), status: z.string() })
type Article = z.infer<typeof Article>

const Listed = z.array(
  Article.extend({ title: z.object({ raw: z.string().optional(), rendered: z.string() }), modified_gmt: z.string() }),
)

/** What an attempt has done already, so that a later one neither uploads nor publishes a second time. */
const Progress = z.object({ slug: z.string(), mediaId: z.int().optional() })
type Progress = z.infer<typeof Progress>

const everyStatus = 'publish,future,draft,pending,private'

/** WordPress tells names with HTML entities in them. */
const sameName = (a: string, b: string) => a.replaceAll('&amp;', '&').toLowerCase() === b.toLowerCase()

const Tag = z.object({ id: z.int(), name: z.string() })

async function tagId(site: Site, name: string): Promise<number> {
  const query = { search: name, per_page: '100' }
  const known = await askSite(site, z.array(Tag), { route: '/wp/v2/tags', query })
  const found = known.find((tag) => sameName(tag.name, name))
  if (found) return found.id
  try {
    return (await askSite(site, Tag, { method: 'POST', route: '/wp/v2/tags', json: { name } })).id
  } catch (error) {
    const existing = error instanceof AppError ? existingTerm(error.failure) : undefined
    if (existing === undefined) throw error
    return existing
  }
}

/** Names of one spelling make one tag; asked in turn, so that none is made twice. */
async function tagIds(site: Site, names: readonly string[]): Promise<number[]> {
  const ids: number[] = []
  for (const name of names) ids.push(await tagId(site, name))
  return [...new Set(ids)]
}

const Uploaded = z.object({ id: z.int() })

/** A header holds plain ASCII without quotes. */
const safeFilename = (name: string) => name.replace(/[^\w.-]+/g, '-')

async function upload(site: Site, file: MediaFile): Promise<number> {
  const { id } = await askSite(site, Uploaded, {
    method: 'POST',
    route: '/wp/v2/media',
    headers: {
      'content-type': file.contentType,
      'content-disposition': `attachment; filename="${safeFilename(file.filename)}"`,
    },
    body: await file.read(),
  })
  if (file.alt) await askSite(site, Uploaded, { method: 'POST', route: `/wp/v2/media/${id}`, json: { alt_text: file.alt } })
  return id
}

function timing({ status, publishAt }: BlogPost) {
  if (status !== 'scheduled') return { status }
  return { status: 'future', date_gmt: new Date(publishAt ?? '').toISOString().slice(0, 19) }
}

function toResult({ id, link, status }: Article) {
  return { id: `${id}`, url: link ?? null, status }
}

const bySlug = (slug: string) => ({
  route: '/wp/v2/posts',
  query: { slug, status: everyStatus, context: 'edit', _fields: 'id,link,status' },
})

function slugTaken(slug: string): AppError {
  return failed('conflict', `The site already has an article under the slug ${slug}. Choose another, or leave it out.`, {
    fields: [{ path: 'slug', message: 'is taken on this site' }],
  })
}

export const createPost = defineAction({
  title: 'Publish article',
  effect: 'Publishes, schedules or drafts an article on the WordPress site.',
  source: 'https://developer.wordpress.org/rest-api/reference/posts/#create-a-post',
  repeat: 'unsafe',
  input: BlogPost,
  output: z.strictObject({ id: z.string(), url: z.string().nullable(), status: z.string() }),
  lookup: 'Look under Posts → All Posts in WordPress.',
  buckets: () => ['site'],
  subject: ({ title }) => `WordPress: ${title}`.slice(0, 120),
  refuses: (_credential, settings) => withoutSite(settings as WordPressCall['settings']),
  async find(_post, call: WordPressCall, since): Promise<Found[]> {
    const query = {
      status: everyStatus,
      context: 'edit',
      orderby: 'modified',
      per_page: '20',
      modified_after: new Date(since).toISOString(),
    }
    const { answer } = await enter(call, Listed, { route: '/wp/v2/posts', query })
    return answer.map(({ id, link, title, modified_gmt: modified }) => ({
      id: `${id}`,
      url: link,
      text: title.raw ?? title.rendered,
      at: Date.parse(`${modified}Z`),
    }))
  },
  async run(post, call: WordPressCall) {
    const [picture] = await openPost(call, post)
    const before = Progress.safeParse(call.progress)
    let at: Progress = before.success ? before.data : { slug: post.slug ?? ownSlug(post.title, call.key) }
    const { site, answer } = await enter(call, z.array(Article), bySlug(at.slug))
    // A slug of our own making, or one that an earlier attempt found free, can only be this job's article.
    if (answer[0] && post.slug !== undefined && !before.success) throw slugTaken(post.slug)
    if (answer[0]) return toResult(answer[0])
    if (!before.success) await call.remember(at)
    if (picture && at.mediaId === undefined) {
      at = { ...at, mediaId: await upload(site, picture) }
      await call.remember(at)
    }
    const tags = await tagIds(site, post.tags ?? [])
    const json = {
      title: post.title,
      content: post.text,
      slug: at.slug,
      ...timing(post),
      ...(post.excerpt === undefined ? {} : { excerpt: post.excerpt }),
      ...(tags.length === 0 ? {} : { tags }),
      ...(at.mediaId === undefined ? {} : { featured_media: at.mediaId }),
    }
    return toResult(await askSite(site, Article, { method: 'POST', route: '/wp/v2/posts', json }, 'fetch'))
  },
})
