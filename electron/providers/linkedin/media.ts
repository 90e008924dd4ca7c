/** Gets pictures and videos to LinkedIn before the post: preparation that nobody sees, remembered piece by piece. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import type { MediaFile } from '../../kit/call.ts'
import { notYet } from '../../kit/failures.ts'
import { ask, type LinkedInCall, put, send } from './client.ts'

const ImageStart = z.object({ value: z.object({ uploadUrl: z.url(), image: z.string().min(1) }) })
const Instruction = z.object({ uploadUrl: z.url(), firstByte: z.number(), lastByte: z.number() })
const VideoStart = z.object({
  value: z.object({
    video: z.string().min(1),
    uploadInstructions: z.array(Instruction).min(1),
    uploadToken: z.string().default(''),
  }),
})
const VideoState = z.object({ status: z.string() })

/** A medium that lies at LinkedIn. */
export interface Upload {
  urn: string
  ready: boolean
}

async function uploadImage(call: LinkedInCall, file: MediaFile, owner: string): Promise<Upload> {
  const json = { initializeUploadRequest: { owner } }
  const { value } = await ask(call, ImageStart, { path: '/rest/images?action=initializeUpload', json })
  await put(call, value.uploadUrl, await file.read())
  return { urn: value.image, ready: true }
}

async function uploadVideo(call: LinkedInCall, file: MediaFile, owner: string): Promise<Upload> {
  const json = {
    initializeUploadRequest: { owner, fileSizeBytes: file.sizeBytes, uploadCaptions: false, uploadThumbnail: false },
  }
  const { value } = await ask(call, VideoStart, { path: '/rest/videos?action=initializeUpload', json })
  const uploadedPartIds: string[] = []
  for (const { uploadUrl, firstByte, lastByte } of value.uploadInstructions) {
    uploadedPartIds.push(await put(call, uploadUrl, await file.read(firstByte, lastByte + 1)))
  }
  const finalizeUploadRequest = { video: value.video, uploadToken: value.uploadToken, uploadedPartIds }
  await send(call, { path: '/rest/videos?action=finalizeUpload', json: { finalizeUploadRequest } })
  return { urn: value.video, ready: false }
}

export function upload(call: LinkedInCall, file: MediaFile, owner: string): Promise<Upload> {
  return file.kind === 'video' ? uploadVideo(call, file, owner) : uploadImage(call, file, owner)
}

const lookAgainMs = 10_000

/** Returns once LinkedIn may show the medium; comes back later while it works on it. */
export async function settle(call: LinkedInCall, { urn, ready }: Upload): Promise<void> {
  if (ready) return
  const { status } = await ask(call, VideoState, { path: `/rest/videos/${encodeURIComponent(urn)}` })
  if (status === 'AVAILABLE') return
  if (status === 'PROCESSING_FAILED') throw failed('rejected', 'LinkedIn could not process the video.', { code: status })
  throw notYet('LinkedIn is still processing the video.', lookAgainMs)
}
