/** What the address of the publishing screen holds. */
import { z } from 'zod'
import { platformIds } from '#shared/social/platforms'
import { isTimeZone } from '#shared/time-zone'

export const PublishingSearch = z.object({
  tab: z.enum(['compose', 'calendar', 'campaigns', 'outcomes']).optional().catch(undefined),
  /** Opens a post's inspector. */
  id: z.coerce.string().optional().catch(undefined),
  platform: z.enum(platformIds).optional().catch(undefined),
  /** One text for several platforms. */
  compose: z.enum(['several']).optional().catch(undefined),
  view: z.enum(['month', 'week', 'list']).optional().catch(undefined),
  /** A day that the calendar shows. */
  day: z
    .string()
    .regex(/^20\d{2}-\d{2}-\d{2}$/)
    .refine((day) => !Number.isNaN(Date.parse(`${day}T00:00:00Z`)))
    .optional()
    .catch(undefined),
  zone: z.coerce.string().refine(isTimeZone).optional().catch(undefined),
  agent: z.coerce.string().optional().catch(undefined),
  /** Opens a campaign. */
  campaign: z.coerce.string().optional().catch(undefined),
})
export type PublishingSearch = z.infer<typeof PublishingSearch>
