import { describe, expect, test } from 'vitest'
import { createTrialCall } from '../../kit/trial-call.ts'
import { toLittleText } from './little-text.ts'
import { linkedin } from './manifest.ts'

describe('little text', () => {
  test.each([
    ['Fish (fresh) & chips', 'Fish \\(fresh\\) & chips'],
    ['a_b *c* ~d~ |e| {f} [g] <h> @i \\j', 'a\\_b \\*c\\* \\~d\\~ \\|e\\| \\{f\\} \\[g\\] \\<h\\> \\@i \\\\j'],
    ['Read #news_today and # 1', 'Read #news_today and \\# 1'],
    ['#1 is no hashtag, C# neither', '\\#1 is no hashtag, C\\# neither'],
    ['See https://example.com/a_b?c=d#e (now)', 'See https://example.com/a_b?c=d#e \\(now\\)'],
  ])('%s', (text, expected) => expect(toLittleText(text)).toBe(expected))
})

const credential = { clientId: 'app', clientSecret: 'secret', accessToken: 'token' }
const taken = () => new Response(null, { status: 201, headers: { 'x-restli-id': 'urn:li:share:7' } })
const me = () => Response.json({ sub: 'abc', name: 'Ada' })

test('a member posts under their own URN, with version and protocol named', async () => {
  const { run, sent, bodies } = createTrialCall(linkedin, { 'GET /v2/userinfo': me, 'POST /rest/posts': taken }, { credential })
  const link = { url: 'https://example.com/', title: 'Example' }
  const { output } = await run('post.create', { platform: 'linkedin', text: 'Hello', link })
  expect(output).toEqual({ id: 'urn:li:share:7', url: 'https://www.linkedin.com/feed/update/urn:li:share:7' })
  const [body] = bodies('/rest/posts')
  expect(body).toMatchObject({
    author: 'urn:li:person:abc',
    commentary: 'Hello',
    visibility: 'PUBLIC',
    lifecycleState: 'PUBLISHED',
    content: { article: { source: 'https://example.com/', title: 'Example' } },
  })
  expect(sent.at(-1)?.headers.get('linkedin-version')).toMatch(/^20\d{4}$/)
  expect(sent.at(-1)?.headers.get('x-restli-protocol-version')).toBe('2.0.0')
})

test('a page posts under the URN of the page, and nobody is asked who is signed in', async () => {
  const { run, bodies } = createTrialCall(linkedin, { 'POST /rest/posts': taken }, { credential })
  await run('post.create', { platform: 'linkedin', text: 'Hello', organizationId: '5515715' })
  expect(bodies('/rest/posts')).toMatchObject([{ author: 'urn:li:organization:5515715' }])
})

test.each([
  [426, { code: 'NONEXISTENT_VERSION', message: 'gone' }, 'unsupported'],
  [401, { serviceErrorCode: 65_601, message: 'revoked' }, 'unauthorized'],
  [403, { code: 'ACCESS_DENIED', message: 'no' }, 'forbidden'],
  [422, { code: 'X', message: 'Content is a duplicate of urn:li:share:1' }, 'conflict'],
])('%i %o is %s', async (status, body, kind) => {
  const answers = { 'GET /v2/userinfo': me, 'POST /rest/posts': () => Response.json(body, { status }) }
  const { run } = createTrialCall(linkedin, answers, { credential })
  expect(await run('post.create', { platform: 'linkedin', text: 'Hello' })).toMatchObject({ failure: { kind } })
})

test('the limit of the day is over at midnight UTC', async () => {
  const answers = {
    'GET /v2/userinfo': me,
    'POST /rest/posts': () =>
      Response.json({ message: 'limit' }, { status: 429, headers: { date: 'Mon, 23 Nov 2026 23:00:00 GMT' } }),
  }
  const { run } = createTrialCall(linkedin, answers, { credential })
  const { failure } = await run('post.create', { platform: 'linkedin', text: 'Hello' })
  expect(failure).toMatchObject({ kind: 'rate_limited', retryAfterMs: 3_600_000 })
})
