/** What whoever has the file can do to an audit log, at random places; each says which event is the first that does not hold. */
import type Sqlite from 'better-sqlite3'
import { rechain } from '../../electron/engine/audit/audit-world.ts'
import { newSigningKey, type SignedCheckpoint, signCheckpoint } from '../../electron/engine/audit/checkpoint.ts'
import { type EventRow, hashOf } from '../../electron/engine/audit/rows.ts'

/** The chain `t` under attack; `u` is another tenant's, as long. Both are signed at each of `signedAt`. */
export interface Target {
  sqlite: Sqlite.Database
  events: number
  signedAt: readonly number[]
  /** The last checkpoint as it lies beside the database; an attack may bring another. */
  anchor: SignedCheckpoint
}

/** Number of the first event that does not hold any more. */
type Tamper = (target: Target, dice: () => number) => number

const whole = (dice: () => number, from: number, to: number) => from + Math.floor(dice() * (to - from + 1))
const pick = <T>(dice: () => number, [first, ...rest]: readonly [T, ...T[]]): T =>
  [first, ...rest][whole(dice, 0, rest.length)] ?? first

const rowAt = ({ sqlite }: Target, seq: number, chain = 't') =>
  sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? AND seq = ?').get(chain, seq) as EventRow

const insertSql = `INSERT INTO audit_events (chain, seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash) VALUES (@chain, @seq, @at, @actor_kind, @actor_id, @action, @target_kind, @target_id, @outcome, @detail, @prev_hash, @hash)`

function put({ sqlite }: Target, { id: _id, ...row }: EventRow): void {
  sqlite.prepare(insertSql).run(row)
}

function takeOut({ sqlite }: Target, seq: number): void {
  sqlite.prepare(`DELETE FROM audit_events WHERE chain = 't' AND seq = ?`).run(seq)
}

/** Moves everything from `seq` on by one, through numbers that nobody has. */
function makeRoom({ sqlite }: Target, seq: number): void {
  sqlite.prepare(`UPDATE audit_events SET seq = -seq - 1 WHERE chain = 't' AND seq >= ?`).run(seq)
  sqlite.exec(`UPDATE audit_events SET seq = -seq WHERE chain = 't' AND seq < 0`)
}

const firstSigned = ({ signedAt }: Target, from: number) => signedAt.find((seq) => seq >= from) ?? 0

const texts = ['actor_kind', 'actor_id', 'action', 'target_kind', 'target_id', 'outcome', 'detail', 'hash', 'prev_hash'] as const

function changeField(target: Target, dice: () => number): number {
  const seq = whole(dice, 1, target.events)
  const column = pick(dice, ['at', ...texts])
  const change = column === 'at' ? `at + ${whole(dice, 1, 9)}` : `${column} || '${whole(dice, 0, 9)}'`
  target.sqlite.prepare(`UPDATE audit_events SET ${column} = ${change} WHERE chain = 't' AND seq = ?`).run(seq)
  return seq
}

function swap(target: Target, dice: () => number): number {
  const one = whole(dice, 1, target.events - 1)
  const other = whole(dice, one + 1, target.events)
  const [first, second] = [rowAt(target, one), rowAt(target, other)]
  takeOut(target, one)
  takeOut(target, other)
  put(target, { ...first, seq: other })
  put(target, { ...second, seq: one })
  return one
}

/** Put in so that it follows rightly from the one before: the one after it gives it away, or the signature of its number. */
function insertForged(target: Target, dice: () => number): number {
  const seq = whole(dice, 1, target.events - 1)
  const before = rowAt(target, seq)
  makeRoom(target, seq + 1)
  const forged = { ...before, seq: seq + 1, target_id: 'forged', prev_hash: before.hash }
  put(target, { ...forged, hash: hashOf(forged) })
  return target.signedAt.includes(seq + 1) ? seq + 1 : seq + 2
}

function cutTail(target: Target, dice: () => number): number {
  const last = whole(dice, 0, target.events - 1)
  target.sqlite.prepare(`DELETE FROM audit_events WHERE chain = 't' AND seq > ?`).run(last)
  return last + 1
}

function cutEverything(target: Target, dice: () => number): number {
  const first = cutTail(target, dice)
  target.sqlite.prepare(`DELETE FROM audit_checkpoints WHERE chain = 't' AND seq >= ?`).run(first)
  const head = first === 1 ? '0'.repeat(64) : rowAt(target, first - 1).hash
  target.sqlite.prepare(`UPDATE audit_heads SET seq = ?, hash = ? WHERE chain = 't'`).run(first - 1, head)
  return first
}

/** Old rows once more, as if they had happened again; the head is moved along. */
function replay(target: Target, dice: () => number): number {
  const from = whole(dice, 1, target.events)
  const count = whole(dice, 1, Math.min(5, target.events - from + 1))
  for (let at = 0; at < count; at += 1) put(target, { ...rowAt(target, from + at), seq: target.events + 1 + at })
  const { hash } = rowAt(target, target.events + count)
  target.sqlite.prepare(`UPDATE audit_heads SET seq = ?, hash = ? WHERE chain = 't'`).run(target.events + count, hash)
  // The last event itself, repeated, follows from its own predecessor and not from itself.
  return target.events + 1
}

function rewriteAll(target: Target, dice: () => number): number {
  const seq = whole(dice, 1, target.events)
  target.sqlite.prepare(`UPDATE audit_events SET target_id = 'other' WHERE chain = 't' AND seq = ?`).run(seq)
  rechain(target.sqlite)
  return firstSigned(target, seq)
}

/** The attacker has a key, though not ours, and changes the anchor too. */
function signWithOtherKey(target: Target, dice: () => number): number {
  rewriteAll(target, dice)
  const pem = newSigningKey()
  const update = target.sqlite.prepare(
    `UPDATE audit_checkpoints SET hash = @hash, key_id = @keyId, public_key = @publicKey, signature = @signature WHERE chain = 't' AND seq = @seq`,
  )
  for (const seq of target.signedAt) {
    target.anchor = signCheckpoint({ chain: 't', seq, hash: rowAt(target, seq).hash, at: 1 }, pem)
    const { at: _at, chain: _chain, ...signed } = target.anchor
    update.run(signed)
  }
  target.sqlite.exec(`UPDATE audit_checkpoints SET at = 1 WHERE chain = 't'`)
  return target.signedAt[0] ?? 0
}

function changeCheckpoint(target: Target, dice: () => number): number {
  const seq = target.signedAt[whole(dice, 0, target.signedAt.length - 1)] ?? 0
  const change = pick(dice, [
    `signature = 'AAAA' || substr(signature, 5)`,
    `hash = substr(hash, 2) || substr(hash, 1, 1) || '0'`,
    'at = at + 1',
    `key_id = 'f' || key_id`,
    `public_key = 'AAAA' || substr(public_key, 5)`,
  ])
  target.sqlite.prepare(`UPDATE audit_checkpoints SET ${change} WHERE chain = 't' AND seq = ?`).run(seq)
  return seq
}

function copyFromOther(target: Target, dice: () => number): number {
  const seq = whole(dice, 1, target.events)
  const other = rowAt(target, seq, 'u')
  takeOut(target, seq)
  put(target, { ...other, chain: 't' })
  return seq
}

export const tampers: Readonly<Record<string, Tamper>> = {
  'a field changed': changeField,
  'an event deleted': (target, dice) => {
    const seq = whole(dice, 1, target.events)
    takeOut(target, seq)
    return seq
  },
  'an event put in': insertForged,
  'two events swapped': swap,
  'the end cut off': cutTail,
  'the end, its checkpoints and the head cut off': cutEverything,
  'old events replayed at the end': replay,
  'an event changed and everything chained anew': rewriteAll,
  'everything chained anew and signed with another key, the anchor too': signWithOtherKey,
  'a checkpoint changed': changeCheckpoint,
  "another tenant's event in place of ours": copyFromOther,
  'an event given to another tenant': (target, dice) => {
    const seq = whole(dice, 1, target.events)
    target.sqlite.prepare(`UPDATE audit_events SET chain = 'v' WHERE chain = 't' AND seq = ?`).run(seq)
    return seq
  },
}

const hexDigits = '0123456789abcdef'

/** One hexadecimal digit of an event's line made another, wherever it stands: in a value, a hash, or the name of a field. */
function changeDigit(lines: string[], dice: () => number): number {
  const at = whole(dice, 0, lines.length - 1)
  const line = lines[at] ?? ''
  const places = [...line].flatMap((letter, place) => (hexDigits.includes(letter) ? [place] : []))
  const place = places[whole(dice, 0, places.length - 1)] ?? 0
  const other = hexDigits[(hexDigits.indexOf(line[place] ?? '') + whole(dice, 1, 15)) % 16] ?? ''
  lines[at] = line.slice(0, place) + other + line.slice(place + 1)
  return at + 1
}

/** What can be done to the lines of events in an exported file. */
export const fileTampers: Readonly<Record<string, (lines: string[], dice: () => number) => number>> = {
  'a digit of a line changed': changeDigit,
  'a line missing': (lines, dice) => {
    const at = whole(dice, 0, lines.length - 1)
    lines.splice(at, 1)
    return at + 1
  },
  'a line repeated': (lines, dice) => {
    const at = whole(dice, 0, lines.length - 1)
    lines.splice(at, 0, lines[at] ?? '')
    return at + 2
  },
  'lines swapped': (lines, dice) => {
    const at = whole(dice, 0, lines.length - 2)
    lines.splice(at, 2, lines[at + 1] ?? '', lines[at] ?? '')
    return at + 1
  },
  'a line cut in the middle': (lines, dice) => {
    const at = whole(dice, 0, lines.length - 1)
    lines[at] = (lines[at] ?? '').slice(0, whole(dice, 1, 40))
    return at + 1
  },
  'the end cut off': (lines, dice) => {
    const at = whole(dice, 0, lines.length - 1)
    lines.length = at
    return at + 1
  },
}
