import { describe, expect, test } from 'vitest'
import type { MediaFile } from '../../kit/call.ts'
import { type Answering, wire } from '../../kit/test-wire.ts'
import { wordpress } from './manifest.ts'

const credential = { username: 'änne', applicationPassword: 'abcd efgh ijkl' }
const settings = { site: 'https://example.com/blog/' }
const post = { platform: 'blog', title: 'Fresh bread, früh', text: '<p>Six</p>' }
const bytes = new Uint8Array([1, 2, 3])
const picture: MediaFile = {
  kind: 'image',
  contentType: 'image/png',
  sizeBytes: 3,
  filename: 'a "loaf".png',
  alt: 'A loaf',
  read: async () => bytes,
  lend: async () => 'https://x.example/a.png',
}
const made = { id: 5, link: 'https://example.com/blog/fresh', status: 'publish' }
const slug = 'fresh-bread-fruh-000000cafe'
const refused = (status: number, code: string, data = {}) =>
  Response.json({ code, message: 'x', data: { status, ...data } }, { status })

/** A site without articles or tags that takes everything. */
const empty: Answering = ({ method, url }) => {
  if (method === 'GET') return Response.json([])
  if (url.pathname.endsWith('/tags')) return Response.json({ id: 11, name: 'x' }, { status: 201 })
  return Response.json(url.pathname.includes('/media') ? { id: 9 } : made, { status: 201 })
}

describe('an article', () => {
  test('goes out with picture, tags and time as the API documents', async () => {
    const { sent, remembered, run } = wire(wordpress, empty, { credential, settings, media: [picture] })
    const input = {
      ...post,
      tags: ['Bread'],
      excerpt: 'e',
      status: 'scheduled',
      publishAt: '2026-12-01T10:00:00+02:00',
      media: [{ file: 'a' }],
    }
    expect(await run('post.create', input)).toEqual({ id: '5', url: made.link, status: 'publish' })
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'GET /blog/wp-json/wp/v2/posts',
      'POST /blog/wp-json/wp/v2/media',
      'POST /blog/wp-json/wp/v2/media/9',
      'GET /blog/wp-json/wp/v2/tags',
      'POST /blog/wp-json/wp/v2/tags',
      'POST /blog/wp-json/wp/v2/posts',
    ])
    expect(Buffer.from(sent[0]?.headers.get('authorization')?.slice(6) ?? '', 'base64').toString()).toBe('änne:abcd efgh ijkl')
    expect(sent[1]?.headers.get('content-disposition')).toBe('attachment; filename="a-loaf-.png"')
    expect([...(sent[1]?.bytes ?? [])]).toEqual([1, 2, 3])
    expect(sent[2]?.json).toEqual({ alt_text: 'A loaf' })
    expect(sent[5]?.json).toEqual({
      title: post.title,
      content: post.text,
      slug,
      status: 'future',
      date_gmt: '2026-12-01T08:00:00',
      excerpt: 'e',
      tags: [11],
      featured_media: 9,
    })
    expect(remembered).toEqual([{ slug }, { slug, mediaId: 9 }])
  })

  test('that an earlier attempt published is found again, not sent again', async () => {
    const { sent, run } = wire(wordpress, () => Response.json([made]), { credential, settings, progress: { slug, mediaId: 9 } })
    expect(await run('post.create', post)).toMatchObject({ id: '5' })
    expect(sent.map(({ method }) => method)).toEqual(['GET'])
    expect(sent[0]?.url.searchParams.get('slug')).toBe(slug)
  })

  test('whose picture is there already goes on after it', async () => {
    const { sent, run } = wire(wordpress, empty, { credential, settings, media: [picture], progress: { slug, mediaId: 9 } })
    await run('post.create', { ...post, media: [{ file: 'a' }] })
    expect(sent.map(({ url }) => url.pathname.split('/').at(-1))).toEqual(['posts', 'posts'])
    expect(sent[1]?.json).toMatchObject({ featured_media: 9 })
  })

  test('under a slug that another article has is refused before anything goes out', async () => {
    const { sent, failureOf } = wire(wordpress, () => Response.json([made]), { credential, settings })
    expect(await failureOf('post.create', { ...post, slug: 'taken' })).toMatchObject({
      kind: 'conflict',
      fields: [{ path: 'slug' }],
    })
    expect(sent).toHaveLength(1)
  })

  test('takes the tag that is there under another spelling', async () => {
    const answer: Answering = (sent, number) =>
      sent.url.pathname.endsWith('/tags') && sent.method === 'POST'
        ? refused(400, 'term_exists', { term_id: 77 })
        : empty(sent, number)
    const { sent, run } = wire(wordpress, answer, { credential, settings })
    await run('post.create', { ...post, tags: ['Bread'] })
    expect(sent.at(-1)?.json).toMatchObject({ tags: [77] })
  })

  test('reaches a site with plain permalinks', async () => {
    const page = () => new Response('<html>', { status: 404, headers: { 'content-type': 'text/html' } })
    const answer: Answering = ({ url, method }) => {
      if (url.pathname.includes('wp-json')) return page()
      return Response.json(method === 'GET' ? [] : made)
    }
    const { sent, run } = wire(wordpress, answer, { credential, settings })
    await run('post.create', post)
    expect(sent.at(-1)?.url.href).toBe('https://example.com/blog/?rest_route=%2Fwp%2Fv2%2Fposts')
  })
})

test.each([
  [401, 'incorrect_password', 'unauthorized', 'application password'],
  [401, 'rest_not_logged_in', 'unauthorized', 'Authorization header'],
  [401, 'rest_cannot_create', 'unauthorized', 'Authorization header'],
  [403, 'rest_cannot_create', 'forbidden', 'may not'],
  [404, 'rest_no_route', 'not_found', 'plugin'],
  [400, 'rest_invalid_param', 'rejected', 'refused'],
])('%i %s is %s', async (status, code, kind, told) => {
  const { failureOf } = wire(wordpress, () => refused(status, code, { params: { title: 'is odd' } }), { credential, settings })
  const failure = await failureOf('post.create', post)
  expect(failure).toMatchObject({ kind, code })
  expect(failure?.message).toContain(told)
})

test('a site that is not named is asked for, and nothing is sent', async () => {
  const { sent, check } = wire(wordpress, empty, { credential })
  await expect(check()).rejects.toMatchObject({ failure: { kind: 'invalid', action: { href: '/integrations/wordpress' } } })
  expect(sent).toEqual([])
})

test('a user who may not write is told so', async () => {
  const me = { id: 3, name: 'Ada', capabilities: { read: true } }
  const { check } = wire(wordpress, () => Response.json(me), { credential, settings })
  expect(await check()).toMatchObject({
    account: { name: 'Ada' },
    unavailable: { 'post.create': { fix: expect.stringContaining('Author') } },
  })
})
