#!/usr/bin/env node
/**
 * Verifies an exported audit log with nothing but Node: node verify-audit.mjs audit.jsonl [--anchor audit-anchor.json]
 *
 * Takes a whole JSONL export (without a filter). Exit code 0: it holds. 1: it does not, and the first bad event is named.
 * An export alone cannot show that its end was cut off together with its checkpoints, or that everything was signed with
 * another key; a copy of the anchor file that was kept elsewhere can.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const genesis = '0'.repeat(64)
const sha256 = (data) => createHash('sha256').update(data).digest('hex')

/** RFC 8785 for what is hashed here: flat objects of texts and whole numbers. */
function canonical(object) {
  const names = Object.keys(object).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(object[name])}`).join(',')}}`
}

/** An event as it was hashed: instants in milliseconds, the detail as text. */
function hashOf({ chain, seq, at, actor, action, target, outcome, detail, prevHash }) {
  const [actorKind, actorId, targetKind, targetId] = [actor?.kind, actor?.id, target?.kind, target?.id]
  const event = { v: 1, chain, seq, at: Date.parse(at), actorKind, actorId, action, targetKind, targetId, outcome, prevHash }
  return sha256(canonical({ ...event, detail: JSON.stringify(detail) }))
}

function faultOfEvent(event, seq, head) {
  if (event.seq !== seq) return `an event is missing or was put in here: found number ${event.seq}`
  if (event.prevHash !== head) return 'it does not follow from the event before it'
  return hashOf(event) === event.hash ? undefined : 'its content was changed'
}

function isSigned({ chain, seq, hash, at, keyId, publicKey, signature }) {
  const der = Buffer.from(publicKey, 'base64')
  if (sha256(der).slice(0, 16) !== keyId) return false
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, Buffer.from(canonical({ v: 1, chain, seq, hash, at })), key, Buffer.from(signature, 'base64'))
}

function parse(line, walk) {
  try {
    return JSON.parse(line)
  } catch {
    walk.bad ??= { seq: walk.hashes.length + 1, why: 'its line is no JSON: the file was cut off or changed' }
    return {}
  }
}

/** Reads line by line: an export may be larger than memory. `hashes[n]` belongs to event n + 1. */
async function walkExport(file) {
  const walk = { chain: undefined, hashes: [], checkpoints: [], bad: undefined }
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const entry = line === '' ? {} : parse(line, walk)
    if (entry.checkpoint) walk.checkpoints.push(entry.checkpoint)
    if (entry.prevHash === undefined || walk.bad) continue
    const seq = walk.hashes.length + 1
    const why = faultOfEvent(entry, seq, walk.hashes.at(-1) ?? genesis)
    if (why) walk.bad = { seq, why }
    else walk.hashes.push(entry.hash)
    walk.chain ??= entry.chain
  }
  return walk
}

function faultOfCheckpoint(checkpoint, { hashes, bad }, keyId) {
  const { seq, hash } = checkpoint
  if (!isSigned(checkpoint)) return { seq, why: 'the signature of its checkpoint is not right' }
  if (checkpoint.keyId !== keyId) return { seq, why: 'its checkpoint was signed with another key' }
  const found = hashes[seq - 1]
  if (found !== undefined) return found === hash ? undefined : { seq, why: 'it is not the event that was signed' }
  // The walk ended before it because of something else, which is named.
  if (bad) return undefined
  return {
    seq: hashes.length + 1,
    why: `the log was signed up to event ${seq}: the end was cut off, or an old copy was put back`,
  }
}

async function check(file, anchorFile) {
  const walk = await walkExport(file)
  const chain = walk.chain ?? walk.checkpoints[0]?.chain
  const anchor = anchorFile ? JSON.parse(readFileSync(anchorFile, 'utf8'))[chain] : undefined
  if (anchorFile && !chain) throw new Error('BROKEN at event 1: the file holds no event and no checkpoint at all')
  if (anchorFile && !anchor) throw new Error(`${anchorFile} has no anchor of ${chain ?? 'this log'}`)
  const keyId = (anchor ?? walk.checkpoints[0])?.keyId
  const signed = [...walk.checkpoints, ...(anchor ? [anchor] : [])]
  const faults = [walk.bad, ...signed.map((checkpoint) => faultOfCheckpoint(checkpoint, walk, keyId))]
  const [first] = faults.filter((fault) => fault !== undefined).sort((a, b) => a.seq - b.seq)
  return { first, events: walk.hashes.length, head: walk.hashes.at(-1) ?? genesis, signed: signed.length, keyId }
}

const [file, option, anchorFile] = process.argv.slice(2)
try {
  const isUsed = file && (option === undefined || (option === '--anchor' && anchorFile))
  if (!isUsed) throw new Error('usage: node verify-audit.mjs audit.jsonl [--anchor audit-anchor.json]')
  const { first, events, head, signed, keyId } = await check(file, anchorFile)
  if (first) throw new Error(`BROKEN at event ${first.seq}: ${first.why}`)
  process.stdout.write(`OK: ${events} events, head ${head}, ${signed} checkpoints signed with key ${keyId ?? 'none'}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
