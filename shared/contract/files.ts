/** Files of a tenant in its own storage: Supabase, under the tenant's folder. */
import { z } from 'zod'
import { StoragePath } from '#shared/storage-path'
import { Instant } from '#shared/time'
import { pageOf, procedure } from './common.ts'
import { Job } from './jobs.ts'
import { FileMark, mostBase64 } from './media.ts'

/** A file or folder. Sizes and types are null for folders. */
export const StoredFile = z.object({
  path: z.string(),
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  sizeBytes: z.int().nullable(),
  contentType: z.string().nullable(),
  updatedAt: Instant.nullable(),
})
/** A file or folder. */
export type StoredFile = z.infer<typeof StoredFile>

/** What is said of an upload beside its bytes. */
export const UploadMark = z.strictObject({
  path: StoragePath,
  contentType: FileMark.shape.contentType,
  overwrite: z.boolean().optional(),
  key: z.string().min(1).max(200).optional(),
  agent: z.string().min(1).max(64).optional(),
})
/** What is said of an upload beside its bytes. */
export type UploadMark = z.infer<typeof UploadMark>

/** Procedures about files. A body that is no JSON is taken as the file itself, with the rest in the query. */
export const files = {
  list: procedure
    .route({ method: 'GET', path: '/files', summary: 'Files and folders of one folder' })
    .input(
      z
        .strictObject({
          folder: z.union([z.literal(''), StoragePath]).optional(),
          cursor: z
            .string()
            .regex(/^\d{1,9}$/)
            .optional(),
          limit: z.int().min(1).max(1_000).optional(),
        })
        .optional(),
    )
    .output(pageOf(StoredFile)),
  upload: procedure
    .route({ method: 'POST', path: '/files', summary: 'Order the upload of a file; answers its job', successStatus: 201 })
    .input(UploadMark.extend({ contentBase64: z.base64().max(mostBase64) }))
    .output(Job),
  url: procedure
    .route({ method: 'GET', path: '/files/url', summary: 'A link to a file that holds for a while' })
    .input(
      z.strictObject({
        path: StoragePath,
        /** Seconds; an hour without it. */
        expiresIn: z.int().min(1).max(31_536_000).optional(),
        download: z.boolean().optional(),
      }),
    )
    .output(z.object({ url: z.string(), expiresAt: Instant })),
  preview: procedure
    .route({ method: 'GET', path: '/files/preview', summary: 'The content of a small picture or text' })
    .input(z.strictObject({ path: StoragePath }))
    .output(z.object({ contentType: z.string(), contentBase64: z.string() })),
  remove: procedure
    .route({
      method: 'DELETE',
      path: '/files',
      summary: 'Delete a file for good; refused while an order waits that uses it, unless `anyway`',
      inputStructure: 'detailed',
    })
    .input(z.object({ query: z.strictObject({ path: StoragePath, anyway: z.boolean().optional() }) }))
    .output(z.object({ deleted: z.array(z.string()) })),
  move: procedure
    .route({ method: 'POST', path: '/files/move', summary: 'Give a file another path' })
    .input(z.strictObject({ from: StoragePath, to: StoragePath }))
    .output(z.object({ path: z.string() })),
  usage: procedure
    .route({ method: 'GET', path: '/files/usage', summary: 'What the tenant stores, and its quota' })
    .input(z.strictObject({}).optional())
    .output(z.object({ files: z.int(), bytes: z.int(), quotaBytes: z.int().nullable(), complete: z.boolean() })),
}
