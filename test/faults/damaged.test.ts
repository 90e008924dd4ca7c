/** Databases that were damaged, swapped, emptied, made read-only or come from the future: refused in words or found by verification, never taken for good. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '#shared/failure'
import { createAnchorFile } from '../../electron/engine/audit/anchor.ts'
import { createLastingVault } from '../../electron/engine/audit/audit-world.ts'
import { createCheckpoints } from '../../electron/engine/audit/checkpoints.ts'
import { createSigningKeys } from '../../electron/engine/audit/signing-key.ts'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { createQueueWorld, tenant } from '../../electron/engine/jobs/queue-world.ts'
import { verifyAtRest } from './chain.ts'
import { createDice, report, scaled, seed } from './scale.ts'

const flips = scaled(120, 2_000)
const truncations = scaled(40, 500)
const zeroed = scaled(40, 300)
const program = resolve(import.meta.dirname, '../../electron/cli.ts')

let folder = ''
/** A data folder of some weight as it lies after work: the database, its log not yet written home, the anchor. */
const whole = () => join(folder, 'whole')
const files = ['atlas.db', 'atlas.db-wal', 'audit-anchor.json'] as const
let events: string[] = []

const readEvents = (sqlite: Sqlite.Database) =>
  (sqlite.prepare('SELECT * FROM audit_events WHERE chain = ? ORDER BY seq').raw().all(tenant) as unknown[]).map((row) =>
    JSON.stringify(row),
  )

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-damaged-'))
  mkdirSync(whole())
  const world = createQueueWorld({ file: join(whole(), 'atlas.db') })
  await world.system.runner.start()
  const { database } = world
  const keys = createSigningKeys({ database, vault: createLastingVault(), now: Date.now })
  const anchors = createAnchorFile(join(whole(), 'audit-anchor.json'))
  const checkpoints = createCheckpoints({ database, keys, anchors, now: Date.now })
  const run = async (count: number) => {
    const jobs = await Promise.all(
      Array.from({ length: count }, (_, at) => world.send({ text: `text ${at} ${'x'.repeat(300)}` })),
    )
    await Promise.all(jobs.map(({ id }) => world.until(id, ({ state }) => state === 'succeeded')))
  }
  await run(150)
  await checkpoints.sign()
  database.sqlite.pragma('wal_checkpoint(TRUNCATE)')
  await run(30)
  await checkpoints.sign()
  events = readEvents(database.sqlite)
  // As a crash leaves it: copied while it is open, so that the log is not written home.
  mkdirSync(join(folder, 'crashed'))
  for (const name of files) copyFileSync(join(whole(), name), join(folder, 'crashed', name))
  await world.stop()
  rmSync(whole(), { recursive: true })
  mkdirSync(whole())
  for (const name of files) copyFileSync(join(folder, 'crashed', name), join(whole(), name))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Outcome = 'refused' | 'found by verification' | 'no audit row touched'

/** Opens a damaged copy as the product does and looks at its log; anything but one of the outcomes is a fault, in words. */
function outcomeOf(file: string): { outcome: Outcome } | { fault: string } {
  let database: ReturnType<typeof openDatabase>
  try {
    database = openDatabase({ file })
  } catch (error) {
    return error instanceof AppError ? { outcome: 'refused' } : { fault: `refused without words: ${String(error)}` }
  }
  try {
    const { firstBad } = verifyAtRest(database.sqlite, tenant, join(file, '..', 'audit-anchor.json'))
    if (firstBad) return { outcome: 'found by verification' }
    const same = JSON.stringify(readEvents(database.sqlite)) === JSON.stringify(events)
    return same ? { outcome: 'no audit row touched' } : { fault: 'other events than before, and the log verifies' }
  } catch (error) {
    // The first read of a damaged page says so; whoever asked is told, and nothing was taken for good.
    const isTold = error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB|IOERR|ERROR)/.test(error.code)
    return isTold ? { outcome: 'found by verification' } : { fault: String(error) }
  } finally {
    database.close()
  }
}

function damaged(damage: (at: string) => void): ReturnType<typeof outcomeOf> {
  const at = join(folder, 'damaged')
  rmSync(at, { recursive: true, force: true })
  mkdirSync(at)
  for (const name of files) copyFileSync(join(whole(), name), join(at, name))
  damage(at)
  return outcomeOf(join(at, 'atlas.db'))
}

function tally(kind: string, count: number, damage: (at: string) => void): void {
  const faults: string[] = []
  const outcomes = new Map<Outcome, number>()
  for (let round = 0; round < count; round += 1) {
    const judged = damaged(damage)
    if ('fault' in judged) faults.push(`round ${round}: ${judged.fault}`)
    else outcomes.set(judged.outcome, (outcomes.get(judged.outcome) ?? 0) + 1)
  }
  report(`damaged: seed ${seed}, ${count} ${kind}: ${[...outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(', ')}`)
  expect(faults).toEqual([])
}

/** Changes the bytes of the database or of its log. */
function change(dice: () => number, spoil: (bytes: Buffer) => Buffer) {
  return (at: string) => {
    const file = join(at, dice() < 0.75 ? 'atlas.db' : 'atlas.db-wal')
    writeFileSync(file, spoil(readFileSync(file)))
  }
}

test('control: what nobody damaged opens, verifies and is as it was', () => {
  expect(damaged(() => undefined)).toEqual({ outcome: 'no audit row touched' })
})

test('control: an audit row that was changed and chained anew is a fault where the witnesses are gone', () => {
  const judged = damaged((at) => {
    rmSync(join(at, 'audit-anchor.json'))
    const sqlite = new Sqlite(join(at, 'atlas.db'))
    for (const table of ['events', 'checkpoints']) sqlite.exec(`DROP TRIGGER audit_${table}_no_delete`)
    sqlite.exec(`DELETE FROM audit_checkpoints; DELETE FROM audit_events WHERE seq > 5`)
    sqlite.exec(`UPDATE audit_heads SET seq = 5, hash = (SELECT hash FROM audit_events WHERE seq = 5)`)
    sqlite.close()
  })
  report('damaged, control: a cut log without its anchor is called a fault')
  expect(judged).toEqual({ fault: 'other events than before, and the log verifies' })
})

test(`${flips} flipped bits`, () => {
  const dice = createDice(seed)
  tally(
    'bits flipped',
    flips,
    change(dice, (bytes) => {
      const place = Math.floor(dice() * bytes.length)
      bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(dice() * 8))
      return bytes
    }),
  )
})

test(`${truncations} truncations`, () => {
  const dice = createDice(seed)
  tally(
    'truncations',
    truncations,
    change(dice, (bytes) => bytes.subarray(0, 1 + Math.floor(dice() * (bytes.length - 1)))),
  )
})

test(`${zeroed} zeroed pages`, () => {
  const dice = createDice(seed)
  tally(
    'zeroed pages',
    zeroed,
    change(dice, (bytes) => {
      const page = Math.floor((dice() * bytes.length) / 4_096)
      return bytes.fill(0, page * 4_096, Math.min((page + 1) * 4_096, bytes.length))
    }),
  )
})

test('a log that is gone, or another database’s', () => {
  tally('logs gone', 1, (at) => rmSync(join(at, 'atlas.db-wal')))
  const other = join(folder, 'other.db')
  const sqlite = openDatabase({ file: other })
  sqlite.sqlite.exec(`INSERT INTO system_state (key, value) VALUES ('other', 'other')`)
  tally('foreign logs', 1, (at) => copyFileSync(`${other}-wal`, join(at, 'atlas.db-wal')))
  sqlite.close()
})

const refusal = (damage: (at: string) => void, through: (at: string) => readonly string[] = () => []) => {
  const at = join(folder, 'refused')
  rmSync(at, { recursive: true, force: true })
  mkdirSync(at)
  for (const name of files) copyFileSync(join(whole(), name), join(at, name))
  damage(at)
  const before = readFileSync(join(at, 'atlas.db'))
  const [command = process.execPath, ...rest] = [...through(at), process.execPath, program, 'sign-in', '--data-dir', at]
  const { status, stderr } = spawnSync(command, rest, { encoding: 'utf8' })
  const isUntouched = readFileSync(join(at, 'atlas.db')).equals(before)
  return { status, said: stderr.trim(), isUntouched }
}

const emptied = (at: string) => writeFileSync(join(at, 'atlas.db'), '')

test.each<[string, (at: string) => void, string]>([
  ['an empty file with its log', emptied, 'is empty or gone'],
  [
    'an empty file without its log',
    (at) => {
      emptied(at)
      rmSync(join(at, 'atlas.db-wal'))
    },
    'audit-anchor.json shows that there was one',
  ],
  ['a file that is no database', (at) => writeFileSync(join(at, 'atlas.db'), 'no database '.repeat(1_000)), 'is not a database'],
  [
    'a database from the future',
    (at) => {
      rmSync(join(at, 'atlas.db-wal'))
      const sqlite = new Sqlite(join(at, 'atlas.db'))
      sqlite.pragma('journal_mode = DELETE')
      sqlite.pragma('user_version = 999')
      sqlite.close()
    },
    'written by a newer version',
  ],
])('%s is refused in words, and left as it is', (_what, damage, words) => {
  const { status, said, isUntouched } = refusal(damage)
  expect({ status, isUntouched }).toEqual({ status: 1, isUntouched: true })
  expect(said).toContain(words)
  expect(said.split('\n')).toHaveLength(1)
})

/** Root may write where modes forbid it, and an owner may change them, but nobody writes on a disk that is mounted read-only. */
function onReadOnlyDisk(at: string): readonly string[] {
  const mounting = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
  const namespace = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]
  return [...namespace, 'sh', '-c', mounting, at]
}

test('a folder on a disk that is mounted read-only is told', () => {
  const { status, said, isUntouched } = refusal(() => undefined, onReadOnlyDisk)
  if (/^(unshare|mount):/.test(said)) {
    report(`damaged: a read-only disk was not tried, for none may be mounted here (${said})`)
    return
  }
  expect({ status, isUntouched }).toEqual({ status: 1, isUntouched: true })
  expect(said).toContain('cannot be written')
  expect(said.split('\n')).toHaveLength(1)
  report('damaged: empty, foreign, future and read-only databases are refused in one line')
})
