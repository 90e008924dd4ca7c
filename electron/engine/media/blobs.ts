/** Contents of files on the disk, one by its digest, each tenant in a folder of its own that only its operator can read. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failed } from '#shared/failure'

export interface Received {
  sha256: string
  sizeBytes: number
}

export interface Blobs {
  /** Writes what comes, and refuses it once it grows beyond `mostBytes`. */
  receive(tenantId: string, bytes: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Received>
  pathOf(tenantId: string, sha256: string): string
  read(tenantId: string, sha256: string, range: { start: number; end: number }): Promise<Uint8Array<ArrayBuffer>>
  remove(tenantId: string, sha256: string): Promise<void>
  removeAll(tenantId: string): Promise<void>
}

export function createBlobs(folder: string): Blobs {
  function folderOf(tenantId: string): string {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(tenantId)) throw failed('invalid', 'This tenant cannot hold files.')
    return join(folder, tenantId)
  }

  const pathOf = (tenantId: string, sha256: string) => join(folderOf(tenantId), sha256)

  async function write(part: string, bytes: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Received> {
    const hash = createHash('sha256')
    const file = await open(part, 'wx', 0o600)
    let sizeBytes = 0
    try {
      for await (const piece of bytes) {
        sizeBytes += piece.byteLength
        if (sizeBytes > mostBytes) throw failed('quota', `The file is larger than the ${mostBytes} bytes there is room for.`)
        hash.update(piece)
        await file.write(piece)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    return { sha256: hash.digest('hex'), sizeBytes }
  }

  return {
    pathOf,
    async receive(tenantId, bytes, mostBytes) {
      const home = folderOf(tenantId)
      await mkdir(home, { recursive: true, mode: 0o700 })
      const part = join(home, `.part-${randomUUID()}`)
      try {
        const received = await write(part, bytes, mostBytes)
        await rename(part, join(home, received.sha256))
        return received
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
    async read(tenantId, sha256, { start, end }) {
      const file = await open(pathOf(tenantId, sha256), 'r')
      try {
        const bytes = new Uint8Array(Math.max(0, end - start))
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
        return bytes.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
    remove: (tenantId, sha256) => rm(pathOf(tenantId, sha256), { force: true }),
    removeAll: (tenantId) => rm(folderOf(tenantId), { recursive: true, force: true }),
  }
}
