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

/** What lies outside the rows and must agree with them. */
export interface Witnesses {
  checkpoints: readonly SignedCheckpoint[]
  /** The last checkpoint as it was also kept beside the database. */
  anchor: SignedCheckpoint | undefined | 'unreadable'
  /** The key this installation signs with; undefined while the vault is closed. */
  keyId: string | undefined
}

/** Where the next event would be appended. */
export interface KeptHead {
  seq: number
  hash: string
}

export interface Judgement extends Walk {
  /** Checkpoints that hold. */
  verified: number
}

/** Walks the rows; hashes at the sequence numbers that were asked for are noted on the way. */
function walkChain(rows: Iterable<EventRow>, noted: Map<number, string | undefined>): Walk {
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

/** Verifies a chain with its witnesses: content, order, signatures, and that nothing was cut off at the end. */
export function verifyChain(rows: Iterable<EventRow>, kept: KeptHead | undefined, witnesses: Witnesses): Judgement {
  const { checkpoints, anchor, keyId } = witnesses
  const besides = anchor && anchor !== 'unreadable' ? [anchor] : []
  const noted = new Map<number, string | undefined>([...checkpoints, ...besides].map(({ seq }) => [seq, undefined]))
  const walk = walkChain(rows, noted)
  const faultOf = (checkpoint: SignedCheckpoint) => checkpointFault(checkpoint, { walk, found: noted.get(checkpoint.seq), keyId })
  const faults = checkpoints.map(faultOf)
  const all = [walk.firstBad, ...faults, ...besides.map(faultOf), headFault(walk, kept), anchorFault(walk, anchor)]
  const firstBad = all.filter((bad) => bad !== undefined).toSorted((a, b) => a.seq - b.seq)[0]
  const verified = checkpoints.filter(({ seq }, at) => !faults[at] && noted.get(seq) !== undefined).length
  return { events: walk.events, head: walk.head, verified, ...(firstBad ? { firstBad } : {}) }
}

interface Found {
  walk: Walk
  /** The hash of the event that was signed. */
  found: string | undefined
  keyId: string | undefined
}

function checkpointFault(checkpoint: SignedCheckpoint, { walk, found, keyId }: Found): Bad | undefined {
  const { seq, hash } = checkpoint
  if (!isSignedRight(checkpoint))
    return { seq, expected: 'a valid signature', got: checkpoint.signature, why: 'the signature of its checkpoint is not right' }
  if (keyId !== undefined && checkpoint.keyId !== keyId)
    return { seq, expected: keyId, got: checkpoint.keyId, why: 'its checkpoint was signed with another key' }
  if (found !== undefined)
    return found === hash ? undefined : { seq, expected: hash, got: found, why: 'it is not the event that was signed' }
  // The walk ended before it because of something else, which is named.
  if (walk.firstBad) return undefined
  const why = `the log was signed up to event ${seq}: the end was cut off, or an old copy was put back`
  return { seq: walk.events + 1, expected: `${seq} events`, got: `${walk.events} events`, why }
}

function headFault({ events, head, firstBad }: Walk, kept: KeptHead | undefined): Bad | undefined {
  if (firstBad || (kept?.hash ?? genesisHash) === head) return undefined
  const why = 'the end of the log is not where the next event would be appended'
  return { seq: Math.min(events, kept?.seq ?? 0) + 1, expected: kept?.hash ?? genesisHash, got: head, why }
}

function anchorFault({ events }: Walk, anchor: Witnesses['anchor']): Bad | undefined {
  if (anchor !== 'unreadable') return undefined
  const why =
    'the anchor file beside the database cannot be read, so nobody can tell whether the end was cut off; look at it and move it away'
  return { seq: events + 1, expected: 'the last signed checkpoint', got: 'an unreadable file', why }
}
