/** The last checkpoint of every chain, kept beside the database: what a truncated or restored database cannot take along. */
import { existsSync, readFileSync } from 'node:fs'
import { replaceFile } from '../vault/replace-file.ts'
import type { SignedCheckpoint } from './checkpoint.ts'

type Anchors = Record<string, SignedCheckpoint>

export interface AnchorFile {
  read(chain: string): SignedCheckpoint | undefined
  /** Moves anchors forward, never back. */
  write(checkpoints: readonly SignedCheckpoint[]): void
}

export function createAnchorFile(file: string): AnchorFile {
  function all(): Anchors {
    if (!existsSync(file)) return {}
    return JSON.parse(readFileSync(file, 'utf8')) as Anchors
  }
  return {
    read: (chain) => all()[chain],
    write(checkpoints) {
      if (checkpoints.length === 0) return
      const anchors = all()
      for (const checkpoint of checkpoints) {
        if ((anchors[checkpoint.chain]?.seq ?? 0) < checkpoint.seq) anchors[checkpoint.chain] = checkpoint
      }
      replaceFile(file, JSON.stringify(anchors, undefined, 2))
    },
  }
}
