/** What the address of the audit screen holds. */
import { z } from 'zod'
import { AuditOutcome } from '#shared/contract/audit'

// Digits in an address arrive as a number.
const Text = z.coerce.string().max(200).optional().catch(undefined)

export const AuditSearch = z.object({
  actor: Text,
  action: Text,
  outcome: AuditOutcome.optional().catch(undefined),
  target: Text,
  text: Text,
  from: Text,
  to: Text,
  seq: Text,
})
export type AuditSearch = z.infer<typeof AuditSearch>
