import { describe, expect, test } from 'vitest'
import type { MediaFile } from '../../kit/call.ts'
import { createTrialCall } from '../../kit/trial-call.ts'
import { x } from './manifest.ts'

const credential = { clientId: 'app', accessToken: 'token' }
const created = (id: string) => Response.json({ data: { id, text: '' } }, { status: 201 })

describe('a thread', () => {
  test('answers itself part by part', async () => {
    let next = 10
    const { run, bodies } = createTrialCall(x, { 'POST /2/tweets': () => created(`${next++}`) }, { credential })
    const { output } = await run('post.create', {
      platform: 'x',
      text: 'one',
      thread: ['two', 'three'],
      replySettings: 'following',
    })
    expect(output).toEqual({ id: '10', url: 'https://x.com/i/status/10', ids: ['10', '11', '12'] })
    expect(bodies('/2/tweets')).toEqual([
      { text: 'one', reply_settings: 'following' },
      { text: 'two', reply: { in_reply_to_tweet_id: '10' } },
      { text: 'three', reply: { in_reply_to_tweet_id: '11' } },
    ])
  })

  test('goes on after the part that went out, and repeats none', async () => {
    let calls = 0
    const answers = {
      'POST /2/tweets': () => {
        calls += 1
        return calls === 2 ? new Response('{}', { status: 429, headers: { 'retry-after': '5' } }) : created(`${calls}`)
      },
    }
    const { run, bodies } = createTrialCall(x, answers, { credential })
    const input = { platform: 'x', text: 'one', thread: ['two'] }
    expect(await run('post.create', input)).toMatchObject({ failure: { kind: 'rate_limited' } })
    expect(await run('post.create', input)).toMatchObject({ output: { ids: ['1', '3'] } })
    expect(bodies('/2/tweets')).toMatchObject([
      { text: 'one' },
      { text: 'two' },
      { text: 'two', reply: { in_reply_to_tweet_id: '1' } },
    ])
  })
})

test('a video goes up in pieces, is waited for, and is uploaded once', async () => {
  const bytes = new Uint8Array(5_000_000)
  const video: MediaFile = {
    kind: 'video',
    contentType: 'video/mp4',
    filename: 'clip.mp4',
    sizeBytes: bytes.length,
    seconds: 12,
    read: async (start = 0, end = bytes.length) => bytes.slice(start, end),
    lend: () => Promise.reject(new Error('not asked for')),
  }
  let state = 'in_progress'
  const answers = {
    'POST /2/media/upload/initialize': () => Response.json({ data: { id: '77' } }),
    'POST /2/media/upload/77/append': () => Response.json({ data: {} }),
    'POST /2/media/upload/77/finalize': () => Response.json({ data: { id: '77', processing_info: { state: 'pending' } } }),
    'GET /2/media/upload': () => Response.json({ data: { processing_info: { state, check_after_secs: 3 } } }),
    'POST /2/tweets': () => created('1'),
  }
  const { run, sent, bodies, isWorking } = createTrialCall(x, answers, { credential, media: async () => [video] })
  const input = { platform: 'x', text: 'Look', media: [{ file: 'clip' }] }
  const first = await run('post.create', input)
  expect(isWorking(first.failure)).toBe(true)
  expect(first.failure?.retryAfterMs).toBe(3_000)
  state = 'succeeded'
  expect(await run('post.create', input)).toMatchObject({ output: { id: '1' } })
  const segments = bodies('/2/media/upload/77/append') as { segment_index: number; media: string }[]
  expect(segments.map(({ segment_index }) => segment_index)).toEqual([0, 1])
  expect(segments.reduce((sum, { media }) => sum + atob(media).length, 0)).toBe(bytes.length)
  expect(sent.filter(({ url }) => url.endsWith('/initialize'))).toHaveLength(1)
  expect(bodies('/2/tweets')).toEqual([{ text: 'Look', media: { media_ids: ['77'] } }])
})

describe('what X refuses', () => {
  const problem = (type: string, detail: string, status = 403) =>
    Response.json({ type: `https://api.twitter.com/2/problems/${type}`, title: '', detail, status }, { status })

  test.each([
    ['usage-capped', 'Usage cap exceeded', 'quota'],
    ['client-forbidden', 'not configured', 'forbidden'],
    ['forbidden', 'You are not allowed to create a Tweet with duplicate content.', 'conflict'],
    ['not-authorized-for-resource', 'no', 'forbidden'],
  ])('%s is %s', async (type, detail, kind) => {
    const { run } = createTrialCall(x, { 'POST /2/tweets': () => problem(type, detail) }, { credential })
    expect(await run('post.create', { platform: 'x', text: 'one' })).toMatchObject({ failure: { kind } })
  })

  test('a post that is too long as X counts never leaves', async () => {
    const { run, sent } = createTrialCall(x, {}, { credential })
    expect(await run('post.create', { platform: 'x', text: '語'.repeat(141) })).toMatchObject({ failure: { kind: 'invalid' } })
    expect(sent).toEqual([])
  })
})

test('a token that X refuses before its time is renewed once, and the post goes out once', async () => {
  let tokens = 0
  const answers = {
    'POST /2/tweets': ({ headers }: { headers: Headers }) =>
      headers.get('authorization') === 'Bearer new' ? created('1') : new Response('{"title":"Unauthorized"}', { status: 401 }),
    'POST /2/oauth2/token': () => {
      tokens += 1
      return Response.json({ access_token: 'new', refresh_token: 'r2', expires_in: 7200, token_type: 'bearer' })
    },
  }
  const { run } = createTrialCall(x, answers, { credential: { ...credential, refreshToken: 'r1' } })
  expect(await run('post.create', { platform: 'x', text: 'one' })).toMatchObject({ output: { id: '1' } })
  expect(tokens).toBe(1)
})
