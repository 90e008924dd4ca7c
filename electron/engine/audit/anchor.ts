/** The last checkpoint of every chain, kept beside the database: what a truncated or restored database cannot take along. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { replaceFile } from '../vault/replace-file.ts'
import { SignedCheckpoint } from './checkpoint.ts'

const Anchors = z.record(z.string(), SignedCheckpoint)
type Anchors = z.infer<typeof Anchors>

export interface AnchorFile {
  /** `unreadable` is a finding of its own; the file is then left as it is. */
  read(chain: string): SignedCheckpoint | undefined | 'unreadable'
  /** Moves anchors forward, never back. Call inside a change of the database: that keeps other processes out. */
  write(checkpoints: readonly SignedCheckpoint[]): void
}

export function createAnchorFile(file: string): AnchorFile {
  function all(): Anchors | 'unreadable' {
    if (!existsSync(file)) return {}
    try {
      return Anchors.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      // Cut short, changed or forbidden: whoever asks is told, and it is never overwritten.
      return 'unreadable'
    }
  }
  return {
    read(chain) {
      const anchors = all()
      return anchors === 'unreadable' ? anchors : anchors[chain]
    },
    write(checkpoints) {
      const anchors = all()
      if (checkpoints.length === 0 || anchors === 'unreadable') return
      for (const checkpoint of checkpoints) {
        if ((anchors[checkpoint.chain]?.seq ?? 0) < checkpoint.seq) anchors[checkpoint.chain] = checkpoint
      }
      replaceFile(file, JSON.stringify(anchors, undefined, 2))
    },
  }
}
