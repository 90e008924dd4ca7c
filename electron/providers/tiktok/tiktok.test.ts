import { describe, expect, test } from 'vitest'
import type { MediaFile } from '../../kit/call.ts'
import { createTrialCall, type Sent } from '../../kit/trial-call.ts'
import { tiktok } from './manifest.ts'
import { toChunks } from './upload.ts'

const mebibyte = 1_048_576

describe('chunks', () => {
  test.each([
    [9_000, 9_000, 1, 8_999],
    [64 * mebibyte, 64 * mebibyte, 1, 64 * mebibyte - 1],
    [65 * mebibyte, 10 * mebibyte, 6, 65 * mebibyte - 1],
  ])('%i bytes in pieces of %i are %i', (size, chunkSize, count, last) => {
    const cut = toChunks(size)
    expect(cut.chunkSize).toBe(chunkSize)
    expect(cut.chunks).toHaveLength(count)
    expect(cut.chunks.at(-1)?.last).toBe(last)
    expect(cut.chunks.every(({ first }, at) => at === 0 || first === (cut.chunks[at - 1]?.last ?? 0) + 1)).toBe(true)
  })
})

const credential = { clientId: 'key', clientSecret: 'secret', accessToken: 'token' }
const sizeBytes = 65 * mebibyte
const video: MediaFile = {
  kind: 'video',
  contentType: 'video/mp4',
  filename: 'clip.mp4',
  sizeBytes,
  seconds: 12,
  read: async (start = 0, end = sizeBytes) => new Uint8Array(end - start),
  lend: () => Promise.reject(new Error('not asked for')),
}
const ok = (data: unknown) => Response.json({ data, error: { code: 'ok', message: '', log_id: '1' } })
const input = { platform: 'tiktok', text: 'Hello', privacy: 'SELF_ONLY', media: [{ file: 'x' }] }

function world(more: Record<string, (sent: Sent) => Response> = {}) {
  const answers = {
    'POST /v2/post/publish/creator_info/query/': () =>
      ok({
        creator_nickname: 'Ada',
        privacy_level_options: ['SELF_ONLY'],
        stitch_disabled: true,
        max_video_post_duration_sec: 60,
      }),
    'POST /v2/post/publish/video/init/': () =>
      ok({ publish_id: 'p1', upload_url: 'https://open-upload.tiktokapis.com/video/?upload_id=1' }),
    'PUT /video/': () => new Response(null, { status: 206 }),
    'POST /v2/post/publish/status/fetch/': () => ok({ status: 'PUBLISH_COMPLETE' }),
    ...more,
  }
  return createTrialCall(tiktok, answers, { credential, media: async () => [video] })
}

const begun = (sent: readonly Sent[]) => sent.filter(({ url }) => url.endsWith('/video/init/')).length
const ranges = (sent: readonly Sent[]) =>
  sent.filter(({ method }) => method === 'PUT').map(({ headers }) => headers.get('content-range'))

test('a video is begun once, sent in pieces, and followed until TikTok is done', async () => {
  let status = 'PROCESSING_UPLOAD'
  const { run, sent, bodies, isWorking } = world({ 'POST /v2/post/publish/status/fetch/': () => ok({ status }) })
  expect(isWorking((await run('post.create', input)).failure)).toBe(true)
  status = 'PUBLISH_COMPLETE'
  expect(await run('post.create', input)).toMatchObject({ output: { publishId: 'p1', url: null } })
  expect(begun(sent)).toBe(1)
  expect(ranges(sent)).toHaveLength(6)
  expect(bodies('/v2/post/publish/video/init/')).toMatchObject([
    {
      post_info: { title: 'Hello', privacy_level: 'SELF_ONLY', disable_comment: true, disable_stitch: true },
      source_info: { source: 'FILE_UPLOAD', video_size: sizeBytes, chunk_size: 10 * mebibyte, total_chunk_count: 6 },
    },
  ])
})

test('an upload that was cut goes on where it ended, under the post that was begun', async () => {
  let pieces = 0
  const cut = {
    'PUT /video/': () => {
      pieces += 1
      return pieces === 3 ? new Response(null, { status: 500 }) : new Response(null, { status: 206 })
    },
  }
  const { run, sent } = world(cut)
  expect(await run('post.create', input)).toMatchObject({ failure: { kind: 'unavailable' } })
  expect(await run('post.create', input)).toMatchObject({ output: { publishId: 'p1' } })
  expect(begun(sent)).toBe(1)
  const first = ranges(sent).map((range) => range?.replace(/-.*/, ''))
  expect(first).toEqual([0, 1, 2, 2, 3, 4, 5].map((at) => `bytes ${at * 10 * mebibyte}`))
})

test.each([
  [{ privacy: 'PUBLIC_TO_EVERYONE' }, 'privacy'],
  [{ paidPartnership: true }, 'privacy'],
])('%o is refused before anything is begun', async (change, path) => {
  const { run, sent } = world()
  const { failure } = await run('post.create', { ...input, ...change })
  expect(failure).toMatchObject({ kind: 'invalid', fields: [{ path }] })
  expect(begun(sent)).toBe(0)
})

test.each([
  ['unaudited_client_can_only_post_to_private_accounts', 'pending_verification'],
  ['spam_risk_too_many_posts', 'quota'],
  ['scope_not_authorized', 'forbidden'],
  ['something_new', 'rejected'],
])('%s is %s', async (code, kind) => {
  const { run } = world({
    'POST /v2/post/publish/video/init/': () => Response.json({ data: {}, error: { code, message: 'no' } }),
  })
  expect(await run('post.create', input)).toMatchObject({ failure: { kind } })
})

test('what TikTok gives up on has failed, with its reason', async () => {
  const { run } = world({
    'POST /v2/post/publish/status/fetch/': () => ok({ status: 'FAILED', fail_reason: 'frame_rate_check_failed' }),
  })
  const { failure } = await run('post.create', input)
  expect(failure).toMatchObject({ kind: 'rejected', code: 'frame_rate_check_failed' })
  expect(failure?.message).toContain('frame rate')
})
