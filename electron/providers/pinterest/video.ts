/** Gets a video to Pinterest before the pin: registered, uploaded where Pinterest says, and asked after until it is ready. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import type { MediaFile } from '../../kit/call.ts'
import { notYet } from '../../kit/failures.ts'
import { ask, type PinterestCall } from './client.ts'

const Registered = z.object({
  media_id: z.string().min(1),
  upload_url: z.url(),
  upload_parameters: z.record(z.string(), z.string()),
})
const Status = z.object({ status: z.string(), failure_code: z.string().nullish() })

/** Registers and uploads a video; answers its id. */
export async function uploadVideo(call: PinterestCall, file: MediaFile): Promise<string> {
  const registered = await ask(call, Registered, { path: '/media', json: { media_type: 'video' } })
  const form = new FormData()
  for (const [name, value] of Object.entries(registered.upload_parameters)) form.set(name, value)
  form.set('file', new Blob([await file.read()], { type: file.contentType }), file.filename)
  // The storage behind it takes the form as it is, without a token.
  await call.ask(call.follow(registered.upload_url), { method: 'POST', body: form })
  return registered.media_id
}

const lookAgainMs = 5_000

/** Returns once a pin may show the video; comes back later while Pinterest works on it. */
export async function settleVideo(call: PinterestCall, id: string): Promise<void> {
  const { status, failure_code: why } = await ask(call, Status, { path: `/media/${encodeURIComponent(id)}` })
  if (status === 'succeeded') return
  if (status === 'failed') {
    throw failed('rejected', `Pinterest could not process the video${why ? ` (${why})` : ''}.`, { code: 'media_failed' })
  }
  throw notYet('Pinterest is still processing the video.', lookAgainMs)
}
