/** The media tray as the contract offers it. */
import type { AddMedia, Area } from '../engine.ts'
import { type Tray, toMediaItem } from './tray.ts'

const pageLength = 100

/** Content of a call as bytes that come at once. */
export async function* bytesOf(base64: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(base64, 'base64')
}

export function createMediaArea(tray: Tray): (tenantId: string) => { area: Area<'media'>; add: AddMedia } {
  return (tenantId) => {
    const add: AddMedia = async (mark, bytes, actor) =>
      toMediaItem(await tray.add(tenantId, { ...mark, purpose: 'media' }, bytes, actor))
    return {
      add,
      area: {
        async list(input) {
          const { rows, nextCursor } = tray.list(tenantId, { cursor: input?.cursor, limit: input?.limit ?? pageLength })
          return { items: rows.map(toMediaItem), nextCursor }
        },
        upload: ({ contentBase64, ...mark }, actor) => add(mark, bytesOf(contentBase64), actor),
        describe: async ({ id, alt }, actor) => toMediaItem(await tray.describe(tenantId, id, alt, actor)),
        async remove({ id }, actor) {
          await tray.remove(tenantId, id, actor)
          return { removed: true }
        },
      },
    }
  }
}
