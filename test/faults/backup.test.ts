/** Backups while work goes on, restored on a clean folder: each is whole, verifies, and knows all that was promised before it. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backUp } from '../../electron/engine/database/backup.ts'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { tenant } from '../../electron/engine/jobs/queue-world.ts'
import { bundleProgram } from './bundle.ts'
import { verifyAtRest } from './chain.ts'
import { type Program, startProgram } from './program.ts'
import { report, scaled, seed } from './scale.ts'

const backups = scaled(10, 100)

let folder = ''
let program = ''
let load: Program
const dataDir = () => join(folder, 'data')
const ledger = () => join(folder, 'effects')

function live(file: string, more: readonly string[]): Program {
  const options = ['--file', file, '--ledger', ledger(), '--life', `load-${more.length}`, '--seed', String(seed)]
  return startProgram(program, { arguments: [...options, ...more] })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-backup-'))
  program = await bundleProgram('kill-program', folder)
  mkdirSync(dataDir())
  load = live(join(dataDir(), 'atlas.db'), ['--anchor', join(dataDir(), 'audit-anchor.json')])
  await load.go()
  await load.line('promised')
})

afterAll(async () => {
  await load.kill()
  rmSync(folder, { recursive: true, force: true })
})

const promised = () => load.lines.filter((line) => line.startsWith('promised ')).map((line) => line.slice('promised '.length))

interface Restored {
  integrity: unknown
  events: number
  fault: string | undefined
  missing: string[]
}

function restore(copy: string, before: readonly string[]): Restored {
  const database = openDatabase({ file: join(copy, 'atlas.db') })
  try {
    const { sqlite } = database
    const keys = new Set(sqlite.prepare('SELECT key FROM jobs').pluck().all())
    const { events, firstBad } = verifyAtRest(sqlite, tenant, join(copy, 'audit-anchor.json'))
    const integrity = sqlite.pragma('integrity_check', { simple: true })
    return { integrity, events, fault: firstBad?.why, missing: before.filter((key) => !keys.has(key)) }
  } finally {
    database.close()
  }
}

test(`${backups} backups under load: every restore is whole and knows all that was promised before`, async () => {
  const wrong: unknown[] = []
  let [known, slowestMs] = [0, 0]
  for (let at = 0; at < backups; at += 1) {
    await wait(50)
    const before = promised()
    const copy = join(folder, `copy-${at}`)
    const wasAnchored = existsSync(join(dataDir(), 'audit-anchor.json'))
    const begunAt = performance.now()
    backUp(dataDir(), copy)
    slowestMs = Math.max(slowestMs, performance.now() - begunAt)
    const restored = restore(copy, before)
    if (restored.integrity !== 'ok' || restored.fault || restored.missing.length > 0) wrong.push({ at, ...restored })
    if (wasAnchored && !existsSync(join(copy, 'audit-anchor.json'))) wrong.push({ at, fault: 'the anchor was not copied' })
    known += before.length
    if (at < backups - 1) rmSync(copy, { recursive: true })
  }
  report(
    `backup: ${backups} backups under load restored, ${known} promises looked for, ${wrong.length} wrong; the slowest took ${Math.round(slowestMs)} ms`,
  )
  expect(wrong).toEqual([])
  expect(known).toBeGreaterThan(backups * 10)
})

test('work goes on in what was restored', async () => {
  const copy = join(folder, `copy-${backups - 1}`)
  const last = live(join(copy, 'atlas.db'), ['--drain'])
  await last.go()
  expect(await last.ended).toBe(0)
  const { integrity, fault, missing } = restore(copy, [])
  expect({ integrity, fault, missing }).toEqual({ integrity: 'ok', fault: undefined, missing: [] })
})

test('control: the database file copied alone, without its log, lacks what was promised', async () => {
  await wait(50)
  const before = promised()
  const copy = join(folder, 'file-alone')
  mkdirSync(copy)
  copyFileSync(join(dataDir(), 'atlas.db'), join(copy, 'atlas.db'))
  const { missing } = restore(copy, before)
  report(`backup, control: without its log the file lacks ${missing.length} of ${before.length} promises`)
  expect(missing.length).toBeGreaterThan(0)
})

test('a folder that is there is not written into, and one without a database is told', () => {
  expect(() => backUp(dataDir(), dataDir())).toThrow('is there already')
  expect(() => backUp(join(folder, 'nothing'), join(folder, 'copy-of-nothing'))).toThrow('There is no database')
})
