/** Uploading a file: in one request, or in pieces where it is large; at most once, whatever is lost on the way. */
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import { FileUpload } from '#shared/job-kinds'
import { defineAction } from '../../kit/define.ts'
import { keyOf, type SupabaseCall, shaped, storageOf, told } from './client.ts'
import { type Load, uploadInPieces } from './resumable.ts'

/** Above this, Supabase wants uploads in pieces. */
const largestWhole = 6 * 1024 * 1024

const defaultType = 'application/octet-stream'

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}

async function loadOf({ file, contentBase64, contentType }: FileUpload, call: SupabaseCall): Promise<Load> {
  if (file === undefined) {
    const bytes = bytesOf(contentBase64 ?? '')
    return {
      contentType: contentType ?? defaultType,
      sizeBytes: bytes.length,
      read: async (start, end) => bytes.slice(start, end),
    }
  }
  const held = await call.file(file)
  return { contentType: contentType ?? held.contentType, sizeBytes: held.sizeBytes, read: held.read }
}

const isCode = (error: unknown, code: string) => error instanceof AppError && error.failure.code === code
const isTaken = (error: unknown) => error instanceof AppError && error.failure.kind === 'conflict'

/** Makes the bucket, private. Nobody outside sees an empty bucket, so it may be made twice. */
async function makeBucket(call: SupabaseCall): Promise<void> {
  const storage = await storageOf(call, 'ask')
  try {
    told(await storage.createBucket(call.settings.bucket, { public: false }))
  } catch (error) {
    if (!isTaken(error)) throw error
  }
}

async function send(input: FileUpload, load: Load, call: SupabaseCall): Promise<void> {
  const { bucket } = call.settings
  const key = keyOf(call, input.path)
  const overwrite = input.overwrite ?? false
  const metadata = { job: call.key }
  if (load.sizeBytes > largestWhole) return uploadInPieces(call, { bucket, key, load, overwrite, metadata })
  const storage = await storageOf(call, 'fetch')
  const bytes = await load.read(0, load.sizeBytes)
  const { contentType } = load
  const answer = await storage.from(bucket).upload(key, bytes, { upsert: overwrite, contentType, metadata })
  shaped(z.object({ fullPath: z.string().min(1) }), told(answer))
}

const Info = z.object({ metadata: z.object({ job: z.unknown() }).nullish() })

/** The file there already may be this job's own: an earlier attempt got through and its answer was lost. */
async function isOwn(key: string, call: SupabaseCall): Promise<boolean> {
  const storage = await storageOf(call, 'ask')
  const info = shaped(Info, told(await storage.from(call.settings.bucket).info(key)))
  return info.metadata?.job === call.key
}

async function sendOnce(input: FileUpload, load: Load, call: SupabaseCall): Promise<void> {
  try {
    await send(input, load, call)
  } catch (error) {
    if (isCode(error, 'NoSuchBucket')) {
      await makeBucket(call)
      return send(input, load, call)
    }
    if (!isTaken(error) || !(await isOwn(keyOf(call, input.path), call))) throw error
  }
}

function refuseOverQuota({ sizeBytes }: Load, { quotaBytes }: SupabaseCall['settings']): void {
  if (quotaBytes === undefined || sizeBytes <= quotaBytes) return
  throw failed('quota', `The file has ${sizeBytes} bytes; this tenant may store ${quotaBytes} in all.`)
}

export const uploadFile = defineAction({
  title: 'Upload a file',
  effect: 'Stores a file in the tenant’s folder.',
  source: 'https://supabase.com/docs/guides/storage/uploads/standard-uploads',
  repeat: 'keyed',
  input: FileUpload,
  output: z.strictObject({
    path: z.string(),
    bucket: z.string(),
    key: z.string(),
    contentType: z.string(),
    sizeBytes: z.int(),
    inPieces: z.boolean(),
  }),
  lookup: 'Look in the Files screen, or in Storage in the Supabase dashboard.',
  subject: ({ path }) => `Upload ${path}`.slice(0, 120),
  async run(input, call: SupabaseCall) {
    const key = keyOf(call, input.path)
    const load = await loadOf(input, call)
    refuseOverQuota(load, call.settings)
    await sendOnce(input, load, call)
    const { contentType, sizeBytes } = load
    return { path: input.path, bucket: call.settings.bucket, key, contentType, sizeBytes, inPieces: sizeBytes > largestWhole }
  },
})
