#!/usr/bin/env node
/**
 * Verifies an exported audit chain with nothing but Node: node verify-audit.mjs export.jsonl [--anchor audit-anchor.json]
 *
 * Exit code 0: it holds. 1: it does not, and the first bad event is named. 2: it could not be read.
 * An export alone cannot show that its end was cut off together with the checkpoints; the anchor file can.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** RFC 8785 for what is hashed here: flat objects of texts and whole numbers. */
function canonical(object) {
  const names = Object.keys(object).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(object[name])}`).join(',')}}`
}

const sha256 = (data) => createHash('sha256').update(data).digest('hex')

function read(file) {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return { events: lines.flatMap(({ event }) => event ?? []), checkpoints: lines.flatMap(({ checkpoint }) => checkpoint ?? []) }
}

function faultOfEvent(event, seq, head) {
  const { hash, ...hashed } = event
  if (event.seq !== seq) return `an event is missing or was put in: found number ${event.seq}`
  if (event.prevHash !== head) return 'it does not follow from the event before it'
  return sha256(canonical({ v: 1, ...hashed })) === hash ? undefined : 'its content was changed'
}

function walk(events) {
  const hashes = new Map()
  let head = '0'.repeat(64)
  for (const [at, event] of events.entries()) {
    const fault = faultOfEvent(event, at + 1, head)
    if (fault) return { hashes, head, bad: { seq: at + 1, why: fault } }
    head = event.hash
    hashes.set(event.seq, head)
  }
  return { hashes, head }
}

function isSigned({ chain, seq, hash, at, keyId, publicKey, signature }) {
  const der = Buffer.from(publicKey, 'base64')
  if (sha256(der).slice(0, 16) !== keyId) return false
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, Buffer.from(canonical({ v: 1, chain, seq, hash, at })), key, Buffer.from(signature, 'base64'))
}

function faultOfCheckpoint(checkpoint, hashes, keyId) {
  if (!isSigned(checkpoint)) return 'the signature of its checkpoint is not right'
  if (checkpoint.keyId !== keyId) return 'its checkpoint was signed with another key'
  const found = hashes.get(checkpoint.seq)
  if (found === undefined) return 'a signed event is missing: the end was cut off, or an old copy was put back'
  return found === checkpoint.hash ? undefined : 'it is not the event that was signed'
}

function check(file, anchorFile) {
  const { events, checkpoints } = read(file)
  const { hashes, head, bad } = walk(events)
  const anchor = anchorFile ? JSON.parse(readFileSync(anchorFile, 'utf8'))[events[0]?.chain ?? checkpoints[0]?.chain] : undefined
  const all = [...checkpoints, ...(anchor ? [anchor] : [])].sort((a, b) => a.seq - b.seq)
  const keyId = anchor?.keyId ?? checkpoints[0]?.keyId
  const faults = all.flatMap((checkpoint) => {
    const why = faultOfCheckpoint(checkpoint, hashes, keyId)
    return why ? [{ seq: checkpoint.seq, why }] : []
  })
  const first = [...(bad ? [bad] : []), ...faults].sort((a, b) => a.seq - b.seq)[0]
  return { events: events.length, head, checkpoints: all.length, keyId, first }
}

try {
  const [file, flag, anchorFile] = process.argv.slice(2)
  if (!file) throw new Error('usage: node verify-audit.mjs export.jsonl [--anchor audit-anchor.json]')
  const { events, head, checkpoints, keyId, first } = check(file, flag === '--anchor' ? anchorFile : undefined)
  if (first) console.error(`BROKEN at event ${first.seq}: ${first.why}`)
  else console.log(`OK: ${events} events, head ${head}, ${checkpoints} checkpoints signed with key ${keyId ?? 'none'}`)
  process.exitCode = first ? 1 : 0
} catch (error) {
  console.error(error.message)
  process.exitCode = 2
}
