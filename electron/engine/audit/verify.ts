/** Verifies a chain off the main thread, and remembers the last result. */
import { Worker } from 'node:worker_threads'
import type { Verification } from '#shared/contract/audit'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'
import { threadProgram } from '../thread-program.ts'
import type { AnchorFile } from './anchor.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { EventRow } from './rows.ts'
import { type Judgement, type KeptHead, verifyChain } from './verifier.ts'
import type { VerifyOrder } from './verifier-thread.ts'

export interface Verifier {
  verify(chain: string): Promise<Verification>
  last(chain: string): Verification | null
  /** Ends verifications that are under way. */
  stop(): Promise<void>
}

const program = { here: import.meta.url, source: 'verifier-thread', bundle: 'audit-verifier' }

function createThreads() {
  const running = new Set<Worker>()
  return {
    run(order: VerifyOrder): Promise<Judgement> {
      const thread = new Worker(threadProgram(program), { workerData: order })
      running.add(thread)
      return new Promise<Judgement>((resolve, reject) => {
        thread.once('message', resolve)
        thread.once('error', reject)
        thread.once('exit', () => reject(failed('cancelled', 'Verification was stopped before it had a result.')))
      }).finally(() => running.delete(thread))
    },
    async stop(): Promise<void> {
      await Promise.all([...running].map((thread) => thread.terminate()))
    },
  }
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
  const headOf = sqlite.prepare('SELECT seq, hash FROM audit_heads WHERE chain = ?')
  const threads = createThreads()
  const underWay = new Map<string, Promise<Verification>>()

  async function judge(chain: string, keyId: string | undefined): Promise<Judgement> {
    const witnesses = { checkpoints: checkpoints.of(chain), anchor: anchors.read(chain), keyId }
    if (database.file !== ':memory:') return threads.run({ file: database.file, chain, ...witnesses })
    // A database in memory can be read by no other thread.
    return verifyChain(rows.iterate(chain) as Iterable<EventRow>, headOf.get(chain) as KeptHead | undefined, witnesses)
  }

  async function verify(chain: string): Promise<Verification> {
    const key = await checkpoints.sign()
    const begunAt = performance.now()
    const { events, head, firstBad, verified } = await judge(chain, key?.lasting ? key.keyId : undefined)
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
        keyId: key?.keyId ?? null,
      },
      verifiedAt: toInstant(now()),
      tookMs: Math.round(performance.now() - begunAt),
    }
    await database.write(() => {
      keep.run(chain, JSON.stringify(result))
    })
    return result
  }

  return {
    verify(chain) {
      const asked = underWay.get(chain) ?? verify(chain).finally(() => underWay.delete(chain))
      underWay.set(chain, asked)
      return asked
    },
    last(chain) {
      const row = read.get(chain) as { result: string } | undefined
      return row ? (JSON.parse(row.result) as Verification) : null
    },
    stop: threads.stop,
  }
}
