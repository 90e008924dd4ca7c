/** Opens the pictures and videos of a post, wherever they lie: in the tray, in the tenant's storage, or at a public address. */
import { failed } from '#shared/failure'
import { kindOf } from '#shared/social/check-post'
import type { PostMedia } from '#shared/social/post'
import type { MediaFile } from '../../kit/call.ts'
import type { AskAction } from '../connections/ask-action.ts'
import type { Actor } from '../engine.ts'
import type { FactsOf } from '../publishing/check-order.ts'
import type { Lending } from './lending.ts'
import { factsOfRow, type MediaRow, type Tray } from './tray.ts'

/** Bytes at an address as they come. Refuses addresses of private networks unless `anyHost`, and what is larger than `mostBytes`. */
export type Download = (
  url: string,
  how: { signal: AbortSignal; mostBytes: number; anyHost: boolean },
) => Promise<{ contentType: string | undefined; bytes: AsyncIterable<Uint8Array> }>

export interface MediaDeps {
  tray: Tray
  lending: Lending
  ask: AskAction
  download: Download
  isDemo(tenantId: string): boolean
}

export interface OpenMedia {
  media(tenantId: string, items: readonly PostMedia[], signal: AbortSignal): Promise<MediaFile[]>
  /** What is known of media without reading anything from elsewhere; refuses what the tray does not have. */
  factsOf: FactsOf
}

/** Largest medium fetched from elsewhere: 1 GiB. */
const mostFetched = 1024 * 1024 * 1024
const system: Actor = { kind: 'system', id: 'media' }

interface Opening {
  tenantId: string
  item: PostMedia
  signal: AbortSignal
}

function filenameOf(address: string): string {
  const name = address.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? ''
  return name.replace(/[\p{Cc}\\]/gu, '').slice(0, 200) || 'medium'
}

export function createOpenMedia({ tray, lending, ask, download, isDemo }: MediaDeps): OpenMedia {
  async function fetched({ tenantId, signal }: Opening, url: string, how: { name: string; anyHost: boolean }): Promise<MediaRow> {
    const { contentType, bytes } = await download(url, { signal, mostBytes: mostFetched, anyHost: how.anyHost })
    const incoming = { purpose: 'fetched' as const, filename: how.name, ...(contentType === undefined ? {} : { contentType }) }
    return tray.add(tenantId, incoming, bytes, system)
  }

  /** The file here, and the way to lend it. */
  async function locate(opening: Opening): Promise<{ row: MediaRow; lend: () => Promise<string> }> {
    const { tenantId, item } = opening
    const { file, path, url } = item
    if (file !== undefined) {
      const row = tray.one(tenantId, file)
      return { row, lend: () => lending.lendFile(tenantId, row) }
    }
    if (path !== undefined) {
      const link = await ask(tenantId, { provider: 'supabase', action: 'file.url', input: { path, expiresIn: 600 } })
      // The address is the storage's own, wherever the tenant's connection has it.
      const row = await fetched(opening, String(link.url), { name: filenameOf(path), anyHost: true })
      return { row, lend: () => lending.lendPath(tenantId, path) }
    }
    const address = url ?? ''
    const row = await fetched(opening, address, { name: filenameOf(address), anyHost: isDemo(tenantId) })
    return { row, lend: async () => address }
  }

  async function openOne(opening: Opening): Promise<MediaFile> {
    const { row, lend } = await locate(opening)
    const { contentType = '', ...facts } = factsOfRow(row)
    const kind = kindOf(contentType)
    if (!kind) {
      const told = `${row.filename} is ${contentType}: neither a picture nor a video.`
      throw failed('invalid', told, { fields: [{ path: 'media', message: 'is neither a picture nor a video' }] })
    }
    const alt = opening.item.alt ?? row.alt ?? undefined
    return {
      kind,
      ...tray.hold(row),
      contentType,
      ...facts,
      sizeBytes: row.size_bytes,
      ...(alt === undefined ? {} : { alt }),
      lend,
    }
  }

  return {
    async media(tenantId, items, signal) {
      const opened: MediaFile[] = []
      for (const item of items) opened.push(await openOne({ tenantId, item, signal }))
      return opened
    },
    factsOf: (tenantId, items) =>
      items.map(({ file }) => (file === undefined ? undefined : factsOfRow(tray.one(tenantId, file)))),
  }
}
