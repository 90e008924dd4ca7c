import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { MediaFile } from '../../kit/call.ts'
import { type Answering, wire } from '../../kit/test-wire.ts'
import { tokenOf } from './client.ts'
import { ghost } from './manifest.ts'

const id = 'a'.repeat(24)
const secret = '0f'.repeat(32)
const credential = { adminApiKey: `${id}:${secret}` }
const settings = { site: 'https://example.ghost.io' }
const post = { platform: 'blog', title: 'Fresh bread', text: '<p>Six</p>' }
const slug = 'fresh-bread-000000cafe'
const made = { id: 'p1', url: 'https://example.ghost.io/fresh/', status: 'published' }
const picture: MediaFile = {
  kind: 'image',
  contentType: 'image/png',
  sizeBytes: 3,
  filename: 'loaf.png',
  alt: 'A loaf',
  read: async () => new Uint8Array([1, 2, 3]),
  lend: async () => 'https://x.example/a.png',
}
const empty: Answering = ({ method, url }) => {
  if (url.pathname.endsWith('/images/upload/'))
    return Response.json({ images: [{ url: 'https://example.ghost.io/i.png' }] }, { status: 201 })
  return Response.json({ posts: method === 'GET' ? [] : [made] })
}
const refused = (status: number, type: string, message: string) => Response.json({ errors: [{ type, message }] }, { status })

test('the token is signed with the bytes of the secret and ends within five minutes', async () => {
  const [head = '', claims = '', signature] = (await tokenOf(credential.adminApiKey, 1_700_000_000_500)).split('.')
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  expect(decode(head)).toEqual({ alg: 'HS256', kid: id, typ: 'JWT' })
  expect(decode(claims)).toEqual({ iat: 1_700_000_000, exp: 1_700_000_240, aud: '/admin/' })
  expect(signature).toBe(createHmac('sha256', Buffer.from(secret, 'hex')).update(`${head}.${claims}`).digest('base64url'))
})

describe('an article', () => {
  test('goes out with its picture as the API documents', async () => {
    const { sent, remembered, run } = wire(ghost, empty, { credential, settings, media: [picture] })
    const input = { ...post, tags: ['Bread'], excerpt: 'e', media: [{ file: 'a' }] }
    expect(await run('post.create', input)).toEqual({ id: 'p1', url: made.url, status: 'published' })
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'GET /ghost/api/admin/posts/',
      'POST /ghost/api/admin/images/upload/',
      'POST /ghost/api/admin/posts/',
    ])
    expect(sent[1]?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/)
    expect(sent[1]?.text).toContain('filename="loaf.png"')
    expect(sent[2]?.url.search).toBe('?source=html')
    expect(sent[2]?.headers.get('accept-version')).toBe('v6.0')
    expect(sent[2]?.headers.get('authorization')).toMatch(/^Ghost \S+$/)
    const image = 'https://example.ghost.io/i.png'
    expect(sent[2]?.json).toEqual({
      posts: [
        {
          title: post.title,
          html: post.text,
          slug,
          status: 'published',
          tags: [{ name: 'Bread' }],
          custom_excerpt: 'e',
          feature_image: image,
          feature_image_alt: 'A loaf',
        },
      ],
    })
    expect(remembered).toEqual([{ slug }, { slug, image }])
  })

  test('that is scheduled carries its time; kept HTML stands in one card', async () => {
    const { sent, run } = wire(ghost, empty, { credential, settings: { ...settings, html: 'keep' } })
    await run('post.create', { ...post, status: 'scheduled', publishAt: '2026-12-01T10:00:00+02:00' })
    expect(sent.at(-1)?.json).toMatchObject({
      posts: [
        {
          status: 'scheduled',
          published_at: '2026-12-01T08:00:00.000Z',
          html: '<!--kg-card-begin: html--><p>Six</p><!--kg-card-end: html-->',
        },
      ],
    })
  })

  test('that an earlier attempt published is found again, not sent again', async () => {
    const { sent, run } = wire(ghost, () => Response.json({ posts: [made] }), { credential, settings })
    expect(await run('post.create', post)).toMatchObject({ id: 'p1' })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.url.searchParams.get('filter')).toBe(`slug:'${slug}'`)
  })

  test('with too long an excerpt is refused before anything is asked', async () => {
    const { sent, failureOf } = wire(ghost, empty, { credential, settings })
    expect(await failureOf('post.create', { ...post, excerpt: 'x'.repeat(301) })).toMatchObject({
      kind: 'invalid',
      fields: [{ path: 'excerpt' }],
    })
    expect(sent).toEqual([])
  })
})

test.each([
  [401, 'UnauthorizedError', 'Unknown Admin API Key', 'unauthorized', 'does not accept'],
  [401, 'UnauthorizedError', 'Invalid token: maxAge exceeded', 'unauthorized', 'clock'],
  [403, 'NoPermissionError', 'No', 'forbidden', 'may not'],
  [403, 'HostLimitError', 'Limit', 'quota', 'plan'],
  [422, 'ValidationError', 'Title too long', 'rejected', 'Title too long'],
  [406, 'RequestNotAcceptableError', 'Older', 'unsupported', 'v5.0'],
])('%i %s “%s” is %s', async (...row) => {
  const [status, type, message, kind, told] = row
  const { failureOf } = wire(ghost, () => refused(status, type, message), { credential, settings })
  const failure = await failureOf('post.create', post)
  expect(failure?.kind).toBe(kind)
  expect(failure?.message).toContain(told)
})
