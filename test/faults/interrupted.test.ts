/** kill -9 in the middle of a migration, a backup, the swap of a credential, the signing and settling of the log: the old or the new, never a mixture. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newSigningKey } from '../../electron/engine/audit/checkpoint.ts'
import { migrations } from '../../electron/engine/database/migrations.ts'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { readVersion } from '../../electron/engine/vault/credentials.ts'
import { createFileVault } from '../../electron/engine/vault/file-vault.ts'
import type { Vault } from '../../electron/engine/vault/vault.ts'
import { bundleProgram } from './bundle.ts'
import { verifyAtRest } from './chain.ts'
import { type Program, startProgram } from './program.ts'
import { createDice, report, scaled, seed } from './scale.ts'

const kills = scaled(20, 500)
const passphrase = 'interrupted passphrase'
/** The version that the database to be migrated has, and how much is in it: enough that a copy of it takes a moment. */
const oldVersion = 3
const rowsBefore = 20_000

let folder = ''
let program = ''
const dice = createDice(seed)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-interrupted-'))
  program = await bundleProgram('interrupted-program', folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(doing: string, at: string): Program {
  return startProgram(program, { arguments: ['--doing', doing, '--folder', at] })
}

/** How long the thing takes when nobody interrupts it, in ms. */
async function durationOf(doing: string, at: string): Promise<number> {
  const whole = start(doing, at)
  await whole.go()
  const begunAt = performance.now()
  await whole.line('done')
  await whole.ended
  return performance.now() - begunAt
}

/** Killed somewhere in the middle; whether it had ended before. */
async function interrupt(doing: string, at: string, longestMs: number): Promise<Program> {
  const running = start(doing, at)
  await running.go()
  await wait(dice() * longestMs)
  await running.kill()
  return running
}

function read<T>(file: string, ask: (sqlite: Sqlite.Database) => T): T {
  const sqlite = new Sqlite(file)
  try {
    return ask(sqlite)
  } finally {
    sqlite.close()
  }
}

/** Everything that the schema is made of, as text. */
const schemaOf = (sqlite: Sqlite.Database) =>
  JSON.stringify(
    sqlite.prepare(`SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name`).all(),
  )

function freshAt(version: number, file = ':memory:'): Sqlite.Database {
  const sqlite = new Sqlite(file)
  for (const { sql } of migrations.slice(0, version)) sqlite.exec(sql)
  sqlite.pragma(`user_version = ${version}`)
  return sqlite
}

function oldDatabase(file: string): void {
  const sqlite = freshAt(oldVersion, file)
  sqlite.pragma('journal_mode = WAL')
  const insert = sqlite.prepare('INSERT INTO system_state (key, value) VALUES (?, ?)')
  sqlite.transaction(() => {
    for (let at = 0; at < rowsBefore; at += 1) insert.run(`row ${at}`, 'x'.repeat(200))
  })()
  sqlite.close()
}

const versionOf = (sqlite: Sqlite.Database) => sqlite.pragma('user_version', { simple: true }) as number
const countRows = (sqlite: Sqlite.Database) =>
  sqlite.prepare(`SELECT count(*) FROM system_state WHERE key LIKE 'row %'`).pluck().get() as number
/** A file that no database can be read from is no copy either. */
function isWholeCopy(file: string): boolean {
  try {
    return read(file, (sqlite) => isWhole(sqlite) && countRows(sqlite) === rowsBefore)
  } catch {
    return false
  }
}

const isWhole = (sqlite: Sqlite.Database) => sqlite.pragma('integrity_check', { simple: true }) === 'ok'

test('a migration: every version is whole, and the copy made before it is whole or not there', async () => {
  const template = join(folder, 'old.db')
  oldDatabase(template)
  const expected = new Map(
    Array.from({ length: migrations.length - oldVersion + 1 }, (_, at) => at + oldVersion).map((version) => {
      const sqlite = freshAt(version)
      const schema = schemaOf(sqlite)
      sqlite.close()
      return [version, schema] as const
    }),
  )
  const at = join(folder, 'migration')
  const file = join(at, 'atlas.db')
  const copy = `${file}.before-${oldVersion + 1}`
  const begin = () => {
    rmSync(at, { recursive: true, force: true })
    mkdirSync(at)
    cpSync(template, file)
  }
  begin()
  const longest = await durationOf('migration', at)
  const wrong: string[] = []
  const seen = new Map<number, number>()
  for (let round = 0; round < kills; round += 1) {
    begin()
    await interrupt('migration', at, longest * 1.1)
    const version = read(file, (sqlite) => {
      const found = versionOf(sqlite)
      if (schemaOf(sqlite) !== expected.get(found)) wrong.push(`round ${round}: version ${found} has the schema of another`)
      if (!isWhole(sqlite) || countRows(sqlite) !== rowsBefore) wrong.push(`round ${round}: version ${found} is not whole`)
      return found
    })
    seen.set(version, (seen.get(version) ?? 0) + 1)
    if (version > oldVersion && !existsSync(copy)) wrong.push(`round ${round}: migrated without a copy`)
    openDatabase({ file }).close()
    const copied = read(copy, (sqlite) => isWhole(sqlite) && versionOf(sqlite) === oldVersion && countRows(sqlite) === rowsBefore)
    if (!copied) wrong.push(`round ${round}: the copy made before is not whole`)
  }
  report(
    `interrupted: seed ${seed}, ${kills} kills in a migration left ${[...seen].map(([version, count]) => `${count} at version ${version}`).join(', ')}`,
  )
  expect(wrong).toEqual([])
})

test('control: a copy that is written at its place is found cut short', async () => {
  const at = join(folder, 'in-place')
  mkdirSync(at)
  cpSync(join(folder, 'old.db'), join(at, 'atlas.db'))
  const copy = join(at, 'atlas.db.copy')
  openDatabase({ file: join(at, 'atlas.db') }).close()
  const longest = await durationOf('copy', at)
  let short = 0
  for (let round = 0; round < 40 && short === 0; round += 1) {
    rmSync(copy, { force: true })
    await interrupt('copy', at, longest * 1.1)
    if (existsSync(copy) && !isWholeCopy(copy)) short += 1
  }
  report(`interrupted, control: of copies written at their place ${short} was found cut short`)
  expect(short).toBe(1)
})

test('a backup: complete at its place, or not there', async () => {
  const at = join(folder, 'backup')
  mkdirSync(at)
  cpSync(join(folder, 'old.db'), join(at, 'atlas.db'))
  writeFileSync(join(at, 'vault.json'), 'x'.repeat(100_000))
  const copy = `${at}-copy`
  const longest = await durationOf('backup', at)
  const wrong: string[] = []
  let complete = 0
  for (let round = 0; round < kills; round += 1) {
    rmSync(copy, { recursive: true, force: true })
    await interrupt('backup', at, longest * 1.1)
    if (!existsSync(copy)) continue
    complete += 1
    const copied = isWholeCopy(join(copy, 'atlas.db'))
    if (!copied || readFileSync(join(copy, 'vault.json')).length !== 100_000) wrong.push(`round ${round}`)
  }
  rmSync(copy, { recursive: true, force: true })
  await durationOf('backup', at)
  report(`interrupted: ${kills} kills in a backup, ${complete} of them after it was complete, none half there`)
  expect(wrong).toEqual([])
  expect(existsSync(`${copy}.part`)).toBe(false)
})

/** The lock of a dead process is broken after ten seconds; here they have passed at once. */
function ageLock(at: string): void {
  const lock = join(at, 'vault.json.lock')
  if (existsSync(lock)) utimesSync(lock, 1, 1)
}

async function openVault(at: string): Promise<Vault> {
  const vault = createFileVault(join(at, 'vault.json'))
  await vault.unlock(passphrase)
  return vault
}

const doneWord = { swap: 'stored', checkpoint: 'signed' } as const
/** So often in every second round, and it was done more often than it was killed. */
const leastDone = 3

/** Kills one after another while the next is being loaded, every second one only once it has done it a few times; `judge` looks at what each left. */
async function interruptAll(
  doing: keyof typeof doneWord,
  at: string,
  judge: (killed: Program, round: number) => Promise<void>,
): Promise<void> {
  let next = start(doing, at)
  for (let round = 0; round < kills; round += 1) {
    const running = next
    await running.line('loaded')
    if (round < kills - 1) next = start(doing, at)
    await running.go()
    if (round % 2 === 1) await running.line(doneWord[doing], leastDone)
    await wait(dice() * 100)
    await running.kill()
    ageLock(at)
    await judge(running, round)
  }
}

const lastNumber = ({ lines }: Program, word: string) =>
  Math.max(0, ...lines.filter((line) => line.startsWith(word)).map((line) => Number(line.split(' ')[1])))

async function storedNumber(at: string, vault: Vault): Promise<number> {
  const version = read(join(at, 'atlas.db'), (sqlite) =>
    sqlite.prepare(`SELECT credential_version FROM connections WHERE tenant_id = 't' AND provider = 'telegram'`).pluck().get(),
  ) as number | undefined
  if (version === undefined) return 0
  const credential = await readVersion(vault, { tenantId: 't', provider: 'telegram', version })
  return credential.number === credential.twice ? Number(credential.number) : Number.NaN
}

test('the swap of a credential: the last one stored is in force, or the one that was being stored', async () => {
  const at = join(folder, 'swap')
  mkdirSync(at)
  const vault = await openVault(at)
  const wrong: string[] = []
  let [acknowledged, doubtful] = [0, 0]
  await interruptAll('swap', at, async (running, round) => {
    acknowledged = Math.max(acknowledged, lastNumber(running, 'stored'))
    const found = await storedNumber(at, vault).catch((error: Error) => error.message)
    if (found === acknowledged + 1) doubtful += 1
    else if (found !== acknowledged) wrong.push(`round ${round}: ${acknowledged} was stored, found ${found}`)
    if (found === acknowledged + 1) acknowledged = found
  })
  report(
    `interrupted: ${kills} kills in ${acknowledged} swaps of a credential, ${doubtful} between the swap and its answer, none lost`,
  )
  expect(wrong).toEqual([])
  expect(acknowledged).toBeGreaterThan(kills)
})

/** The steps of a swap in their order, and which credential is in force after a death there. */
const steps = [
  ['before set', 'old'],
  ['after set', 'old'],
  ['before get', 'old'],
  ['after get', 'old'],
  ['before write', 'old'],
  ['in write', 'old'],
  ['after write', 'new'],
  ['before delete', 'new'],
  ['after delete', 'new'],
] as const
const deathsEach = scaled(1, 20)

test('the swap of a credential dies at each of its steps: before the commit the old one is in force, after it the new one', async () => {
  const at = join(folder, 'swap-steps')
  mkdirSync(at)
  const vault = await openVault(at)
  const first = start('swap', at)
  await first.go()
  await first.line('stored 1')
  await first.kill()
  let last = await storedNumber(at, vault)
  const wrong: string[] = []
  for (const [step, inForce] of Array.from({ length: deathsEach }, () => steps).flat()) {
    const dying = startProgram(program, { arguments: ['--doing', 'swap', '--folder', at, '--point', step] })
    await dying.go()
    await dying.ended
    const found = await storedNumber(at, vault).catch((error: Error) => error.message)
    if (found !== (inForce === 'old' ? last : last + 1)) wrong.push(`${step}: ${last} was in force, found ${found}`)
    last = Number(found)
  }
  report(
    `interrupted: ${steps.length * deathsEach} deaths at ${steps.length} steps of a swap, the old credential in force before the commit and the new one after it`,
  )
  expect(wrong).toEqual([])
})

test('control: a credential that the vault lost is found', async () => {
  const at = join(folder, 'swap')
  const vault = await openVault(at)
  const version = read(join(at, 'atlas.db'), (sqlite) =>
    sqlite.prepare(`SELECT credential_version FROM connections WHERE tenant_id = 't'`).pluck().get(),
  )
  await vault.delete('Atlas UX/t', `telegram/${version}`)
  await expect(storedNumber(at, vault)).rejects.toThrow('secret storage does not have')
  report('interrupted, control: a credential that the vault lost is found')
})

test('signing and settling the log: it verifies with its anchor after every kill', async () => {
  const at = join(folder, 'checkpoint')
  mkdirSync(at)
  writeFileSync(join(at, 'key.pem'), newSigningKey())
  const file = join(at, 'atlas.db')
  const anchorFile = join(at, 'audit-anchor.json')
  const wrong: string[] = []
  let signed = 0
  await interruptAll('checkpoint', at, async (running, round) => {
    if (!existsSync(file)) return
    signed = Math.max(signed, lastNumber(running, 'signed'))
    read(file, (sqlite) => {
      // Killed before there was a database to sign in.
      if (signed === 0 && sqlite.pragma('user_version', { simple: true }) === 0) return
      const { firstBad } = verifyAtRest(sqlite, 't', anchorFile)
      const last = sqlite.prepare(`SELECT max(seq) FROM audit_checkpoints WHERE chain = 't'`).pluck().get() as number
      if (firstBad || !isWhole(sqlite)) wrong.push(`round ${round}: ${firstBad?.why ?? 'the database is not whole'}`)
      if (last < signed) wrong.push(`round ${round}: ${signed} was signed, the last signature is of ${last}`)
    })
  })
  report(`interrupted: ${kills} kills in ${signed} signings, each followed by writing the log home; every chain held`)
  expect(wrong).toEqual([])
  expect(signed).toBeGreaterThan(kills)
  read(file, (sqlite) => {
    sqlite.exec(`DROP TRIGGER audit_events_no_delete; DELETE FROM audit_events WHERE seq > ${signed - 5}`)
    expect(verifyAtRest(sqlite, 't', anchorFile).firstBad).toBeDefined()
  })
  report('interrupted, control: a log cut behind its anchor is found')
})
