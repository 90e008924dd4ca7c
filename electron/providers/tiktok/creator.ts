/** What the creator may do now: asked before each post, as TikTok wants it, and never assumed. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import type { TikTokPost } from '#shared/social/post'
import type { MediaFile } from '../../kit/call.ts'
import { ask, type TikTokCall } from './client.ts'

const Info = z.object({
  data: z.object({
    creator_username: z.string().default(''),
    creator_nickname: z.string().default(''),
    privacy_level_options: z.array(z.string()),
    comment_disabled: z.boolean().default(false),
    duet_disabled: z.boolean().default(false),
    stitch_disabled: z.boolean().default(false),
    max_video_post_duration_sec: z.number().default(0),
  }),
})
export type Creator = z.infer<typeof Info>['data']

export async function readCreator(call: TikTokCall): Promise<Creator> {
  return (await ask(call, Info, { path: '/v2/post/publish/creator_info/query/' })).data
}

/** Refuses in words what TikTok would refuse, before anything is uploaded. */
export function checkAgainstCreator(post: TikTokPost, creator: Creator, files: readonly MediaFile[]): void {
  const { privacy_level_options: options, max_video_post_duration_sec: longest } = creator
  const seconds = files.find(({ kind }) => kind === 'video')?.seconds
  const fields: { path: string; message: string }[] = []
  if (!options.includes(post.privacy)) {
    fields.push({ path: 'privacy', message: `is ${post.privacy}; ${creator.creator_nickname} may choose ${options.join(', ')}` })
  }
  if (longest > 0 && seconds !== undefined && seconds > longest) {
    fields.push({ path: 'media.0', message: `lasts ${Math.round(seconds)} s; ${creator.creator_nickname} may post ${longest} s` })
  }
  if (post.paidPartnership && post.privacy === 'SELF_ONLY') {
    fields.push({ path: 'privacy', message: 'is SELF_ONLY, which TikTok does not take for a paid partnership' })
  }
  if (fields.length === 0) return
  const told = fields.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw failed('invalid', `TikTok would not take this post: ${told}.`, { fields })
}
