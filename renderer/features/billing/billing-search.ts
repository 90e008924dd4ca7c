/** What the address of the billing screen holds. */
import { z } from 'zod'

const Text = z.coerce.string().max(255).optional().catch(undefined)

export const BillingTab = z.enum(['plans', 'subscriptions', 'customers', 'invoices', 'events'])
export type BillingTab = z.infer<typeof BillingTab>

export const BillingSearch = z.object({
  tab: BillingTab.optional().catch(undefined),
  /** What the inspector shows; `new` orders a new one. */
  id: Text,
})
export type BillingSearch = z.infer<typeof BillingSearch>
