/** What the address of the publishing screen holds. */
import { z } from 'zod'
import { platformIds } from '#shared/social/platforms'

export const PublishingSearch = z.object({
  /** Opens a post's inspector. */
  id: z.coerce.string().optional().catch(undefined),
  platform: z.enum(platformIds).optional().catch(undefined),
})
export type PublishingSearch = z.infer<typeof PublishingSearch>
