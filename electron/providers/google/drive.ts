/** Files of Google Drive: listed, and uploaded under an id that Drive gave out before, so that a repeat makes no second one. */
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import { PostMedia } from '#shared/social/post'
import { defineAction } from '../../kit/define.ts'
import { askGoogle, type GoogleCall, needs, sendGoogle } from './client.ts'
import { bytesTaken, withoutScope } from './refusals.ts'

const fileFields = 'id,name,mimeType,size,modifiedTime,webViewLink'
const File = z.object({
  id: z.string().min(1),
  name: z.string().default(''),
  mimeType: z.string().optional(),
  size: z.string().optional(),
  modifiedTime: z.string().optional(),
  webViewLink: z.string().optional(),
})
const Files = z.object({ files: z.array(File).default([]), nextPageToken: z.string().optional() })

const ToldFile = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.string().nullable(),
  sizeBytes: z.int().nullable(),
  changedAt: z.string().nullable(),
  url: z.string().nullable(),
})

const told = ({ id, name, mimeType, size, modifiedTime, webViewLink }: z.infer<typeof File>) => ({
  id,
  name,
  type: mimeType ?? null,
  sizeBytes: size === undefined ? null : Number(size),
  changedAt: modifiedTime ?? null,
  url: webViewLink ?? null,
})

const folder = z
  .string()
  .regex(/^[\w-]{1,128}$/, 'must be the id of a folder')
  .optional()
  .meta({ title: 'Folder', help: 'Its id, as in the address of the folder.', advanced: true })

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

export const listFiles = defineAction({
  title: 'List files',
  effect: 'Reads the names of files in Drive, the latest first.',
  source: 'https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list',
  repeat: 'safe',
  input: z.strictObject({
    name: z.string().min(1).max(200).optional().meta({ title: 'Name contains' }),
    folder,
    count: z.int().min(1).max(1_000).default(50).meta({ title: 'At most', advanced: true }),
    page: z.string().min(1).max(2_000).optional().meta({ title: 'Page', advanced: true }),
  }),
  output: z.strictObject({ files: z.array(ToldFile), nextPage: z.string().nullable() }),
  scopes: needs.readDrive.slice(0, 1),
  buckets: () => ['drive'],
  subject: ({ name }) => `Files of Drive${name === undefined ? '' : ` with ${name}`}`.slice(0, 120),
  refuses: withoutScope(needs.readDrive, 'Reading Drive'),
  async run({ name, folder: parent, count, page }, call: GoogleCall) {
    const q = [
      'trashed = false',
      ...(name === undefined ? [] : [`name contains ${quoted(name)}`]),
      ...(parent === undefined ? [] : [`${quoted(parent)} in parents`]),
    ].join(' and ')
    const { files, nextPageToken } = await askGoogle(call, Files, {
      url: `${call.endpoint('www')}/drive/v3/files`,
      query: {
        q,
        pageSize: `${count}`,
        orderBy: 'modifiedTime desc',
        fields: `nextPageToken,files(${fileFields})`,
        pageToken: page,
      },
    })
    return { files: files.map(told), nextPage: nextPageToken ?? null }
  },
})

const UploadInput = z
  .strictObject({
    name: z.string().trim().min(1).max(255).optional().meta({ title: 'Name', help: 'Without it, the name of the file.' }),
    folder,
    media: PostMedia.optional().meta({ title: 'File', json: true }),
    contentBase64: z.base64().min(1).max(14_000_000).optional().meta({ title: 'Content (base64)', advanced: true }),
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+$/, 'must look like text/plain')
      .max(127)
      .optional()
      .meta({ title: 'Kind of content', advanced: true }),
  })
  .refine(({ media, contentBase64 }) => (media === undefined) !== (contentBase64 === undefined), {
    path: ['media'],
    message: 'must be given, or contentBase64 instead',
  })
type UploadInput = z.infer<typeof UploadInput>

/** What is uploaded, wherever it comes from. */
interface Content {
  name: string
  contentType: string
  sizeBytes: number
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
}

async function contentOf(input: UploadInput, call: GoogleCall): Promise<Content> {
  const { contentBase64, media, name = 'Untitled', contentType = 'application/octet-stream' } = input
  if (contentBase64 !== undefined) {
    const bytes = Uint8Array.from(atob(contentBase64), (char) => char.charCodeAt(0))
    return { name, contentType, sizeBytes: bytes.byteLength, read: async (start, end) => bytes.slice(start, end) }
  }
  const [file] = await call.media(media ? [media] : [])
  if (!file) throw failed('invalid', 'There is no file to upload.')
  return {
    name: input.name ?? file.filename,
    contentType: input.contentType ?? file.contentType,
    sizeBytes: file.sizeBytes,
    read: (start, end) => file.read(start, end),
  }
}

interface Upload {
  call: GoogleCall
  content: Content
  metadata: { id: string; name: string; mimeType: string; parents?: string[] }
}

/** Metadata and content in one request, for small files. */
async function uploadAtOnce({ call, content, metadata }: Upload): Promise<z.infer<typeof File>> {
  const border = `atlas-${metadata.id}`
  const head = `--${border}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n--${border}\r\nContent-Type: ${content.contentType}\r\n\r\n`
  const body = new Blob([head, await content.read(0, content.sizeBytes), `\r\n--${border}--\r\n`])
  const request = {
    method: 'POST' as const,
    url: `${call.endpoint('www')}/upload/drive/v3/files`,
    query: { uploadType: 'multipart', fields: fileFields },
    headers: { 'content-type': `multipart/related; boundary=${border}` },
    body: new Uint8Array(await body.arrayBuffer()),
  }
  return askGoogle(call, File, request, 'fetch')
}

/** Pieces but the last must be multiples of 256 KiB. */
const pieceBytes = 8 * 1_048_576

/** In pieces, for large files. The file is there once the last piece is. */
async function uploadInPieces({ call, content, metadata }: Upload): Promise<z.infer<typeof File>> {
  const { sizeBytes, contentType } = content
  const opened = await sendGoogle(
    call,
    {
      method: 'POST',
      url: `${call.endpoint('www')}/upload/drive/v3/files`,
      query: { uploadType: 'resumable', fields: fileFields },
      headers: { 'x-upload-content-type': contentType, 'x-upload-content-length': `${sizeBytes}` },
      json: metadata,
    },
    'ask',
  )
  const session = opened.headers.get('location')
  if (!session) throw failed('unexpected', 'Google opened an upload without telling its address.')
  let at = 0
  for (;;) {
    const end = Math.min(at + pieceBytes, sizeBytes)
    const request = {
      method: 'PUT' as const,
      url: call.follow(session),
      headers: { 'content-type': contentType, 'content-range': `bytes ${at}-${end - 1}/${sizeBytes}` },
      body: await content.read(at, end),
    }
    try {
      return await askGoogle(call, File, request, end === sizeBytes ? 'fetch' : 'ask')
    } catch (error) {
      const taken = error instanceof AppError ? bytesTaken(error.failure) : undefined
      // Google must have taken something, or this would never end.
      if (taken === undefined || taken <= at) throw error
      at = taken
    }
  }
}

const Ids = z.object({ ids: z.array(z.string().min(1)).min(1) })
const Progress = z.object({ id: z.string().min(1) })

/** The id of the file to be: given out by Drive once, kept over all attempts. */
async function fileId(call: GoogleCall): Promise<string> {
  const before = Progress.safeParse(call.progress)
  if (before.success) return before.data.id
  const url = `${call.endpoint('www')}/drive/v3/files/generateIds`
  const { ids } = await askGoogle(call, Ids, { url, query: { count: '1', space: 'drive', type: 'files' } })
  const id = ids[0] ?? ''
  await call.remember({ id })
  return id
}

/** Up to here one request will do. In bytes. */
const largestAtOnceBytes = 5 * 1_048_576

export const uploadFile = defineAction({
  title: 'Upload file',
  effect: 'Puts a file into Drive.',
  source: 'https://developers.google.com/workspace/drive/api/guides/manage-uploads',
  repeat: 'keyed',
  input: UploadInput,
  output: ToldFile,
  scopes: needs.writeDrive.slice(0, 1),
  buckets: () => ['drive'],
  subject: ({ name, media }) => `Drive: ${name ?? media?.file ?? media?.path ?? media?.url ?? 'a file'}`.slice(0, 120),
  refuses: withoutScope(needs.writeDrive, 'Uploading to Drive'),
  async run(input, call: GoogleCall) {
    const content = await contentOf(input, call)
    const id = await fileId(call)
    const parents = input.folder === undefined ? {} : { parents: [input.folder] }
    const upload = { call, content, metadata: { id, name: content.name, mimeType: content.contentType, ...parents } }
    try {
      return told(await (content.sizeBytes <= largestAtOnceBytes ? uploadAtOnce(upload) : uploadInPieces(upload)))
    } catch (error) {
      if (!(error instanceof AppError) || error.failure.kind !== 'conflict') throw error
      // The id is this job's alone: an earlier attempt has put the file there.
      const url = `${call.endpoint('www')}/drive/v3/files/${encodeURIComponent(id)}`
      return told(await askGoogle(call, File, { url, query: { fields: fileFields } }))
    }
  },
})
