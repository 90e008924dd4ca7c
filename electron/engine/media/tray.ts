/** The media tray: files of a tenant held on this machine, measured, counted and told in the audit log. */
import { v7 as uuidv7 } from 'uuid'
import type { MediaItem } from '#shared/contract/media'
import { type FileMark, mostTrayBytes } from '#shared/contract/media'
import { failed } from '#shared/failure'
import type { MediumFacts } from '#shared/social/check-post'
import { spans, toInstant } from '#shared/time'
import type { HeldFile } from '../../kit/call.ts'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'
import type { Blobs } from './blobs.ts'
import { createLeaving } from './leaving.ts'
import { measureFile } from './measure.ts'

export interface MediaRow {
  id: string
  tenant_id: string
  purpose: 'media' | 'upload' | 'fetched'
  sha256: string
  filename: string
  content_type: string
  size_bytes: number
  width: number | null
  height: number | null
  seconds: number | null
  alt: string | null
  created_by: string
  created_at: number
  expires_at: number | null
  job_id: string | null
}

export interface Incoming extends FileMark {
  purpose: MediaRow['purpose']
}

export interface Tray {
  /** Takes a file in; resolves when it is on the disk and told. */
  add(tenantId: string, incoming: Incoming, bytes: AsyncIterable<Uint8Array>, actor: Actor): Promise<MediaRow>
  list(tenantId: string, page: { cursor?: string | undefined; limit: number }): { rows: MediaRow[]; nextCursor: string | null }
  one(tenantId: string, id: string): MediaRow
  describe(tenantId: string, id: string, alt: string | null, actor: Actor): Promise<MediaRow>
  remove(tenantId: string, id: string, actor: Actor): Promise<void>
  /** Which job a file passes through for: it goes once that is over. */
  belongsTo(id: string, jobId: string): Promise<void>
  hold(row: MediaRow): HeldFile
  used(tenantId: string): number
  sweep(): Promise<void>
  removeAll(tenantId: string): Promise<void>
}

export interface TrayDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  blobs: Blobs
  now(): number
}

/** What only passes through is kept for this long at most. */
const passingMs = { upload: 7 * spans.day, fetched: spans.day } as const

export function factsOfRow({ content_type, size_bytes, width, height, seconds }: MediaRow): MediumFacts {
  return {
    contentType: content_type,
    sizeBytes: size_bytes,
    ...(width === null || height === null ? {} : { width, height }),
    ...(seconds === null ? {} : { seconds }),
  }
}

export function toMediaItem(row: MediaRow): MediaItem {
  const { id, filename, content_type, size_bytes, width, height, seconds, alt, created_by, created_at } = row
  return {
    id,
    filename,
    contentType: content_type,
    sizeBytes: size_bytes,
    width,
    height,
    seconds,
    alt,
    createdBy: created_by,
    createdAt: toInstant(created_at),
  }
}

export function createTray({ database, audit, announcements, blobs, now }: TrayDeps): Tray {
  const { sqlite } = database
  const insert = sqlite.prepare(
    `INSERT INTO media_files (id, tenant_id, purpose, sha256, filename, content_type, size_bytes, width, height, seconds, alt, created_by, created_at, expires_at)
     VALUES (@id, @tenant_id, @purpose, @sha256, @filename, @content_type, @size_bytes, @width, @height, @seconds, @alt, @created_by, @created_at, @expires_at)`,
  )
  const byId = sqlite.prepare<[string, string], MediaRow>('SELECT * FROM media_files WHERE tenant_id = ? AND id = ?')
  const newest = sqlite.prepare<{ tenantId: string; before: string; limit: number }, MediaRow>(
    `SELECT * FROM media_files WHERE tenant_id = @tenantId AND purpose = 'media' AND id < @before ORDER BY id DESC LIMIT @limit`,
  )
  const sum = sqlite.prepare<[string], { bytes: number }>(
    'SELECT coalesce(sum(size_bytes), 0) AS bytes FROM media_files WHERE tenant_id = ?',
  )
  const sharing = sqlite.prepare<[string, string], { count: number }>(
    'SELECT count(*) AS count FROM media_files WHERE tenant_id = ? AND sha256 = ?',
  )
  const setAlt = sqlite.prepare('UPDATE media_files SET alt = ? WHERE tenant_id = ? AND id = ?')
  const setJob = sqlite.prepare('UPDATE media_files SET job_id = ? WHERE id = ?')
  const waiting = sqlite.prepare<[string, string], { subject: string }>(
    `SELECT subject FROM jobs WHERE tenant_id = ? AND state IN ('queued', 'waiting', 'running') AND instr(input, ?) > 0 LIMIT 20`,
  )
  const drop = sqlite.prepare('DELETE FROM media_files WHERE tenant_id = ? AND id = ?')
  const dropAll = sqlite.prepare('DELETE FROM media_files WHERE tenant_id = ?')
  const over = sqlite.prepare<[number], MediaRow>(
    `SELECT media_files.* FROM media_files LEFT JOIN jobs ON jobs.id = media_files.job_id
     WHERE expires_at < ? OR jobs.state = 'succeeded'`,
  )

  const leaving = createLeaving(async (tenantId, sha256) => {
    if ((sharing.get(tenantId, sha256)?.count ?? 0) === 0) await blobs.remove(tenantId, sha256)
  })

  function one(tenantId: string, id: string): MediaRow {
    const row = byId.get(tenantId, id)
    if (row) return row
    const fields = [{ path: 'file', message: 'is not in the media tray' }]
    throw failed('not_found', 'There is no such file in the media tray. It may have been removed.', { fields })
  }

  async function toRow(tenantId: string, incoming: Incoming, bytes: AsyncIterable<Uint8Array>, actor: Actor): Promise<MediaRow> {
    const { purpose, filename, contentType = '', alt } = incoming
    const room = mostTrayBytes - (sum.get(tenantId)?.bytes ?? 0)
    const { sha256, sizeBytes } = await blobs.receive(tenantId, bytes, room)
    if (sizeBytes === 0 && purpose === 'media') throw failed('invalid', 'The file is empty.')
    const measured = await measureFile(blobs.pathOf(tenantId, sha256), contentType)
    const { width = null, height = null, seconds = null } = measured
    return {
      id: uuidv7(),
      tenant_id: tenantId,
      purpose,
      sha256,
      filename,
      content_type: measured.contentType,
      size_bytes: sizeBytes,
      width,
      height,
      seconds,
      alt: alt ?? null,
      created_by: actor.id,
      created_at: now(),
      expires_at: purpose === 'media' ? null : now() + passingMs[purpose],
      job_id: null,
    }
  }

  async function add(tenantId: string, incoming: Incoming, bytes: AsyncIterable<Uint8Array>, actor: Actor): Promise<MediaRow> {
    const row = await toRow(tenantId, incoming, bytes, actor)
    const { id, sha256, content_type, size_bytes, purpose } = row
    await database.write((tx) => {
      insert.run(row)
      if (purpose === 'media') {
        const detail = { contentType: content_type, sizeBytes: size_bytes, sha256 }
        audit.append(tenantId, { actor, action: 'media.added', outcome: 'ok', target: { kind: 'media', id }, detail })
      }
      tx.afterCommit(() => announcements.announce('media.changed', tenantId, id))
    })
    return row
  }

  async function discard({ tenant_id, id, sha256 }: MediaRow): Promise<void> {
    await database.write((tx) => {
      drop.run(tenant_id, id)
      tx.afterCommit(() => announcements.announce('media.changed', tenant_id, id))
    })
    await leaving.leave(tenant_id, sha256)
  }

  return {
    one,
    used: (tenantId) => sum.get(tenantId)?.bytes ?? 0,
    add: (tenantId, incoming, bytes, actor) => leaving.whileAdding(tenantId, () => add(tenantId, incoming, bytes, actor)),
    list(tenantId, { cursor, limit }) {
      const rows = newest.all({ tenantId, before: cursor ?? '~', limit: limit + 1 })
      const shown = rows.slice(0, limit)
      return { rows: shown, nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
    },
    describe(tenantId, id, alt, actor) {
      return database.write((tx) => {
        one(tenantId, id)
        setAlt.run(alt, tenantId, id)
        audit.append(tenantId, { actor, action: 'media.described', outcome: 'ok', target: { kind: 'media', id } })
        tx.afterCommit(() => announcements.announce('media.changed', tenantId, id))
        return one(tenantId, id)
      })
    },
    async remove(tenantId, id, actor) {
      const row = one(tenantId, id)
      const users = row.purpose === 'media' ? waiting.all(tenantId, JSON.stringify(id)) : []
      if (users.length > 0) {
        const told = users.map(({ subject }) => subject).join('; ')
        throw failed('conflict', `${row.filename} is needed by what has not been sent yet: ${told}.`, { code: 'in_use' })
      }
      await database.write(() =>
        audit.append(tenantId, { actor, action: 'media.removed', outcome: 'ok', target: { kind: 'media', id } }),
      )
      await discard(row)
    },
    belongsTo: (id, jobId) =>
      database.write(() => {
        setJob.run(jobId, id)
      }),
    hold: ({ tenant_id, sha256, content_type, size_bytes, filename }) => ({
      contentType: content_type,
      sizeBytes: size_bytes,
      filename,
      read: (start = 0, end = size_bytes) => blobs.read(tenant_id, sha256, { start, end: Math.min(end, size_bytes) }),
    }),
    async sweep() {
      for (const row of over.all(now())) await discard(row)
    },
    async removeAll(tenantId) {
      await database.write(() => {
        dropAll.run(tenantId)
      })
      await blobs.removeAll(tenantId)
    },
  }
}
