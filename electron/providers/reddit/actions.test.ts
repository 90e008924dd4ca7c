import { describe, expect, test } from 'vitest'
import { createTrialCall, type Sent } from '../../kit/trial-call.ts'
import { reddit } from './manifest.ts'

const credential = { clientId: 'app', accessToken: 'token' }
const post = { platform: 'reddit', subreddit: 'r/test', title: 'Hello', text: 'World' }
const requirements = { is_flair_required: false }
const about = { data: { display_name: 'test', submission_type: 'any' } }
const submitted = {
  json: { errors: [], data: { id: 'abc', name: 't3_abc', url: 'https://www.reddit.com/r/test/comments/abc/' } },
}

function answers(more: Record<string, (sent: Sent) => Response> = {}) {
  return {
    'GET /r/test/about': () => Response.json(about),
    'GET /api/v1/test/post_requirements': () => Response.json(requirements),
    'POST /api/submit': () => Response.json(submitted),
    'GET /api/v1/me': () => Response.json({ id: '1', name: 'ada' }),
    ...more,
  }
}

const recent = (title: string, created_utc: number) => ({
  data: { children: [{ data: { id: 'old', title, subreddit: 'test', permalink: '/r/test/comments/old/', created_utc } }] },
})

test('a text is submitted as a form, under a user agent of its own', async () => {
  const { run, sent } = createTrialCall(reddit, answers(), { credential, settings: { username: 'ada' } })
  const { output } = await run('post.create', post)
  expect(output).toEqual({ id: 'abc', url: 'https://www.reddit.com/r/test/comments/abc/' })
  const submit = sent.find(({ url }) => url.endsWith('/api/submit'))
  expect(Object.fromEntries(new URLSearchParams(submit?.text))).toEqual({
    api_type: 'json',
    sr: 'test',
    kind: 'self',
    title: 'Hello',
    text: 'World',
    nsfw: 'false',
    spoiler: 'false',
    sendreplies: 'true',
  })
  expect(submit?.headers.get('user-agent')).toContain('(by /u/ada)')
  expect(submit?.headers.get('content-type')).toContain('application/x-www-form-urlencoded')
})

describe('the rules of a subreddit', () => {
  test.each([
    [{ data: { display_name: 'test', submission_type: 'link' } }, {}, 'link'],
    [about, { is_flair_required: true }, 'flairId'],
    [about, { title_text_min_length: 20 }, 'title'],
    [about, { title_required_strings: ['[OC]'] }, 'title'],
  ])('%o %o refuse a post before it leaves', async (told, wanted, path) => {
    const more = {
      'GET /r/test/about': () => Response.json(told),
      'GET /api/v1/test/post_requirements': () => Response.json(wanted),
    }
    const { run, sent } = createTrialCall(reddit, answers(more), { credential })
    const { failure } = await run('post.create', post)
    expect(failure).toMatchObject({ kind: 'invalid', fields: [{ path }] })
    expect(sent.some(({ url }) => url.endsWith('/api/submit'))).toBe(false)
  })
})

describe('an interrupted submission that a person orders again', () => {
  const lost = { 'POST /api/submit': () => Promise.reject(new TypeError('terminated')) as never }

  test('is found when it is there, and not submitted twice', async () => {
    const more = { ...lost, 'GET /user/ada/submitted': () => Response.json(recent('Hello', 1_800_000_000)) }
    const { run, sent } = createTrialCall(reddit, answers(more), { credential })
    expect(await run('post.create', post)).toMatchObject({ failure: { kind: 'unknown' } })
    expect(await run('post.create', post)).toMatchObject({ output: { id: 'old' } })
    expect(sent.filter(({ url }) => url.endsWith('/api/submit'))).toHaveLength(1)
  })

  test('is submitted when only an older post of that title is there', async () => {
    let tries = 0
    const more = {
      'POST /api/submit': () => {
        tries += 1
        return tries === 1 ? (Promise.reject(new TypeError('terminated')) as never) : Response.json(submitted)
      },
      'GET /user/ada/submitted': () => Response.json(recent('Hello', 1_700_000_000)),
    }
    const { run } = createTrialCall(reddit, answers(more), { credential })
    await run('post.create', post)
    expect(await run('post.create', post)).toMatchObject({ output: { id: 'abc' } })
  })
})

test.each([
  ['RATELIMIT', 'Take a break for 9 minutes before trying again.', { kind: 'rate_limited', retryAfterMs: 540_000 }],
  ['SUBREDDIT_NOTALLOWED', 'no', { kind: 'forbidden' }],
  ['ALREADY_SUB', 'no', { kind: 'conflict' }],
  ['SOMETHING_NEW', 'no', { kind: 'rejected' }],
])('%s is told for what it is', async (code, told, expected) => {
  const more = { 'POST /api/submit': () => Response.json({ json: { errors: [[code, told, 'sr']] } }) }
  const { run } = createTrialCall(reddit, answers(more), { credential })
  expect(await run('post.create', post)).toMatchObject({ failure: expected })
})
