/** Ids of what is made often: UUID version 7, in the order of their making, with randomness drawn for many at once. */
import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const perId = 16
const pool = new Uint8Array(perId * 256)
let used = pool.length
const last = { msecs: 0, seq: 0 }

function random(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += perId
  return pool.subarray(used - perId, used)
}

/** Within a millisecond, and when the clock goes back, the number in the middle counts on. */
export function newId(): string {
  const bytes = random()
  const now = Date.now()
  const isLater = now > last.msecs
  last.seq = isLater ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 2 : (last.seq + 1) | 0
  if (isLater) last.msecs = now
  return v7({ msecs: last.msecs, seq: last.seq, random: bytes })
}
