import { expect, test } from 'vitest'
import type { MediaFile } from '../../kit/call.ts'
import { createTrialCall } from '../../kit/trial-call.ts'
import { pinterest } from './manifest.ts'

const credential = { clientId: 'app', clientSecret: 'secret', accessToken: 'token' }
const post = { platform: 'pinterest', boardId: '1', title: 'Harbour', text: 'At dawn', link: 'https://example.com/' }

function file(kind: MediaFile['kind'], contentType: string): MediaFile {
  const bytes = new TextEncoder().encode(contentType) as Uint8Array<ArrayBuffer>
  const shared = { kind, contentType, filename: 'file', sizeBytes: bytes.length, ...(kind === 'video' ? { seconds: 10 } : {}) }
  return { ...shared, read: async () => bytes, lend: () => Promise.reject(new Error('not asked for')) }
}

const jpeg = file('image', 'image/jpeg')
const mp4 = file('video', 'video/mp4')
const source = (data: string) => ({ content_type: 'image/jpeg', data: btoa(data) })

test.each([
  [[jpeg], { source_type: 'image_base64', ...source('image/jpeg') }],
  [[jpeg, jpeg], { source_type: 'multiple_image_base64', items: [source('image/jpeg'), source('image/jpeg')], index: 0 }],
])('%i pictures go along with the pin', async (files, media_source) => {
  const answers = { 'POST /v5/pins': () => Response.json({ id: '7' }, { status: 201 }) }
  const { run, bodies } = createTrialCall(pinterest, answers, { credential, media: async () => files })
  const { output } = await run('pin.create', { ...post, media: files.map(() => ({ file: 'x' })) })
  expect(output).toEqual({ id: '7', url: 'https://www.pinterest.com/pin/7/' })
  expect(bodies('/v5/pins')).toEqual([
    { board_id: '1', media_source, title: 'Harbour', description: 'At dawn', link: 'https://example.com/' },
  ])
})

test('a video is uploaded once where Pinterest says, without our token, and pinned when it is ready', async () => {
  let status = 'processing'
  const answers = {
    'POST /v5/media': () =>
      Response.json({
        media_id: '5',
        upload_url: 'https://pinterest-media-upload.s3-accelerate.amazonaws.com/upload',
        upload_parameters: { key: 'k' },
      }),
    'POST /upload': () => new Response(null, { status: 204 }),
    'GET /v5/media/5': () => Response.json({ status }),
    'POST /v5/pins': () => Response.json({ id: '7' }, { status: 201 }),
  }
  const { run, sent, bodies, isWorking } = createTrialCall(pinterest, answers, { credential, media: async () => [mp4, jpeg] })
  const input = { ...post, media: [{ file: 'x' }, { file: 'y' }] }
  expect(isWorking((await run('pin.create', input)).failure)).toBe(true)
  status = 'succeeded'
  expect(await run('pin.create', input)).toMatchObject({ output: { id: '7' } })
  const uploads = sent.filter(({ url }) => url.includes('amazonaws.com'))
  expect(uploads).toHaveLength(1)
  expect(uploads[0]?.headers.has('authorization')).toBe(false)
  expect(bodies('/v5/pins')).toMatchObject([
    {
      media_source: {
        source_type: 'video_id',
        media_id: '5',
        cover_image_content_type: 'image/jpeg',
        cover_image_data: btoa('image/jpeg'),
      },
    },
  ])
})

test.each([
  [403, 29, 'pending_verification'],
  [403, 7, 'forbidden'],
  [401, 2, 'unauthorized'],
  [400, 1, 'rejected'],
])('%i with code %i is %s', async (status, code, kind) => {
  const answers = { 'POST /v5/pins': () => Response.json({ code, message: 'no' }, { status }) }
  const { run } = createTrialCall(pinterest, answers, { credential, media: async () => [jpeg] })
  expect(await run('pin.create', { ...post, media: [{ file: 'x' }] })).toMatchObject({ failure: { kind } })
})
