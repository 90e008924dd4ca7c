import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAnnouncements } from '../announcements.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { createSystemState } from '../system-state.ts'
import { createMemoryVault } from '../vault/memory-vault.ts'
import { createAuditAppender } from './append.ts'
import { createAuditLog } from './audit-log.ts'

const verifier = resolve(import.meta.dirname, '../../../resources/verify-audit.mjs')
let folder = ''
let database: Database
let lines: string[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-standalone-'))
  database = openDatabase({ file: join(folder, 'atlas.db') })
  const now = () => 1_800_000_000_000
  const audit = createAuditAppender(database, now)
  await database.write(() => {
    for (let at = 1; at <= 20; at += 1) {
      const detail = { note: `naïve “quotes” ${at}`, amount: at / 3 }
      audit.append('t', {
        actor: { kind: 'agent', id: 'kelly' },
        action: 'job.queued',
        outcome: 'ok',
        target: { kind: 'job', id: String(at) },
        detail,
      })
    }
  })
  const deps = {
    database,
    state: createSystemState(database),
    vault: createMemoryVault(),
    dataDir: folder,
    announcements: createAnnouncements(),
    now,
    onError: () => undefined,
  }
  let text = ''
  for await (const chunk of createAuditLog(deps).exportLines('t', 'jsonl', {})) text += chunk
  lines = text.trim().split('\n')
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

function verify(changed: string[], anchored = false) {
  const file = join(folder, 'export.jsonl')
  writeFileSync(file, `${changed.join('\n')}\n`)
  const args = anchored ? [file, '--anchor', join(folder, 'audit-anchor.json')] : [file]
  const { status, stdout, stderr } = spawnSync(process.execPath, [verifier, ...args], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

test('an honest export holds, for anybody with Node alone', () => {
  expect(verify(lines)).toMatchObject({ status: 0, said: expect.stringContaining('OK: 20 events') })
})

test.each([
  ['a changed event', (all: string[]) => all.with(6, (all[6] ?? '').replace('kelly', 'fran')), 7],
  ['a missing event', (all: string[]) => all.toSpliced(6, 1), 7],
  ['a repeated event', (all: string[]) => all.toSpliced(6, 0, all[5] ?? ''), 7],
  ['swapped events', (all: string[]) => all.with(6, all[7] ?? '').with(7, all[6] ?? ''), 7],
  ['a missing beginning', (all: string[]) => all.slice(3), 1],
  ['a missing end', (all: string[]) => all.toSpliced(15, 5), 20],
  ['a forged signature', (all: string[]) => all.with(20, (all[20] ?? '').replace(/"signature":"..../, '"signature":"AAAA')), 20],
])('%s is found and named', (_name, change, seq) => {
  expect(verify(change(lines))).toMatchObject({ status: 1, said: expect.stringContaining(`event ${seq}:`) })
})

test('an end that was cut off with its checkpoints is found through the anchor', () => {
  const cut = lines.slice(0, 12)
  expect(verify(cut).status).toBe(0)
  expect(verify(cut, true)).toMatchObject({ status: 1, said: expect.stringContaining('event 20') })
})
