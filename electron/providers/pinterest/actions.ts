/** What Pinterest does: pins on boards. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { PinterestPost } from '#shared/social/post'
import { toMs } from '#shared/time'
import type { MediaFile } from '../../kit/call.ts'
import { defineAction, type Found } from '../../kit/define.ts'
import { openPost } from '../../kit/publish.ts'
import { ask, type PinterestCall } from './client.ts'
import { settleVideo, uploadVideo } from './video.ts'

const Pin = z.object({ id: z.string().min(1) })
const Pins = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string().nullish(),
      description: z.string().nullish(),
      created_at: z.string().nullish(),
    }),
  ),
})
const Boards = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), privacy: z.string().optional() })),
  bookmark: z.string().nullish(),
})

const lookup = 'Look at the newest pins of the board on Pinterest.'
const urlOf = (id: string) => `https://www.pinterest.com/pin/${id}/`

/** What an attempt leaves to the next: the video that lies at Pinterest. */
interface Progress {
  video: string
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(text)
}

async function encoded(file: MediaFile): Promise<{ content_type: string; data: string }> {
  return { content_type: file.contentType, data: toBase64(await file.read()) }
}

/** One picture, several side by side, or a video with the picture that stands for it. */
async function sourceOf(call: PinterestCall, files: readonly MediaFile[]): Promise<Record<string, unknown>> {
  const video = files.find(({ kind }) => kind === 'video')
  const images = files.filter(({ kind }) => kind === 'image')
  if (video) {
    const id = (call.progress as Progress | undefined)?.video ?? (await uploadVideo(call, video))
    if (!call.progress) await call.remember({ video: id } satisfies Progress)
    await settleVideo(call, id)
    const [cover] = images
    if (!cover) return { source_type: 'video_id', media_id: id, cover_image_key_frame_time: 0 }
    const { content_type, data } = await encoded(cover)
    return { source_type: 'video_id', media_id: id, cover_image_content_type: content_type, cover_image_data: data }
  }
  const [first] = images
  if (!first) throw failed('invalid', 'A pin needs a picture or a video.', { fields: [{ path: 'media', message: 'is missing' }] })
  if (images.length === 1) return { source_type: 'image_base64', ...(await encoded(first)) }
  return { source_type: 'multiple_image_base64', items: await Promise.all(images.map(encoded)), index: 0 }
}

export const createPin = defineAction({
  title: 'Publish a pin',
  effect: 'Publishes a pin on a Pinterest board.',
  source: 'https://developers.pinterest.com/docs/api/v5/pins-create',
  repeat: 'unsafe',
  input: PinterestPost,
  output: z.strictObject({ id: z.string(), url: z.string() }),
  lookup,
  scopes: ['pins:write', 'boards:read'],
  buckets: () => ['app', 'pins'],
  subject: ({ title, text }) => `Pinterest: ${title ?? (text === '' ? 'pin' : text)}`.slice(0, 120),
  async run(input, call: PinterestCall) {
    const files = await openPost(call, input)
    const { boardId, title, text, link } = input
    const alt = files.find(({ kind }) => kind === 'image')?.alt
    const json = {
      board_id: boardId,
      media_source: await sourceOf(call, files),
      ...(title ? { title } : {}),
      ...(text ? { description: text } : {}),
      ...(link ? { link } : {}),
      ...(alt ? { alt_text: alt.slice(0, 500) } : {}),
    }
    const { id } = await ask(call, Pin, { path: '/pins', json, how: 'fetch' })
    return { id, url: urlOf(id) }
  },
  async find({ boardId }, call: PinterestCall, since): Promise<Found[]> {
    const { items } = await ask(call, Pins, { path: `/boards/${boardId}/pins?page_size=25` })
    return items
      .map(({ id, title, description, created_at: at }) => ({
        id,
        url: urlOf(id),
        text: [title, description].filter(Boolean).join(': '),
        at: at ? toMs(/[zZ]|[+-]\d\d:?\d\d$/.test(at) ? at : `${at}Z`) : call.now(),
      }))
      .filter(({ at }) => at >= since)
  },
})

/** All boards, at most 500. */
export async function readBoards(call: PinterestCall): Promise<{ id: string; name: string; privacy: string }[]> {
  const boards: { id: string; name: string; privacy: string }[] = []
  for (let bookmark: string | null | undefined = ''; bookmark !== null && bookmark !== undefined && boards.length < 500; ) {
    const next: string = bookmark === '' ? '' : `&bookmark=${encodeURIComponent(bookmark)}`
    const page: z.infer<typeof Boards> = await ask(call, Boards, { path: `/boards?page_size=250${next}` })
    boards.push(...page.items.map(({ id, name, privacy = 'PUBLIC' }) => ({ id, name, privacy })))
    bookmark = page.bookmark
  }
  return boards
}

export const listBoards = defineAction({
  title: 'List boards',
  effect: 'Reads the boards of the account.',
  source: 'https://developers.pinterest.com/docs/api/v5/boards-list',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({ boards: z.array(z.strictObject({ id: z.string(), name: z.string(), privacy: z.string() })) }),
  scopes: ['boards:read'],
  buckets: () => ['app'],
  subject: () => 'Boards on Pinterest',
  run: async (_input, call: PinterestCall) => ({ boards: await readBoards(call) }),
})

export const createBoard = defineAction({
  title: 'Create a board',
  effect: 'Creates a board of the account.',
  source: 'https://developers.pinterest.com/docs/api/v5/boards-create',
  repeat: 'unsafe',
  input: z.strictObject({
    name: z.string().trim().min(1).max(50).meta({ title: 'Name' }),
    description: z.string().max(500).optional().meta({ title: 'Description' }),
    privacy: z.enum(['PUBLIC', 'SECRET']).default('PUBLIC').meta({ title: 'Who may see it' }),
  }),
  output: z.strictObject({ id: z.string() }),
  lookup: 'Look at the boards of the account on Pinterest.',
  scopes: ['boards:write'],
  buckets: () => ['app'],
  subject: ({ name }) => `Create the board ${name} on Pinterest`,
  async run(json, call: PinterestCall) {
    return { id: (await ask(call, Pin, { path: '/boards', json, how: 'fetch' })).id }
  },
})
