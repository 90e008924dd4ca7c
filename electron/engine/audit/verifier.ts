/** Walks a chain from its first event and says where it first does not hold. Pure: rows and checkpoints come in. */
import { genesisHash } from './append.ts'
import { isSignedRight, type SignedCheckpoint } from './checkpoint.ts'
import { type EventRow, hashOf } from './rows.ts'

export interface Bad {
  seq: number
  expected: string
  got: string
  why: string
}

export interface Walk {
  events: number
  head: string
  firstBad?: Bad
}

/** Hashes at the sequence numbers that were asked for, noted on the way. */
export function walkChain(rows: Iterable<EventRow>, noted: Map<number, string | undefined>): Walk {
  let events = 0
  let head = genesisHash
  for (const row of rows) {
    const bad = judge(row, events + 1, head)
    if (bad) return { events, head, firstBad: bad }
    events += 1
    head = row.hash
    if (noted.has(row.seq)) noted.set(row.seq, row.hash)
  }
  return { events, head }
}

function judge(row: EventRow, seq: number, head: string): Bad | undefined {
  if (row.seq !== seq) return { seq, expected: String(seq), got: String(row.seq), why: 'an event is missing or was put in here' }
  if (row.prev_hash !== head)
    return { seq, expected: head, got: row.prev_hash, why: 'it does not follow from the event before it' }
  const own = hashOf(row)
  return own === row.hash ? undefined : { seq, expected: own, got: row.hash, why: 'its content was changed' }
}

/** What lies outside the chain and must agree with it. */
export interface Witnesses {
  checkpoints: readonly SignedCheckpoint[]
  /** The last checkpoint as it was also kept beside the database. */
  anchor: SignedCheckpoint | undefined
  /** The key this installation signs with; undefined while the vault is closed. */
  keyId: string | undefined
}

export interface Judgement extends Walk {
  verified: number
}

/** Verifies a chain with its witnesses: content, order, signatures, and that nothing was cut off at the end. */
export function verifyChain(rows: Iterable<EventRow>, { checkpoints, anchor, keyId }: Witnesses): Judgement {
  const all = anchor ? [...checkpoints, anchor] : [...checkpoints]
  const noted = new Map<number, string | undefined>(all.map(({ seq }) => [seq, undefined]))
  const walk = walkChain(rows, noted)
  let verified = 0
  let bad = walk.firstBad
  for (const checkpoint of all.toSorted((a, b) => a.seq - b.seq)) {
    const fault = checkpointFault(checkpoint, noted.get(checkpoint.seq), keyId)
    if (!fault) verified += 1
    else if (!bad || fault.seq < bad.seq) bad = fault
  }
  return { ...walk, verified: Math.min(verified, checkpoints.length), ...(bad ? { firstBad: bad } : {}) }
}

function checkpointFault(checkpoint: SignedCheckpoint, found: string | undefined, keyId: string | undefined): Bad | undefined {
  const { seq, hash } = checkpoint
  if (!isSignedRight(checkpoint))
    return { seq, expected: 'a valid signature', got: checkpoint.signature, why: 'the signature of its checkpoint is not right' }
  if (keyId !== undefined && checkpoint.keyId !== keyId)
    return { seq, expected: keyId, got: checkpoint.keyId, why: 'its checkpoint was signed with another key' }
  if (found === undefined)
    return {
      seq,
      expected: hash,
      got: 'nothing',
      why: 'a signed event is missing: the end of the log was cut off, or an old copy was put back',
    }
  return found === hash ? undefined : { seq, expected: hash, got: found, why: 'it is not the event that was signed' }
}
