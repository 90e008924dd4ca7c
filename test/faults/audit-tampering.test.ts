/** The audit log against whoever has its file: thousands of random tampers, each found and its first bad event named. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuditAppender } from '../../electron/engine/audit/append.ts'
import { actor, openAuditWorld } from '../../electron/engine/audit/audit-world.ts'
import { newSigningKey, type SignedCheckpoint, signCheckpoint, signingKeyId } from '../../electron/engine/audit/checkpoint.ts'
import { createExporter } from '../../electron/engine/audit/export.ts'
import type { EventRow } from '../../electron/engine/audit/rows.ts'
import { createAuditSearch } from '../../electron/engine/audit/search.ts'
import { type KeptHead, verifyChain, type Witnesses } from '../../electron/engine/audit/verifier.ts'
import { type Database, openDatabase } from '../../electron/engine/database/open.ts'
import { createDice, report, scaled, seed } from './scale.ts'
import { fileTampers, type Target, tampers } from './tampering.ts'

const each = scaled(100, 1_000)
/** A process of its own each time. */
const exportedEach = scaled(2, 50)
const manyEvents = scaled(100_000, 1_000_000)
const events = 80
const signedAt = [20, 40, 60, 80]
const standalone = resolve(import.meta.dirname, '../../resources/verify-audit.mjs')

let folder = ''
let database: Database
const pem = newSigningKey()
let anchor: SignedCheckpoint

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-tampering-'))
  database = openDatabase({ file: ':memory:' })
  const { sqlite } = database
  let now = 1_800_000_000_000
  const audit = createAuditAppender(database, () => (now += 1_000))
  const sign = sqlite.prepare('INSERT INTO audit_checkpoints VALUES (@chain, @seq, @hash, @at, @keyId, @publicKey, @signature)')
  const head = sqlite.prepare('SELECT chain, seq, hash FROM audit_events WHERE chain = ? ORDER BY seq DESC LIMIT 1')
  await database.write(() => {
    for (let at = 1; at <= events; at += 1) {
      for (const chain of ['t', 'u']) {
        const target = { kind: 'job', id: `job-${at}` }
        audit.append(chain, { actor, action: 'job.succeeded', target, outcome: 'ok', detail: { at, chain, word: `wörd ${at}` } })
        if (!signedAt.includes(at)) continue
        const signed = signCheckpoint({ ...(head.get(chain) as KeptHead & { chain: string }), at: now }, pem)
        sign.run(signed)
        if (chain === 't') anchor = signed
      }
    }
    for (const table of ['events', 'checkpoints']) {
      for (const verb of ['update', 'delete']) sqlite.exec(`DROP TRIGGER audit_${table}_no_${verb}`)
    }
  })
})

afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const readCheckpoints = (chain: string) =>
  database.sqlite
    .prepare(
      'SELECT chain, seq, hash, at, key_id AS keyId, public_key AS publicKey, signature FROM audit_checkpoints WHERE chain = ? ORDER BY seq',
    )
    .all(chain) as SignedCheckpoint[]
const readRows = (chain: string) =>
  database.sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? ORDER BY seq').all(chain) as EventRow[]
const readHead = (chain: string) =>
  database.sqlite.prepare('SELECT seq, hash FROM audit_heads WHERE chain = ?').get(chain) as KeptHead | undefined

/** Tampers, looks, and puts everything back as it was. */
async function tampered<T>(kind: string, dice: () => number, look: (target: Target, seq: number) => T | Promise<T>): Promise<T> {
  const { sqlite } = database
  const target: Target = { sqlite, events, signedAt, anchor }
  sqlite.exec('BEGIN')
  try {
    const seq = tampers[kind]?.(target, dice) ?? 0
    return await look(target, seq)
  } finally {
    sqlite.exec('ROLLBACK')
  }
}

const witnesses = (target: Pick<Target, 'anchor'>): Witnesses => ({
  checkpoints: readCheckpoints('t'),
  anchor: target.anchor,
  keyId: signingKeyId(pem),
})

const kinds = Object.keys(tampers)
const counts = { tampers: 0, found: 0 }

test.each(kinds)('%s: found each time, the first bad event named', async (kind) => {
  const dice = createDice(seed)
  const wrong: string[] = []
  for (let at = 0; at < each; at += 1) {
    await tampered(kind, dice, (target, seq) => {
      const { firstBad } = verifyChain(readRows('t'), readHead('t'), witnesses(target))
      counts.tampers += 1
      if (firstBad?.seq === seq) counts.found += 1
      else wrong.push(`tamper ${at}: expected ${seq}, found ${firstBad?.seq}: ${firstBad?.why}`)
    })
  }
  expect(wrong).toEqual([])
})

test('control: what nobody touched holds, after all that was done and put back', () => {
  const { firstBad, events: count, verified } = verifyChain(readRows('t'), readHead('t'), witnesses({ anchor }))
  expect({ firstBad, count, verified }).toEqual({ firstBad: undefined, count: events, verified: signedAt.length })
  report(
    `audit: seed ${seed}, ${kinds.length} kinds of tampering, ${counts.found} of ${counts.tampers} found, their first bad event named`,
  )
})

/** Verification with one defence taken away. */
const weakened: Readonly<Record<string, (target: Target) => ReturnType<typeof verifyChain>>> = {
  'the witnesses outside the rows': () =>
    verifyChain(readRows('t'), undefined, { checkpoints: [], anchor: undefined, keyId: undefined }),
  'the anchor': (target) => verifyChain(readRows('t'), readHead('t'), { ...witnesses(target), anchor: undefined }),
  'the name of our own key': (target) => verifyChain(readRows('t'), readHead('t'), { ...witnesses(target), keyId: undefined }),
}

test.each([
  ['the witnesses outside the rows', 'an event changed and everything chained anew'],
  ['the witnesses outside the rows', 'a checkpoint changed'],
  ['the anchor', 'the end, its checkpoints and the head cut off'],
  ['the name of our own key', 'everything chained anew and signed with another key, the anchor too'],
])('control: without %s nobody finds %s', async (defence, kind) => {
  const dice = createDice(seed)
  let missed = 0
  for (let at = 0; at < 50; at += 1) {
    await tampered(kind, dice, (target) => {
      const judged = weakened[defence]?.(target)
      // Without witnesses an empty head is compared with the genesis, so that only the walk itself is asked.
      if (judged && (judged.firstBad === undefined || judged.firstBad.why.startsWith('the end of the log'))) missed += 1
    })
  }
  report(`audit, control: without ${defence} ${missed} of 50 times nobody finds ${kind}`)
  expect(missed).toBe(50)
})

/** Exit code and words of the verifier that needs nothing but Node. */
function verifyFile(text: string, kept: SignedCheckpoint): Promise<{ code: number | null; said: string }> {
  const file = join(folder, `export-${Math.random()}.jsonl`)
  writeFileSync(file, text)
  writeFileSync(`${file}.anchor`, JSON.stringify({ t: kept }))
  const child = spawn(process.execPath, [standalone, file, '--anchor', `${file}.anchor`], { cwd: '/', env: {} })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  return new Promise((done) => child.once('close', (code) => done({ code, said })))
}

async function exported(): Promise<string> {
  const checkpoints = { of: readCheckpoints, sign: async () => undefined, uncovered: () => 0 }
  const chunks: string[] = []
  for await (const chunk of createExporter({ search: createAuditSearch(database), checkpoints }).lines('t', 'jsonl', {}))
    chunks.push(chunk)
  return chunks.join('')
}

/** An attacker of the database does not have the copy of the anchor that was kept elsewhere. */
test('an export is judged alike by the verifier that needs nothing but Node', async () => {
  const dice = createDice(seed)
  const wrong: string[] = []
  const wanted = kinds.flatMap((kind) => Array.from({ length: exportedEach }, () => kind))
  for (const kind of wanted) {
    const { text, seq } = await tampered(kind, dice, async (_target, first) => ({ text: await exported(), seq: first }))
    const { code, said } = await verifyFile(text, anchor)
    if (code !== 1 || !said.includes(`event ${seq}:`)) wrong.push(`${kind}: expected event ${seq}, ${code}: ${said.trim()}`)
  }
  expect(wrong).toEqual([])
  expect(await verifyFile(await exported(), anchor)).toMatchObject({ code: 0, said: expect.stringContaining('OK: 80 events') })
})

test('a file that was changed after it was exported is found, its first bad event named', async () => {
  const dice = createDice(seed + 1)
  const lines = (await exported()).trim().split('\n')
  const wrong: string[] = []
  for (const [kind, tamper] of Object.entries(fileTampers)) {
    for (let at = 0; at < exportedEach * 2; at += 1) {
      const changed = lines.slice(0, events)
      const seq = tamper(changed, dice)
      const { code, said } = await verifyFile(`${[...changed, ...lines.slice(events)].join('\n')}\n`, anchor)
      if (code !== 1 || !said.includes(`event ${seq}:`)) wrong.push(`${kind}: expected event ${seq}, ${code}: ${said.trim()}`)
    }
  }
  report(
    `audit: ${kinds.length * exportedEach} exports of tampered logs and ${Object.keys(fileTampers).length * exportedEach * 2} changed files found by the standalone verifier`,
  )
  expect(wrong).toEqual([])
})

test(`${manyEvents} events are appended, signed, verified and searched`, async () => {
  const world = openAuditWorld()
  try {
    const appendedAt = performance.now()
    for (let done = 0; done < manyEvents; done += 1_000) await world.append(1_000)
    const appendedMs = performance.now() - appendedAt
    await world.log.tend()
    const verifiedAt = performance.now()
    const verified = await world.log.forChain('t').verify(undefined, actor)
    const verifiedMs = performance.now() - verifiedAt
    expect(verified).toMatchObject({ ok: true, events: manyEvents })
    const askedAt = performance.now()
    const page = await world.log.forChain('t').list({ outcome: 'failed', limit: 200 }, actor)
    const one = await world.log.forChain('t').list({ target: 'job-500', limit: 200 }, actor)
    const searchedMs = performance.now() - askedAt
    expect(page.items).toHaveLength(200)
    expect(one.items.length).toBe(Math.min(200, manyEvents / 1_000))
    world.tamper(`UPDATE audit_events SET target_id = 'other' WHERE seq = ${manyEvents - 7}`)
    expect(await world.log.forChain('t').verify(undefined, actor)).toMatchObject({ ok: false, firstBad: { seq: manyEvents - 7 } })
    const rate = (ms: number) => Math.round(manyEvents / (ms / 1_000))
    report(
      `audit: ${manyEvents} events appended at ${rate(appendedMs)}/s, verified at ${rate(verifiedMs)}/s, searched twice in ${Math.round(searchedMs)} ms`,
    )
  } finally {
    world.close()
  }
})
