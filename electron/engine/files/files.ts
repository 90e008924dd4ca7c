/** Files of a tenant's storage, as the contract offers them. An upload is an order like any other: durable, tried again, told. */
import { z } from 'zod'
import { StoredFile, type UploadMark } from '#shared/contract/files'
import type { Job } from '#shared/contract/jobs'
import { failed } from '#shared/failure'
import type { AuditAppender } from '../audit/append.ts'
import type { AskAction } from '../connections/ask-action.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area, UploadFile } from '../engine.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import { type JobRow, toJob } from '../jobs/rows.ts'
import { bytesOf } from '../media/media-area.ts'
import type { Download } from '../media/open-media.ts'
import type { Tray } from '../media/tray.ts'

export interface FilesDeps {
  database: Database
  audit: AuditAppender
  ask: AskAction
  enqueuer: Enqueuer
  tray: Tray
  download: Download
}

const provider = 'supabase'
const Page = z.object({ items: z.array(StoredFile), nextCursor: z.string().nullable() })
const Link = z.object({ url: z.string(), expiresAt: z.string() })
const Usage = z.object({ files: z.int(), bytes: z.int(), quotaBytes: z.int().nullable(), complete: z.boolean() })
const Deleted = z.object({ deleted: z.array(z.string()), missing: z.array(z.string()) })
const Moved = z.object({ path: z.string() })

/** Says nothing: the file's own bytes say more. */
const anyType = 'application/octet-stream'

/** Largest content shown beside the list. */
const mostPreview = 5 * 1024 * 1024
const shown = /^(image\/(png|jpeg|gif|webp|avif)|text\/|application\/json)/

export function createFiles({ database, audit, ask, enqueuer, tray, download }: FilesDeps) {
  const waiting = database.sqlite.prepare<[string, string], Pick<JobRow, 'id' | 'subject' | 'input'>>(
    `SELECT id, subject, input FROM jobs WHERE tenant_id = ? AND state IN ('queued', 'waiting', 'running')
     AND instr(input, ?) > 0 AND kind <> 'FILE_UPLOAD' LIMIT 20`,
  )

  /** Orders that have not been sent and name the file as one of their media. */
  function usersOf(tenantId: string, path: string): string[] {
    return waiting.all(tenantId, JSON.stringify(path)).map(({ subject }) => subject)
  }

  function refuseInUse(tenantId: string, path: string): void {
    const users = usersOf(tenantId, path)
    if (users.length === 0) return
    throw failed('conflict', `${path} is needed by what has not been sent yet: ${users.join('; ')}.`, { code: 'in_use' })
  }

  const tell = (tenantId: string, order: { actor: Actor; action: string; path: string; detail?: Record<string, unknown> }) =>
    database.write(() => {
      const { actor, action, path, detail = {} } = order
      audit.append(tenantId, { actor, action, outcome: 'ok', target: { kind: 'file', id: path }, detail })
    })

  async function upload(
    tenantId: string,
    given: { mark: UploadMark; bytes: AsyncIterable<Uint8Array> },
    actor: Actor,
  ): Promise<Job> {
    const { path, contentType, overwrite, key, agent } = given.mark
    const filename = path.split('/').at(-1) ?? path
    const said = contentType === undefined || contentType === anyType ? {} : { contentType }
    const row = await tray.add(tenantId, { purpose: 'upload', filename, ...said }, given.bytes, actor)
    const input = { path, file: row.id, ...said, ...(overwrite === undefined ? {} : { overwrite }) }
    try {
      const { row: job } = await enqueuer.enqueue(tenantId, { kind: 'FILE_UPLOAD', input, key, agent, priority: 10 }, actor)
      await tray.belongsTo(row.id, job.id)
      return toJob(job)
    } catch (error) {
      await tray.remove(tenantId, row.id, actor)
      throw error
    }
  }

  async function preview(tenantId: string, path: string) {
    const link = Link.parse(await ask(tenantId, { provider, action: 'file.url', input: { path, expiresIn: 60 } }))
    const how = { signal: AbortSignal.timeout(30_000), mostBytes: mostPreview, anyHost: true }
    const { contentType = '', bytes } = await download(link.url, how)
    if (!shown.test(contentType)) throw failed('unsupported', 'There is no preview of files of this type. Open it by a link.')
    const pieces: Uint8Array[] = []
    for await (const piece of bytes) pieces.push(piece)
    return { contentType, contentBase64: Buffer.concat(pieces).toString('base64') }
  }

  async function remove(tenantId: string, order: { path: string; anyway?: boolean | undefined }, actor: Actor) {
    const { path, anyway = false } = order
    if (!anyway) refuseInUse(tenantId, path)
    const { deleted } = Deleted.parse(await ask(tenantId, { provider, action: 'file.delete', input: { paths: [path] } }))
    if (deleted.length === 0) throw failed('not_found', `There is no file ${path} in the storage.`)
    await tell(tenantId, { actor, action: 'file.deleted', path })
    return { deleted }
  }

  return (tenantId: string): { area: Area<'files'>; upload: UploadFile } => ({
    upload: (mark, bytes, actor) => upload(tenantId, { mark, bytes }, actor),
    area: {
      list: async (input) => Page.parse(await ask(tenantId, { provider, action: 'files.list', input: input ?? {} })),
      upload: ({ contentBase64, ...mark }, actor) => upload(tenantId, { mark, bytes: bytesOf(contentBase64) }, actor),
      url: async (input) => Link.parse(await ask(tenantId, { provider, action: 'file.url', input })),
      preview: ({ path }) => preview(tenantId, path),
      remove: ({ query }, actor) => remove(tenantId, query, actor),
      async move(input, actor) {
        refuseInUse(tenantId, input.from)
        const moved = Moved.parse(await ask(tenantId, { provider, action: 'file.move', input }))
        await tell(tenantId, { actor, action: 'file.moved', path: input.to, detail: { from: input.from } })
        return moved
      },
      usage: async () => Usage.parse(await ask(tenantId, { provider, action: 'usage.get', input: {} })),
    },
  })
}
