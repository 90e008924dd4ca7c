/** Verifies a chain off the main thread, and remembers the last result. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Verification } from '#shared/contract/audit'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'
import type { AnchorFile } from './anchor.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { EventRow } from './rows.ts'
import { type Judgement, verifyChain } from './verifier.ts'
import type { VerifyOrder } from './verifier-thread.ts'

export interface Verifier {
  verify(chain: string): Promise<Verification>
  last(chain: string): Verification | null
}

/** The thread's program: the source beside this file, or its bundle beside the bundle or its chunks. */
function threadProgram(): URL {
  const places = ['./verifier-thread.ts', './audit-verifier.js', '../audit-verifier.js'].map(
    (place) => new URL(place, import.meta.url),
  )
  const found = places.find((place) => existsSync(fileURLToPath(place)))
  if (!found) throw failed('unexpected', 'The program that verifies the audit log is missing from this build.')
  return found
}

function inThread(order: VerifyOrder): Promise<Judgement> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(threadProgram(), { workerData: order })
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) => reject(failed('unexpected', `Verification ended with ${code} before it had a result.`)))
  })
}

export interface VerifierDeps {
  database: Database
  checkpoints: Checkpoints
  anchors: AnchorFile
  now(): number
}

export function createVerifier({ database, checkpoints, anchors, now }: VerifierDeps): Verifier {
  const { sqlite } = database
  const read = sqlite.prepare('SELECT result FROM audit_verifications WHERE chain = ?')
  const keep = sqlite.prepare(
    'INSERT INTO audit_verifications (chain, result) VALUES (?, ?) ON CONFLICT DO UPDATE SET result = excluded.result',
  )
  const rows = sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? ORDER BY seq')

  async function judge(chain: string): Promise<Judgement> {
    const witnesses = { checkpoints: checkpoints.of(chain), anchor: anchors.read(chain), keyId: checkpoints.keyId() }
    // A database in memory can be read by no other thread.
    if (database.file === ':memory:') return verifyChain(rows.iterate(chain) as Iterable<EventRow>, witnesses)
    return inThread({ file: database.file, chain, ...witnesses })
  }

  return {
    async verify(chain) {
      await checkpoints.sign()
      const begunAt = performance.now()
      const { events, head, firstBad, verified } = await judge(chain)
      const signed = checkpoints.of(chain)
      const latest = signed.at(-1)
      const result: Verification = {
        ok: firstBad === undefined,
        events,
        head,
        ...(firstBad ? { firstBad } : {}),
        checkpoints: {
          signed: signed.length,
          verified,
          lastAt: latest ? toInstant(latest.at) : null,
          lastSeq: latest?.seq ?? null,
          keyId: latest?.keyId ?? null,
        },
        verifiedAt: toInstant(now()),
        tookMs: Math.round(performance.now() - begunAt),
      }
      await database.write(() => {
        keep.run(chain, JSON.stringify(result))
      })
      return result
    },
    last(chain) {
      const row = read.get(chain) as { result: string } | undefined
      return row ? (JSON.parse(row.result) as Verification) : null
    },
  }
}
