import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAnnouncements } from '../announcements.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { createSystemState } from '../system-state.ts'
import { createMemoryVault } from '../vault/memory-vault.ts'
import type { Vault } from '../vault/vault.ts'
import { createAuditAppender } from './append.ts'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { newSigningKey, signCheckpoint } from './checkpoint.ts'
import { type EventRow, hashOf } from './rows.ts'

let folder = ''
let database: Database
let log: AuditLog
let clock = 1_800_000_000_000
const actor = { kind: 'operator', id: 'operator' } as const

/** A vault with a yesterday, as a keychain has. */
function lastingVault(): Vault {
  const vault = createMemoryVault()
  return { ...vault, status: async () => ({ ...(await vault.status()), backend: 'os' }) }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-audit-'))
  open()
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(vault: Vault = lastingVault()): void {
  database = openDatabase({ file: join(folder, 'atlas.db') })
  const now = () => clock
  const onError = (error: unknown) => {
    throw error
  }
  log = createAuditLog({
    database,
    state: createSystemState(database),
    vault,
    dataDir: folder,
    announcements: createAnnouncements(),
    now,
    onError,
  })
}

async function append(count: number, chain = 't'): Promise<void> {
  const audit = createAuditAppender(database, () => (clock += 1_000))
  await database.write(() => {
    for (let at = 1; at <= count; at += 1) {
      const action = at % 3 === 0 ? 'job.failed' : 'job.succeeded'
      audit.append(chain, {
        actor,
        action,
        outcome: at % 3 === 0 ? 'failed' : 'ok',
        target: { kind: 'job', id: `job-${at}` },
        detail: { provider: 'slack', note: `word${at}` },
      })
    }
  })
}

/** What whoever has the file can do: drop the triggers and write. */
function tamper(sql: string): void {
  database.sqlite.exec(
    'DROP TRIGGER IF EXISTS audit_events_no_update; DROP TRIGGER IF EXISTS audit_events_no_delete; DROP TRIGGER IF EXISTS audit_checkpoints_no_update; DROP TRIGGER IF EXISTS audit_checkpoints_no_delete',
  )
  database.sqlite.exec(sql)
}

function rechain(): void {
  const rows = database.sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? ORDER BY seq').all('t') as EventRow[]
  let head = '0'.repeat(64)
  rows.forEach((row, at) => {
    const next = { ...row, seq: at + 1, prev_hash: head }
    head = hashOf(next)
    database.sqlite
      .prepare('UPDATE audit_events SET seq = ?, prev_hash = ?, hash = ? WHERE id = ?')
      .run(-next.seq, next.prev_hash, head, row.id)
  })
  database.sqlite.exec('UPDATE audit_events SET seq = -seq WHERE seq < 0')
}

test('an untouched chain verifies, with the head that the database has and a signed checkpoint', async () => {
  await append(30)
  const result = await log.forChain('t').verify(undefined, actor)
  expect(result).toMatchObject({ ok: true, events: 30, checkpoints: { signed: 1, verified: 1, lastSeq: 30 } })
  expect((await log.forChain('t').facets(undefined, actor)).lastVerification).toEqual(result)
})

test('nobody can change or delete an event by accident', async () => {
  await append(3)
  expect(() => database.sqlite.exec(`UPDATE audit_events SET action = 'x'`)).toThrow('append-only')
  expect(() => database.sqlite.exec('DELETE FROM audit_events')).toThrow('append-only')
})

describe('tampering is found, and the first bad event named', () => {
  const forged = newSigningKey()
  const attacks: Record<string, { damage(): void; seq: number }> = {
    'an event changed': { damage: () => tamper(`UPDATE audit_events SET target_id = 'other' WHERE seq = 12`), seq: 12 },
    'an event deleted': { damage: () => tamper('DELETE FROM audit_events WHERE seq = 12'), seq: 12 },
    'two events swapped': {
      damage: () =>
        tamper(
          'UPDATE audit_events SET seq = -1 WHERE seq = 12; UPDATE audit_events SET seq = 12 WHERE seq = 13; UPDATE audit_events SET seq = 13 WHERE seq = -1',
        ),
      seq: 12,
    },
    'an event put in': {
      damage: () =>
        tamper(`UPDATE audit_events SET seq = -seq - 1 WHERE seq >= 12; UPDATE audit_events SET seq = -seq WHERE seq < 0;
        INSERT INTO audit_events (chain, seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash)
        SELECT chain, 12, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash FROM audit_events WHERE seq = 11`),
      seq: 12,
    },
    'the numbers shifted': {
      damage: () => tamper('UPDATE audit_events SET seq = -seq - 5; UPDATE audit_events SET seq = -seq'),
      seq: 1,
    },
    'the end cut off': { damage: () => tamper('DELETE FROM audit_events WHERE seq > 20'), seq: 30 },
    'the end and its checkpoints cut off': {
      damage: () => tamper('DELETE FROM audit_events WHERE seq > 20; DELETE FROM audit_checkpoints WHERE seq > 20'),
      seq: 30,
    },
    'the beginning cut off': { damage: () => tamper('DELETE FROM audit_events WHERE seq < 5'), seq: 1 },
    'an event changed and everything chained anew': {
      damage: () => {
        tamper(`UPDATE audit_events SET target_id = 'other' WHERE seq = 12`)
        rechain()
      },
      seq: 30,
    },
    'everything chained anew and signed with another key': {
      damage: () => {
        tamper(`UPDATE audit_events SET target_id = 'other' WHERE seq = 12; DELETE FROM audit_checkpoints`)
        rechain()
        const head = database.sqlite.prepare('SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1').get() as {
          seq: number
          hash: string
        }
        const signed = signCheckpoint({ chain: 't', seq: head.seq, hash: head.hash, at: clock }, forged)
        database.sqlite
          .prepare('INSERT INTO audit_checkpoints VALUES (@chain, @seq, @hash, @at, @keyId, @publicKey, @signature)')
          .run(signed)
        writeFileSync(join(folder, 'audit-anchor.json'), JSON.stringify({ t: signed }))
      },
      seq: 30,
    },
  }

  test.each(Object.entries(attacks))('%s', async (_name, { damage, seq }) => {
    await append(30)
    await log.forChain('t').verify(undefined, actor)
    damage()
    const result = await log.forChain('t').verify(undefined, actor)
    expect(result.ok).toBe(false)
    expect(result.firstBad?.seq).toBe(seq)
  })
})

test('search narrows by every field and by words, newest first, and pages to the end', async () => {
  await append(25)
  const find = log.forChain('t').list
  expect((await find({ outcome: 'failed' }, actor)).items.map((event) => event.seq)).toEqual([24, 21, 18, 15, 12, 9, 6, 3])
  expect((await find({ text: 'word17' }, actor)).items.map((event) => event.target.id)).toEqual(['job-17'])
  expect((await find({ text: '"; DROP' }, actor)).items).toEqual([])
  expect((await find({ target: 'job-4' }, actor)).items).toHaveLength(1)
  expect((await find({ action: 'job' }, actor)).items).toHaveLength(25)
  const seen: number[] = []
  let cursor: string | undefined
  do {
    const page = await find({ limit: 10, ...(cursor ? { cursor } : {}) }, actor)
    seen.push(...page.items.map((event) => event.seq))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at))
})

test('a window by position is the same rows as paging', async () => {
  await append(25)
  const { total, items } = await log.forChain('t').window({ offset: 5, limit: 3 }, actor)
  expect({ total, seqs: items.map((event) => event.seq) }).toEqual({ total: 25, seqs: [20, 19, 18] })
})

test('a spreadsheet takes no cell of the CSV for a formula', async () => {
  const audit = createAuditAppender(database, () => clock)
  await database.write(() =>
    audit.append('t', {
      actor: { kind: 'agent', id: '=HYPERLINK("x")' },
      action: 'job.queued',
      outcome: 'ok',
      target: { kind: 'job', id: '+1' },
    }),
  )
  let text = ''
  for await (const chunk of log.exportLines('t', 'csv', {})) text += chunk
  expect(text).toContain(`"'=HYPERLINK(""x"")"`)
  expect(text).toContain("'+1")
})

test('one tenant sees nothing of another, and the anchor is readable by its owner alone', async () => {
  await append(3, 't')
  await append(2, 'u')
  expect((await log.forChain('u').list({}, actor)).items).toHaveLength(2)
  await log.forChain('u').verify(undefined, actor)
  expect(Object.keys(JSON.parse(readFileSync(join(folder, 'audit-anchor.json'), 'utf8'))).sort()).toEqual(['t', 'u'])
})
