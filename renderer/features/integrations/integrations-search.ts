/** What the address of the integrations screen holds. */
import { z } from 'zod'
import { ConnectionState } from '#shared/connection'
import { ProviderId } from '#shared/contract/common'

export const drawerTabs = ['overview', 'access', 'review', 'activity', 'limits', 'setup'] as const
export type DrawerTab = (typeof drawerTabs)[number]

export const IntegrationsSearch = z.object({
  /** Opens its inspector; failures lead here by this name. */
  provider: ProviderId.optional().catch(undefined),
  text: z.coerce.string().optional().catch(undefined),
  status: ConnectionState.optional().catch(undefined),
  tab: z.enum(drawerTabs).optional().catch(undefined),
})
export type IntegrationsSearch = z.infer<typeof IntegrationsSearch>
