/** What the address of the files screen holds. */
import { z } from 'zod'

export const FilesSearch = z.object({
  folder: z.coerce.string().max(512).optional().catch(undefined),
  file: z.coerce.string().max(512).optional().catch(undefined),
})
export type FilesSearch = z.infer<typeof FilesSearch>
