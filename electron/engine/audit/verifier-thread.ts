/** The thread that verifies: opens the database read-only, walks one chain, and answers what it found. */
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import type { EventRow } from './rows.ts'
import { type KeptHead, verifyChain, type Witnesses } from './verifier.ts'

export interface VerifyOrder extends Witnesses {
  file: string
  chain: string
}

const { file, chain, ...witnesses } = workerData as VerifyOrder
const sqlite = new Sqlite(file, { readonly: true, fileMustExist: true })
// Head and events of one moment: others go on appending.
sqlite.exec('BEGIN')
const kept = sqlite.prepare('SELECT seq, hash FROM audit_heads WHERE chain = ?').get(chain) as KeptHead | undefined
const rows = sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? ORDER BY seq')
const judgement = verifyChain(rows.iterate(chain) as Iterable<EventRow>, kept, witnesses)
sqlite.close()
parentPort?.postMessage(judgement)
