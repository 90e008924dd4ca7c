import { describe, expect, test } from 'vitest'
import type { MediaFile } from '../../kit/call.ts'
import { createTrialCall, type Sent } from '../../kit/trial-call.ts'
import { threads } from './manifest.ts'

const credential = { clientId: 'app', clientSecret: 'secret', accessToken: 'token' }
const file = (kind: MediaFile['kind']): MediaFile => ({
  kind,
  contentType: kind === 'video' ? 'video/mp4' : 'image/jpeg',
  filename: kind,
  sizeBytes: 10,
  read: () => Promise.reject(new Error('Threads fetches by itself')),
  lend: async () => `https://files.example.com/${kind}`,
})

function world(more: Record<string, (sent: Sent) => Response> = {}, files: MediaFile[] = []) {
  let next = 1
  const answers = {
    'GET /v1.0/me': () => Response.json({ id: '9', username: 'ada' }),
    'POST /v1.0/9/threads': () => Response.json({ id: `c${next++}` }),
    'GET /v1.0/c1': () => Response.json({ status: 'FINISHED' }),
    'GET /v1.0/9/threads_publishing_limit': () =>
      Response.json({ data: [{ quota_usage: 1, config: { quota_total: 250, quota_duration: 86_400 } }] }),
    'POST /v1.0/9/threads_publish': () => Response.json({ id: 'p1' }),
    'GET /v1.0/p1': () => Response.json({ permalink: 'https://www.threads.net/@ada/post/1' }),
    ...more,
  }
  return createTrialCall(threads, answers, { credential, media: async () => files })
}

const forms = (sent: Sent[], path: string) =>
  sent
    .filter(({ method, url }) => method === 'POST' && new URL(url).pathname === path)
    .map(({ text }) => Object.fromEntries(new URLSearchParams(text)))

test('a text is a container first and a post second', async () => {
  const { run, sent } = world()
  const { output } = await run('post.create', { platform: 'threads', text: 'Hello', whoMayReply: 'mentioned_only' })
  expect(output).toEqual({ id: 'p1', url: 'https://www.threads.net/@ada/post/1' })
  expect(forms(sent, '/v1.0/9/threads')).toEqual([{ media_type: 'TEXT', text: 'Hello', reply_control: 'mentioned_only' }])
  expect(forms(sent, '/v1.0/9/threads_publish')).toEqual([{ creation_id: 'c1' }])
  expect(sent.every(({ url }) => !url.includes('token'))).toBe(true)
})

describe('a carousel', () => {
  const input = { platform: 'threads', text: 'Hello', media: [{ file: 'a' }, { file: 'b' }] }
  const files = [file('image'), file('video')]

  test('comes back while a video is fetched, and makes no container twice', async () => {
    let status = 'IN_PROGRESS'
    const more = {
      'GET /v1.0/c2': () => Response.json({ status }),
      'GET /v1.0/c3': () => Response.json({ status: 'FINISHED' }),
    }
    const { run, sent, isWorking } = world(more, files)
    expect(isWorking((await run('post.create', input)).failure)).toBe(true)
    status = 'FINISHED'
    expect(await run('post.create', input)).toMatchObject({ output: { id: 'p1' } })
    expect(forms(sent, '/v1.0/9/threads')).toEqual([
      { media_type: 'IMAGE', image_url: 'https://files.example.com/image', is_carousel_item: 'true' },
      { media_type: 'VIDEO', video_url: 'https://files.example.com/video', is_carousel_item: 'true' },
      { media_type: 'CAROUSEL', children: 'c1,c2', text: 'Hello' },
    ])
  })
})

test('a used-up day is told before anything is published', async () => {
  const used = {
    'GET /v1.0/9/threads_publishing_limit': () =>
      Response.json({ data: [{ quota_usage: 250, config: { quota_total: 250, quota_duration: 1 } }] }),
  }
  const { run, sent } = world(used)
  expect(await run('post.create', { platform: 'threads', text: 'Hello' })).toMatchObject({ failure: { kind: 'quota' } })
  expect(forms(sent, '/v1.0/9/threads_publish')).toEqual([])
})

test('a post whose address cannot be read is published all the same', async () => {
  const { run } = world({ 'GET /v1.0/p1': () => new Response('{}', { status: 500 }) })
  expect(await run('post.create', { platform: 'threads', text: 'Hello' })).toMatchObject({ output: { id: 'p1', url: null } })
})
