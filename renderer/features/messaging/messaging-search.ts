/** What the address of the messaging screen holds. */
import { z } from 'zod'

const Text = z.coerce.string().max(200).optional().catch(undefined)

export const MessagingSearch = z.object({
  provider: Text,
  tab: z.enum(['triggers']).optional().catch(undefined),
  /** The conversation that is open. */
  c: Text,
  // Digits arrive as a number.
  compose: z.coerce.string().pipe(z.literal('1')).optional().catch(undefined),
})
export type MessagingSearch = z.infer<typeof MessagingSearch>
