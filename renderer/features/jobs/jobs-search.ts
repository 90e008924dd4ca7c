/** What the address of the jobs screen holds. */
import { z } from 'zod'
import { JobState } from '#shared/job'

// Digits in an address arrive as a number.
const Text = z.coerce.string().max(200).optional().catch(undefined)

export const JobsSearch = z.object({
  state: JobState.optional().catch(undefined),
  kind: Text,
  agent: Text,
  provider: Text,
  failure: Text,
  text: Text,
  id: Text,
})
export type JobsSearch = z.infer<typeof JobsSearch>
