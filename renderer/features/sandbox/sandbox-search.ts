/** What the address of the sandbox screen holds. */
import { z } from 'zod'

export const SandboxSearch = z.object({
  provider: z.coerce.string().max(64).optional().catch(undefined),
  id: z.coerce.string().max(200).optional().catch(undefined),
  tab: z.enum(['inbox', 'faults', 'write']).optional().catch(undefined),
})
export type SandboxSearch = z.infer<typeof SandboxSearch>
