import { describe, expect, test } from 'vitest'
import { createTrialCall, type Sent } from '../../kit/trial-call.ts'
import { toBlocks } from './blocks.ts'
import { tumblr } from './manifest.ts'

describe('blocks', () => {
  test('are heading, text by paragraph, and link', () => {
    expect(toBlocks({ title: 'Title', text: 'One\nstill one\n\nTwo', link: 'https://example.com/' }, [])).toEqual([
      { type: 'text', subtype: 'heading1', text: 'Title' },
      { type: 'text', text: 'One\nstill one' },
      { type: 'text', text: 'Two' },
      { type: 'link', url: 'https://example.com/' },
    ])
  })

  test('hold at most 4,096 characters each, and lose none', () => {
    const text = '😀'.repeat(9_000)
    const blocks = toBlocks({ text }, [])
    expect(blocks.map((block) => [...String(block.text)].length)).toEqual([4_096, 4_096, 808])
    expect(blocks.map((block) => block.text).join('')).toBe(text)
  })
})

const credential = { clientId: 'app', clientSecret: 'secret', accessToken: 'token' }
const settings = { blog: 'harbour' }
const post = { platform: 'tumblr', text: 'Hello', tags: ['sea', 'ships'] }
const id = '712345678901234567'
const created = () => Response.json({ meta: { status: 201, msg: 'Created' }, response: { id } }, { status: 201 })

test('a post goes out with its tags in one text, and its id keeps all its digits', async () => {
  const live = { response: { id: 0, state: 'published', post_url: `https://harbour.tumblr.com/post/${id}` } }
  const answers = {
    'POST /v2/blog/harbour/posts': created,
    [`GET /v2/blog/harbour/posts/${id}`]: () => Response.json(live),
  }
  const { run, bodies, sent } = createTrialCall(tumblr, answers, { credential, settings })
  const { output } = await run('post.create', post)
  expect(output).toEqual({ id, url: `https://harbour.tumblr.com/post/${id}`, state: 'published' })
  expect(bodies('/v2/blog/harbour/posts')).toEqual([
    { content: [{ type: 'text', text: 'Hello' }], state: 'published', tags: 'sea,ships' },
  ])
  expect(new Set(sent.map(({ headers }) => headers.get('user-agent'))).size).toBe(1)
})

test('a video is published once Tumblr has transcoded it, and posted once', async () => {
  let state = 'transcoding'
  const answers = {
    'POST /v2/blog/harbour/posts': created,
    [`GET /v2/blog/harbour/posts/${id}`]: () => Response.json({ response: { state, post_url: 'https://harbour.tumblr.com/1' } }),
  }
  const { run, sent, isWorking } = createTrialCall(tumblr, answers, { credential, settings })
  expect(isWorking((await run('post.create', post)).failure)).toBe(true)
  state = 'published'
  expect(await run('post.create', post)).toMatchObject({ output: { url: 'https://harbour.tumblr.com/1' } })
  expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
})

test.each([
  [8023, 'quota'],
  [8022, 'quota'],
  [8005, 'rejected'],
])('code %i is %s', async (code, kind) => {
  const body = { meta: { status: 400, msg: 'Bad Request' }, errors: [{ title: 'no', code }] }
  const answers: Record<string, (sent: Sent) => Response> = {
    'POST /v2/blog/harbour/posts': () => Response.json(body, { status: 400 }),
  }
  const { run } = createTrialCall(tumblr, answers, { credential, settings })
  expect(await run('post.create', post)).toMatchObject({ failure: { kind } })
})
