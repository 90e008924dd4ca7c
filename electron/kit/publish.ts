/** Opens a post for publishing: its media fetched and measured, and the whole held once more against the table of platforms. */
import { failed } from '#shared/failure'
import { checkPost } from '#shared/social/check-post'
import { platforms } from '#shared/social/platforms'
import type { SocialPost } from '#shared/social/post'
import type { Call, MediaFile } from './call.ts'

/** The media of a post; refuses in the words of the table what the platform would not take. Nothing was sent then. */
export async function openPost<C, S>(call: Call<C, S>, post: SocialPost): Promise<MediaFile[]> {
  const media = await call.media(post.media)
  const fields = checkPost(post, media)
  if (fields.length === 0) return media
  const first = fields[0]
  throw failed('invalid', `${platforms[post.platform].name} would not take this post: ${first?.path} ${first?.message}.`, {
    fields,
  })
}
