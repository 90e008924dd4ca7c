/** Does one delicate thing of the product, to be killed in the middle of it; says when it was done. */
import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createAnchorFile } from '../../electron/engine/audit/anchor.ts'
import { createAuditAppender } from '../../electron/engine/audit/append.ts'
import { createLastingVault } from '../../electron/engine/audit/audit-world.ts'
import { createCheckpoints } from '../../electron/engine/audit/checkpoints.ts'
import { createSigningKeys } from '../../electron/engine/audit/signing-key.ts'
import { backUp } from '../../electron/engine/database/backup.ts'
import { type Database, openDatabase } from '../../electron/engine/database/open.ts'
import { createFileVault } from '../../electron/engine/vault/file-vault.ts'
import type { Vault } from '../../electron/engine/vault/vault.ts'
import { keeperOn } from './keeper-on.ts'
import { begun } from './when-told.ts'

const { values } = parseArgs({
  options: {
    doing: { type: 'string', default: '' },
    folder: { type: 'string', default: '' },
    /** The step of a swap at which it dies, such as `after set`; none when empty. */
    point: { type: 'string', default: '' },
    passphrase: { type: 'string', default: 'interrupted passphrase' },
  },
})
const { folder, passphrase, point } = values
const file = join(folder, 'atlas.db')
const standardOutput = 1
const tell = (line: string) => void writeSync(standardOutput, `${line}\n`)

/** Reading what is there is no step of a swap. */
let isSwapping = false

/** Ends as a crash would. */
function dieAt(step: string): void {
  if (isSwapping && step === point) process.kill(process.pid, 'SIGKILL')
}

function dyingVault(vault: Vault): Vault {
  const around =
    <A extends unknown[], T>(step: string, act: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      dieAt(`before ${step}`)
      const answer = await act(...given)
      dieAt(`after ${step}`)
      return answer
    }
  const { get, set } = vault
  return { ...vault, set: around('set', set), get: around('get', get), delete: around('delete', vault.delete) }
}

function dyingDatabase(database: Database): Database {
  return {
    ...database,
    async write(change) {
      dieAt('before write')
      const answer = await database.write((tx) => {
        const changed = change(tx)
        dieAt('in write')
        return changed
      })
      dieAt('after write')
      return answer
    },
  }
}

async function swapAgainAndAgain(): Promise<void> {
  const opened = createFileVault(join(folder, 'vault.json'))
  await opened.unlock(passphrase)
  const plain = openDatabase({ file })
  const [vault, database] = [dyingVault(opened), dyingDatabase(plain)]
  const keeper = keeperOn(database, vault)
  await begun()
  const known = await keeper.read('t', 'telegram').catch(() => undefined)
  isSwapping = true
  const { number } = (known?.credential ?? { number: 0 }) as { number: number }
  for (let at = number + 1; ; at += 1) {
    await keeper.store('t', 'telegram', { credential: { number: at, twice: at } }, { kind: 'operator', id: 'test' })
    tell(`stored ${at}`)
  }
}

async function signAgainAndAgain(): Promise<void> {
  const vault = createLastingVault()
  await vault.set('Atlas UX/system', 'audit/1', readFileSync(join(folder, 'key.pem'), 'utf8'))
  await begun()
  const database = openDatabase({ file })
  const audit = createAuditAppender(database, Date.now)
  const keys = createSigningKeys({ database, vault, now: Date.now })
  const anchors = createAnchorFile(join(folder, 'audit-anchor.json'))
  const checkpoints = createCheckpoints({ database, keys, anchors, now: Date.now })
  const actor = { kind: 'system', id: 'test' } as const
  const entry = { actor, action: 'job.queued', target: { kind: 'job', id: 'one' }, outcome: 'ok' } as const
  const count = database.sqlite.prepare(`SELECT seq FROM audit_heads WHERE chain = 't'`).pluck()
  for (let at = 1; ; at += 1) {
    await database.write(() => audit.append('t', entry))
    await checkpoints.sign()
    tell(`signed ${count.get() as number}`)
    database.sqlite.pragma(`wal_checkpoint(${at % 2 === 0 ? 'TRUNCATE' : 'PASSIVE'})`)
  }
}

async function migrateOnce(): Promise<void> {
  await begun()
  openDatabase({ file }).close()
  tell('done')
}

async function backUpOnce(): Promise<void> {
  await begun()
  backUp(folder, `${folder}-copy`)
  tell('done')
}

/** The fault on purpose: a copy that is written at its place. */
async function copyInPlace(): Promise<void> {
  await begun()
  const { sqlite } = openDatabase({ file })
  sqlite.prepare('VACUUM INTO ?').run(`${file}.copy`)
  tell('done')
}

const things: Readonly<Record<string, () => Promise<void>>> = {
  migration: migrateOnce,
  backup: backUpOnce,
  copy: copyInPlace,
  swap: swapAgainAndAgain,
  checkpoint: signAgainAndAgain,
}
await things[values.doing]?.()
