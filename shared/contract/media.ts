/** The media tray: pictures and videos held on this machine for posts, measured as they come in. */
import { z } from 'zod'
import { Instant } from '#shared/time'
import { PageQuery, pageOf, procedure } from './common.ts'

/** All that one tenant may hold here, in bytes: 5 GiB. */
export const mostTrayBytes = 5 * 1024 * 1024 * 1024
/** Largest content of a call, in base64 characters: 20 MB of bytes. Larger files go up as they are, without JSON. */
export const mostBase64 = 28_000_000

/** A content type as it is said by whoever sends a file. */
const ContentType = z
  .string()
  .regex(/^[\w.+-]+\/[\w.+-]+(;.*)?$/, 'must be a content type such as image/png')
  .max(255)

/** What is said of a file beside its bytes. */
export const FileMark = z.strictObject({
  filename: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}/\\]+$/u, 'must be a name without folders'),
  /** Believed only where the bytes say nothing of themselves. */
  contentType: ContentType.optional(),
  alt: z.string().max(2_000).optional(),
})
/** What is said of a file beside its bytes. */
export type FileMark = z.infer<typeof FileMark>

/** A file of the tray. Pixels and seconds are null where they do not apply or could not be read. */
export const MediaItem = z.object({
  id: z.string(),
  filename: z.string(),
  contentType: z.string(),
  sizeBytes: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  seconds: z.number().nullable(),
  alt: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Instant,
})
/** A file of the tray. */
export type MediaItem = z.infer<typeof MediaItem>

const Id = z.string().min(1).max(64)

/** Procedures about the media tray. A body that is no JSON is taken as the file itself, with `filename` and `alt` in the query. */
export const media = {
  list: procedure
    .route({ method: 'GET', path: '/media', summary: 'Files of the media tray, newest first' })
    .input(z.strictObject(PageQuery).optional())
    .output(pageOf(MediaItem)),
  upload: procedure
    .route({ method: 'POST', path: '/media', summary: 'Put a file into the media tray', successStatus: 201 })
    .input(FileMark.extend({ contentBase64: z.base64().min(1).max(mostBase64) }))
    .output(MediaItem),
  describe: procedure
    .route({ method: 'PATCH', path: '/media/{id}', summary: 'Describe a file for people who cannot see it' })
    .input(z.strictObject({ id: Id, alt: z.string().max(2_000).nullable() }))
    .output(MediaItem),
  remove: procedure
    .route({ method: 'DELETE', path: '/media/{id}', summary: 'Remove a file from the media tray' })
    .input(z.strictObject({ id: Id }))
    .output(z.object({ removed: z.boolean() })),
}
