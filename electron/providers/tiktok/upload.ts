/** Chunks of a video by TikTok's rules, and their way there. */
import { failed } from '#shared/failure'
import type { MediaFile } from '../../kit/call.ts'
import type { TikTokCall } from './client.ts'

/** One piece: from `first` to `last`, both included. */
export interface Chunk {
  first: number
  last: number
}

const mebibyte = 1_048_576
/** Up to this a video goes in one piece. */
const wholeBytes = 64 * mebibyte
const chunkBytes = 10 * mebibyte

/**
 * How TikTok wants a video cut: all pieces alike but the last, which takes the rest.
 *
 * @see https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide
 */
export function toChunks(sizeBytes: number): { chunkSize: number; chunks: Chunk[] } {
  const chunkSize = sizeBytes <= wholeBytes ? sizeBytes : chunkBytes
  const count = Math.max(1, Math.floor(sizeBytes / chunkSize))
  const chunks = Array.from({ length: count }, (_, at) => ({
    first: at * chunkSize,
    last: at === count - 1 ? sizeBytes - 1 : (at + 1) * chunkSize - 1,
  }))
  return { chunkSize, chunks }
}

/** Sends one piece. The last one completes the video, and TikTok publishes it: that is the effect. */
export async function putChunk(
  call: TikTokCall,
  address: string,
  { file, chunk, how }: { file: MediaFile; chunk: Chunk; how: 'fetch' | 'ask' },
): Promise<void> {
  const { first, last } = chunk
  const headers = { 'content-type': file.contentType, 'content-range': `bytes ${first}-${last}/${file.sizeBytes}` }
  const { status } = await call[how](call.follow(address), { method: 'PUT', headers, body: await file.read(first, last + 1) })
  // TikTok answers 206 while pieces are missing and 201 for the last; a page that a network puts in between answers 200.
  if (status !== 201 && status !== 206) {
    throw failed('unexpected', `The address for the video answered ${status}, which is not TikTok's word for a piece it took.`)
  }
}
