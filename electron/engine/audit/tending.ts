/** What the audit log does by itself: words are indexed, what grew is signed and told. */
import type { Announcements } from '../announcements.ts'
import type { Database } from '../database/open.ts'
import { systemChain } from './append.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Indexer } from './indexer.ts'

export interface Tending {
  /** Does what is due now. */
  look(): Promise<void>
}

/** The rest is indexed at the next look: a stop waits for this one. */
const stepsAtOnce = 20
/** Signed at the latest after this long, or this many events. */
const signMs = 60_000
const signEvents = 1_000
/** A closed keychain may ask a person each time it is asked itself. */
const putOffMs = 300_000

export interface TendingDeps {
  database: Database
  checkpoints: Checkpoints
  indexer: Indexer
  announcements: Announcements
  now(): number
}

export function createTending({ database, checkpoints, indexer, announcements, now }: TendingDeps): Tending {
  const readHeads = database.sqlite.prepare('SELECT chain, seq FROM audit_heads')
  const told = new Map<string, number>()
  let signedAt = now()
  let notBefore = 0

  function tellGrown(): void {
    for (const { chain, seq } of readHeads.all() as { chain: string; seq: number }[]) {
      if (told.get(chain) === seq) continue
      told.set(chain, seq)
      announcements.announce('audit.changed', chain === systemChain ? null : chain, String(seq))
    }
  }

  async function signDue(): Promise<void> {
    const uncovered = checkpoints.uncovered()
    const isDue = uncovered >= signEvents || (uncovered > 0 && now() - signedAt >= signMs)
    if (!isDue || now() < notBefore) return
    if (await checkpoints.sign()) signedAt = now()
    else notBefore = now() + putOffMs
  }

  return {
    async look() {
      tellGrown()
      await indexer.catchUp(stepsAtOnce)
      await signDue()
    },
  }
}
