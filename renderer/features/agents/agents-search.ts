/** What the address of the agents screen holds. */
import { z } from 'zod'
import { JobState } from '#shared/job'

export const AgentsSearch = z.object({
  tab: z.enum(['roster', 'runs', 'approvals', 'costs']).optional().catch(undefined),
  /** Opens an agent. */
  id: z.coerce.string().optional().catch(undefined),
  /** Opens a run. */
  run: z.coerce.string().optional().catch(undefined),
  /** Opens an approval. */
  approval: z.coerce.string().optional().catch(undefined),
  agent: z.coerce.string().optional().catch(undefined),
  state: JobState.optional().catch(undefined),
  by: z.enum(['agent', 'model', 'day']).optional().catch(undefined),
})
export type AgentsSearch = z.infer<typeof AgentsSearch>
