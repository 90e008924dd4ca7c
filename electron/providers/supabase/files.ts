/** Files of a tenant as they lie in the storage: list, link, delete, move, usage. */
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import { displayName, StoragePath } from '#shared/storage-path'
import { toInstant } from '#shared/time'
import { defineAction } from '../../kit/define.ts'
import { keyOf, type SupabaseCall, shaped, storageOf, told } from './client.ts'

const docs = 'https://supabase.com/docs/reference/javascript'

/** A folder; empty for the tenant's own. */
const Folder = z
  .union([z.literal(''), StoragePath])
  .default('')
  .meta({ title: 'Folder' })

const Entry = z.strictObject({
  path: z.string(),
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  sizeBytes: z.int().nullable(),
  contentType: z.string().nullable(),
  updatedAt: z.string().nullable(),
})
type Entry = z.infer<typeof Entry>

/** What the storage lists: a folder has neither id nor metadata. */
const Listed = z.array(
  z.object({
    name: z.string(),
    id: z.string().nullable(),
    updated_at: z.string().nullish(),
    metadata: z.object({ size: z.number().nullish(), mimetype: z.string().nullish() }).nullish(),
  }),
)
type Listed = z.infer<typeof Listed>

/** What the dashboard leaves in a folder to keep it. */
const placeholder = '.emptyFolderPlaceholder'

/** Folders that the product keeps for itself. */
const ownFolders = new Set(['lent'])

function toEntry(folder: string, { name, id, updated_at, metadata }: Listed[number]): Entry {
  const shown = displayName(name)
  const at = updated_at ? Date.parse(updated_at) : Number.NaN
  return {
    path: folder === '' ? shown : `${folder}/${shown}`,
    name: shown,
    kind: id === null ? 'folder' : 'file',
    sizeBytes: metadata?.size ?? null,
    contentType: metadata?.mimetype ?? null,
    updatedAt: Number.isNaN(at) ? null : toInstant(at),
  }
}

async function ask(call: SupabaseCall, prefix: string, page: { limit: number; offset: number }): Promise<Listed> {
  const storage = await storageOf(call, 'ask')
  const sortBy = { column: 'name', order: 'asc' }
  try {
    return shaped(Listed, told(await storage.from(call.settings.bucket).list(prefix, { ...page, sortBy })))
  } catch (error) {
    // The bucket is made with the first upload; until then there is nothing in it.
    if (error instanceof AppError && error.failure.code === 'NoSuchBucket') return []
    throw error
  }
}

export const listFiles = defineAction({
  title: 'List files',
  effect: 'Lists the files and folders of one folder.',
  source: `${docs}/storage-from-list`,
  repeat: 'safe',
  input: z.strictObject({
    folder: Folder,
    cursor: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
    limit: z.int().min(1).max(1_000).default(200),
  }),
  output: z.strictObject({ items: z.array(Entry), nextCursor: z.string().nullable() }),
  subject: ({ folder }) => `Files of ${folder === '' ? 'the tenant' : folder}`.slice(0, 120),
  async run({ folder, cursor, limit }, call: SupabaseCall) {
    const offset = Number(cursor ?? 0)
    const rows = await ask(call, keyOf(call, folder, true), { limit, offset })
    const shown = rows.filter(({ name }) => name !== placeholder && !(folder === '' && ownFolders.has(name)))
    return {
      items: shown.map((row) => toEntry(folder, row)),
      nextCursor: rows.length === limit ? `${offset + limit}` : null,
    }
  },
})

export const signFile = defineAction({
  title: 'Make a link',
  effect: 'Makes an address at which anybody can read the file until it ends.',
  source: `${docs}/storage-from-createsignedurl`,
  repeat: 'safe',
  input: z.strictObject({
    path: StoragePath,
    expiresIn: z.int().min(1).max(31_536_000).default(3_600).meta({ title: 'Seconds it holds' }),
    download: z.boolean().optional().meta({ title: 'Offer it as a download' }),
  }),
  output: z.strictObject({ url: z.string(), expiresAt: z.string() }),
  subject: ({ path }) => `Link to ${path}`.slice(0, 120),
  async run({ path, expiresIn, download }, call: SupabaseCall) {
    const storage = await storageOf(call, 'ask')
    const options = download ? { download: path.split('/').at(-1) ?? true } : {}
    const answer = await storage.from(call.settings.bucket).createSignedUrl(keyOf(call, path), expiresIn, options)
    const { signedUrl } = shaped(z.object({ signedUrl: z.url() }), told(answer))
    return { url: signedUrl, expiresAt: toInstant(call.now() + expiresIn * 1_000) }
  },
})

export const deleteFiles = defineAction({
  title: 'Delete files',
  effect: 'Deletes files for good.',
  source: `${docs}/storage-from-remove`,
  repeat: 'keyed',
  input: z.strictObject({ paths: z.array(StoragePath).min(1).max(100).meta({ title: 'Paths' }) }),
  output: z.strictObject({ deleted: z.array(z.string()), missing: z.array(z.string()) }),
  lookup: 'Look in the Files screen.',
  subject: ({ paths }) => (paths.length === 1 ? `Delete ${paths[0]}` : `Delete ${paths.length} files`).slice(0, 120),
  async run({ paths }, call: SupabaseCall) {
    const storage = await storageOf(call, 'fetch')
    const keys = new Map(paths.map((path) => [keyOf(call, path), path]))
    const answer = told(await storage.from(call.settings.bucket).remove([...keys.keys()]))
    // Names that are not there are passed over without a word: only what is answered was deleted.
    const gone = new Set(shaped(z.array(z.object({ name: z.string() })), answer).map(({ name }) => name))
    const isGone = ([key]: [string, string]) => gone.has(key)
    const all = [...keys]
    return {
      deleted: all.filter(isGone).map(([, path]) => path),
      missing: all.filter((one) => !isGone(one)).map(([, path]) => path),
    }
  },
})

/** What tells that the file at the other end is the one an earlier attempt moved. */
const Mark = z.object({ size: z.number().nullish(), etag: z.string().nullish() })

async function markOf(call: SupabaseCall, key: string): Promise<string> {
  const storage = await storageOf(call, 'ask')
  const { size, etag } = shaped(Mark, told(await storage.from(call.settings.bucket).info(key)))
  return `${size ?? ''} ${etag ?? ''}`
}

const isMissing = (error: unknown) => error instanceof AppError && error.failure.code === 'NoSuchKey'

export const moveFile = defineAction({
  title: 'Move or rename a file',
  effect: 'Gives a file another path.',
  source: `${docs}/storage-from-move`,
  repeat: 'keyed',
  input: z.strictObject({ from: StoragePath.meta({ title: 'From' }), to: StoragePath.meta({ title: 'To' }) }),
  output: z.strictObject({ path: z.string() }),
  lookup: 'Look in the Files screen.',
  subject: ({ from, to }) => `Move ${from} to ${to}`.slice(0, 120),
  async run({ from, to }, call: SupabaseCall) {
    const [source, target] = [keyOf(call, from), keyOf(call, to)]
    if (source === target) throw failed('invalid', 'The file is at that path already.')
    const known = (call.progress as { mark: string } | undefined)?.mark
    if (known === undefined) await call.remember({ mark: await markOf(call, source) })
    const storage = await storageOf(call, 'fetch')
    try {
      const answer = told(await storage.from(call.settings.bucket).move(source, target))
      shaped(z.object({ message: z.string() }), answer)
    } catch (error) {
      // An earlier attempt may have got through without an answer: then the same file lies at the other end.
      if (known === undefined || !isMissing(error) || (await markOf(call, target)) !== known) throw error
    }
    return { path: to }
  },
})

/** Requests that one sum may take: the storage lists one folder at a time. */
const mostFolders = 200

export const getUsage = defineAction({
  title: 'Sum up usage',
  effect: 'Sums up what the tenant stores.',
  source: `${docs}/storage-from-list`,
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({
    files: z.int(),
    bytes: z.int(),
    quotaBytes: z.int().nullable(),
    /** False where there was more than one sum may look at. */
    complete: z.boolean(),
  }),
  subject: () => 'Usage of the storage',
  async run(_input, call: SupabaseCall) {
    const limit = 1_000
    const pending = [{ prefix: keyOf(call, '', true), offset: 0 }]
    let [files, bytes, asked] = [0, 0, 0]
    while (pending.length > 0 && asked < mostFolders) {
      const { prefix, offset } = pending.pop() ?? { prefix: '', offset: 0 }
      const rows = await ask(call, prefix, { limit, offset })
      asked += 1
      if (rows.length === limit) pending.push({ prefix, offset: offset + limit })
      for (const { id, name, metadata } of rows) {
        if (id === null) pending.push({ prefix: `${prefix}/${name}`, offset: 0 })
        else files += 1
        bytes += metadata?.size ?? 0
      }
    }
    return { files, bytes, quotaBytes: call.settings.quotaBytes ?? null, complete: pending.length === 0 }
  },
})
