/** What the address of the files screen holds. */
import { z } from 'zod'

export const FilesSearch = z.object({
  folder: z.string().max(512).optional().catch(undefined),
  file: z.string().max(512).optional().catch(undefined),
})
export type FilesSearch = z.infer<typeof FilesSearch>
