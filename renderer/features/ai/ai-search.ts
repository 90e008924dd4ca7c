/** What the address of the AI screen holds. */
import { z } from 'zod'

export const AiSearch = z.object({
  tab: z.enum(['providers', 'routing', 'cost', 'playground']).optional().catch(undefined),
  by: z.enum(['provider', 'model', 'day', 'task', 'agent']).optional().catch(undefined),
  task: z.coerce.string().max(64).optional().catch(undefined),
})
export type AiSearch = z.infer<typeof AiSearch>
