/** Gets pictures and videos to X before the post: preparation that nobody sees, remembered piece by piece. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import type { MediaFile } from '../../kit/call.ts'
import { notYet } from '../../kit/failures.ts'
import { door, type XCall } from './client.ts'

const Processing = z.object({
  state: z.string(),
  check_after_secs: z.number().optional(),
  error: z.object({ message: z.string().optional() }).optional(),
})
const Uploaded = z.object({ data: z.object({ id: z.string().min(1), processing_info: Processing.optional() }) })
const Status = z.object({ data: z.object({ processing_info: Processing.optional() }) })

/** One medium on its way: `ready` once X may show it. */
export interface Upload {
  id: string
  ready: boolean
}

/** X takes pieces of up to 5 MB. */
const pieceBytes = 4_194_304

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(text)
}

function categoryOf({ kind, contentType }: MediaFile): string {
  if (kind === 'video') return 'tweet_video'
  return contentType === 'image/gif' ? 'tweet_gif' : 'tweet_image'
}

async function uploadWhole(call: XCall, file: MediaFile): Promise<Upload> {
  const json = { media: toBase64(await file.read()), media_category: categoryOf(file), media_type: file.contentType }
  const { data } = await door.json(call, Uploaded, { url: `${call.endpoint('api')}/2/media/upload`, json })
  return { id: data.id, ready: true }
}

async function uploadInPieces(call: XCall, file: MediaFile): Promise<Upload> {
  const base = `${call.endpoint('api')}/2/media/upload`
  const begin = { media_type: file.contentType, total_bytes: file.sizeBytes, media_category: categoryOf(file) }
  const { data } = await door.json(call, Uploaded, { url: `${base}/initialize`, json: begin })
  for (let at = 0, segment = 0; at < file.sizeBytes; at += pieceBytes, segment += 1) {
    const media = toBase64(await file.read(at, Math.min(at + pieceBytes, file.sizeBytes)))
    await door.send(call, { url: `${base}/${data.id}/append`, json: { media, segment_index: segment } })
  }
  const ended = await door.json(call, Uploaded, { url: `${base}/${data.id}/finalize`, method: 'POST' })
  return { id: data.id, ready: ended.data.processing_info === undefined }
}

async function describe(call: XCall, id: string, alt: string): Promise<void> {
  const json = { id, metadata: { alt_text: { text: alt.slice(0, 1_000) } } }
  await door.send(call, { url: `${call.endpoint('api')}/2/media/metadata`, json })
}

/** Uploads one medium; a video or GIF may need to be asked after. */
export async function upload(call: XCall, file: MediaFile): Promise<Upload> {
  const inPieces = file.kind === 'video' || file.contentType === 'image/gif'
  const uploaded = await (inPieces ? uploadInPieces(call, file) : uploadWhole(call, file))
  if (file.alt && file.kind === 'image') await describe(call, uploaded.id, file.alt)
  return uploaded
}

/** Returns once X may show the medium; comes back later while it works on it, and says why where it cannot. */
export async function settle(call: XCall, { id, ready }: Upload): Promise<void> {
  if (ready) return
  const url = `${call.endpoint('api')}/2/media/upload?media_id=${encodeURIComponent(id)}&command=STATUS`
  const { processing_info: info } = (await door.json(call, Status, { url })).data
  if (!info || info.state === 'succeeded') return
  if (info.state === 'failed') {
    throw failed('rejected', `X could not process the video. ${info.error?.message ?? 'It gave no reason.'}`, {
      code: 'media_failed',
    })
  }
  throw notYet('X is still processing the video.', (info.check_after_secs ?? 5) * 1_000)
}
