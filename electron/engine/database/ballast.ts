/** A file that only takes up room, so that a full disk leaves some to go on with: even a DELETE needs space in the log. */
import { closeSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs'

const sizeBytes = 32 * 1024 * 1024

export interface Ballast {
  /** Takes up the room where it is not taken yet. Writing it costs time that a start does not have. */
  lay(): void
  /** Frees the room. It is laid again at the next start. */
  release(): void
}

export function createBallast(file: string): Ballast {
  return {
    lay() {
      if (!existsSync(file) || statSync(file).size < sizeBytes) fill(file)
    },
    release: () => rmSync(file, { force: true }),
  }
}

/** Written, not truncated to length: a sparse file would hold no room at all. */
function fill(file: string): void {
  const chunk = Buffer.alloc(1024 * 1024, 0x5a)
  const handle = openSync(file, 'w', 0o600)
  try {
    for (let at = 0; at < sizeBytes; at += chunk.length) writeSync(handle, chunk)
  } catch (error) {
    // Too little room for ballast is no reason not to start; there is simply less to give back later.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    rmSync(file, { force: true })
  } finally {
    closeSync(handle)
  }
}
