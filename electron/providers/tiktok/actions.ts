/** What TikTok does: publishes a video or pictures, followed until TikTok says that it is done. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { TikTokPost } from '#shared/social/post'
import type { MediaFile } from '../../kit/call.ts'
import { defineAction } from '../../kit/define.ts'
import { notYet } from '../../kit/failures.ts'
import { openPost } from '../../kit/publish.ts'
import { ask, type TikTokCall } from './client.ts'
import { type Creator, checkAgainstCreator, readCreator } from './creator.ts'
import { putChunk, toChunks } from './upload.ts'

const Begun = z.object({ data: z.object({ publish_id: z.string().min(1), upload_url: z.url().optional() }) })
const Status = z.object({
  data: z.object({
    status: z.string(),
    fail_reason: z.string().optional(),
    // TikTok's own spelling.
    publicaly_available_post_id: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
  }),
})

const lookup = 'Look at the videos of the account on TikTok, its private ones included.'
const lookAgainMs = 20_000

/** What an attempt leaves to the next. `sent` once the last piece is on its way. */
interface Progress {
  publishId: string
  uploadUrl?: string | undefined
  /** Pieces that lie at TikTok. */
  chunks: number
}

function postInfo(input: TikTokPost, creator: Creator, isVideo: boolean) {
  const common = {
    title: isVideo ? input.text : input.text.slice(0, 90),
    privacy_level: input.privacy,
    disable_comment: !input.allowComment || creator.comment_disabled,
    brand_content_toggle: input.paidPartnership,
    brand_organic_toggle: input.ownBrand,
  }
  if (!isVideo) return { ...common, description: input.text }
  return {
    ...common,
    disable_duet: !input.allowDuet || creator.duet_disabled,
    disable_stitch: !input.allowStitch || creator.stitch_disabled,
    is_aigc: input.madeWithAi,
  }
}

async function beginVideo(call: TikTokCall, input: TikTokPost, file: MediaFile, creator: Creator): Promise<Progress> {
  const { chunkSize, chunks } = toChunks(file.sizeBytes)
  const source_info = {
    source: 'FILE_UPLOAD',
    video_size: file.sizeBytes,
    chunk_size: chunkSize,
    total_chunk_count: chunks.length,
  }
  const json = { post_info: postInfo(input, creator, true), source_info }
  const { data } = await ask(call, Begun, { path: '/v2/post/publish/video/init/', json })
  const progress: Progress = { publishId: data.publish_id, uploadUrl: data.upload_url, chunks: 0 }
  await call.remember(progress)
  return progress
}

/** Sends what is missing; only the last piece makes TikTok publish. */
async function sendVideo(call: TikTokCall, file: MediaFile, begun: Progress): Promise<Progress> {
  const { chunks } = toChunks(file.sizeBytes)
  let progress = begun
  for (const [at, chunk] of chunks.entries()) {
    if (at < progress.chunks) continue
    const isLast = at === chunks.length - 1
    await putChunk(call, progress.uploadUrl ?? '', { file, chunk, how: isLast ? 'fetch' : 'ask' })
    progress = { ...progress, chunks: at + 1 }
    await (isLast ? call.accepted(progress) : call.remember(progress))
  }
  return progress
}

/** TikTok fetches pictures itself, from addresses that are lent to it; it publishes as soon as it is told of them. */
async function sendPhotos(call: TikTokCall, input: TikTokPost, files: readonly MediaFile[], creator: Creator): Promise<Progress> {
  const photo_images = await Promise.all(files.map((file) => file.lend()))
  const json = {
    post_info: postInfo(input, creator, false),
    source_info: { source: 'PULL_FROM_URL', photo_cover_index: 0, photo_images },
    post_mode: 'DIRECT_POST',
    media_type: 'PHOTO',
  }
  const { data } = await ask(call, Begun, { path: '/v2/post/publish/content/init/', json, how: 'fetch' })
  const progress: Progress = { publishId: data.publish_id, chunks: 0 }
  await call.accepted(progress)
  return progress
}

async function publish(call: TikTokCall, input: TikTokPost): Promise<Progress> {
  const before = call.progress as Progress | undefined
  const files = await openPost(call, input)
  const [first] = files
  if (before && first && before.chunks < toChunks(first.sizeBytes).chunks.length && before.uploadUrl)
    return sendVideo(call, first, before)
  if (before) return before
  const creator = await readCreator(call)
  checkAgainstCreator(input, creator, files)
  if (first?.kind === 'video') return sendVideo(call, first, await beginVideo(call, input, first, creator))
  return sendPhotos(call, input, files, creator)
}

/** Why TikTok gave up, in words where they are known. */
const reasons: Readonly<Record<string, string>> = {
  file_format_check_failed: 'the format of the video is not taken',
  duration_check_failed: 'the video is too long or too short',
  frame_rate_check_failed: 'the frame rate of the video is not taken',
  picture_size_check_failed: 'the size of the picture is not taken',
  video_pull_failed: 'it could not fetch the video',
  photo_pull_failed: 'it could not fetch a picture',
  publish_cancelled: 'the creator cancelled it',
  auth_removed: 'the creator took the permission back',
  spam_risk_too_many_posts: 'the account has posted too often today',
  spam_risk_user_banned_from_posting: 'the account may not post',
  spam_risk_text: 'its text was taken for spam',
  spam_risk: 'it was taken for spam',
  internal: 'something broke there',
}

export const createPost = defineAction({
  title: 'Publish a video or pictures',
  effect: 'Publishes a video or pictures on a TikTok account.',
  source: 'https://developers.tiktok.com/doc/content-posting-api-reference-direct-post',
  repeat: 'unsafe',
  input: TikTokPost,
  output: z.strictObject({ id: z.string(), url: z.string().nullable(), publishId: z.string() }),
  lookup,
  scopes: ['video.publish'],
  buckets: () => ['publish', 'daily'],
  following: ['status'],
  subject: ({ text }) => `TikTok: ${text === '' ? 'media' : text}`.slice(0, 120),
  async run(input, call: TikTokCall) {
    const { publishId } = await publish(call, input)
    const { data } = await ask(call, Status, { path: '/v2/post/publish/status/fetch/', json: { publish_id: publishId } })
    if (data.status === 'FAILED') {
      const reason = data.fail_reason ?? 'unknown'
      throw failed('rejected', `TikTok did not publish it: ${reasons[reason] ?? reason}.`, { code: reason })
    }
    if (data.status !== 'PUBLISH_COMPLETE') throw notYet('TikTok is still processing it.', lookAgainMs)
    // The address exists only after moderation, and for public posts.
    const [id] = data.publicaly_available_post_id ?? []
    return { id: id ?? publishId, url: id ? `https://www.tiktok.com/video/${id}` : null, publishId }
  },
})

export const readCreatorInfo = defineAction({
  title: 'Read what the creator may do',
  effect: 'Reads which audiences and interactions the creator may choose now.',
  source: 'https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({ name: z.string(), audiences: z.array(z.string()), longestSeconds: z.number() }),
  scopes: ['video.publish'],
  buckets: () => ['creator'],
  subject: () => 'What the creator may do on TikTok',
  async run(_input, call: TikTokCall) {
    const creator = await readCreator(call)
    return {
      name: creator.creator_nickname || creator.creator_username,
      audiences: creator.privacy_level_options,
      longestSeconds: creator.max_video_post_duration_sec,
    }
  },
})
