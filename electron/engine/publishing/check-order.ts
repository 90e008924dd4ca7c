/** Refuses a post before it becomes an order, for the reasons a composer shows. */
import { failed } from '#shared/failure'
import { checkPost, type MediumFacts } from '#shared/social/check-post'
import { platforms } from '#shared/social/platforms'
import type { PostMedia, SocialPost } from '#shared/social/post'

/** What is known here of media before anything is sent; refuses what is not there. */
export type FactsOf = (tenantId: string, media: readonly PostMedia[]) => (MediumFacts | undefined)[]

export function createPostCheck(factsOf: FactsOf): (tenantId: string, post: SocialPost, path: string) => void {
  return (tenantId, post, path) => {
    const faults = checkPost(post, factsOf(tenantId, post.media ?? []))
    if (faults.length === 0) return
    const fields = faults.map((fault) => ({ ...fault, path: `${path}.${fault.path}` }))
    const told = fields.map((field) => `${field.path} ${field.message}`).join('; ')
    throw failed('invalid', `${platforms[post.platform].name} would not take this post: ${told}.`, { fields })
  }
}
