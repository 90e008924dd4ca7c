/** A hand-moved world for tests of the audit log: a real database, a vault with a yesterday, and what whoever has the file can do to it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAnnouncements } from '../announcements.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { createSystemState } from '../system-state.ts'
import { createMemoryVault } from '../vault/memory-vault.ts'
import { type Vault, vaultFailure } from '../vault/vault.ts'
import { type AuditEntry, createAuditAppender } from './append.ts'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { type EventRow, hashOf } from './rows.ts'

export const actor = { kind: 'operator', id: 'operator' } as const

export interface LastingVault extends Vault {
  /** While closed, every question is refused as a locked keychain refuses it. */
  close(isClosed: boolean): void
}

/** Keeps what it is given for as long as the test runs, as a keychain does. */
export function createLastingVault(): LastingVault {
  const vault = createMemoryVault()
  let isClosed = false
  const unless = <T>(work: () => Promise<T>) => (isClosed ? Promise.reject(vaultFailure('locked', 'locked')) : work())
  return {
    ...vault,
    get: (...place) => unless(() => vault.get(...place)),
    set: (...given) => unless(() => vault.set(...given)),
    status: async () => ({ ...(await vault.status()), backend: 'os' }),
    close(closed) {
      isClosed = closed
    },
  }
}

export interface AuditWorld {
  folder: string
  anchorFile: string
  database: Database
  log: AuditLog
  announced: string[]
  clock: { now: number }
  append(count: number, chain?: string): Promise<void>
  appendOne(entry: AuditEntry, chain?: string): Promise<void>
  /** Drops the triggers and writes, as whoever has the file can. */
  tamper(sql: string): void
  /** Numbers and chains everything anew. */
  rechain(): void
  exported(format: 'jsonl' | 'csv', filter?: Parameters<AuditLog['exportLines']>[2]): Promise<string>
  close(): void
}

/** Numbers and chains everything of chain `t` anew, as whoever knows how it is hashed can. */
export function rechain(sqlite: Database['sqlite']): void {
  const rows = sqlite.prepare(`SELECT * FROM audit_events WHERE chain = 't' ORDER BY seq`).all() as EventRow[]
  const rewrite = sqlite.prepare('UPDATE audit_events SET seq = ?, prev_hash = ?, hash = ? WHERE id = ?')
  let head = '0'.repeat(64)
  for (const [at, row] of rows.entries()) {
    const next = { ...row, seq: at + 1, prev_hash: head }
    head = hashOf(next)
    rewrite.run(-next.seq, next.prev_hash, head, row.id)
  }
  sqlite.exec(`UPDATE audit_events SET seq = -seq WHERE chain = 't' AND seq < 0`)
  sqlite.prepare(`UPDATE audit_heads SET seq = ?, hash = ? WHERE chain = 't'`).run(rows.length, head)
}

/** Opens a world, or the same one again in its folder. */
export function openAuditWorld(
  vault: Vault = createLastingVault(),
  folder = mkdtempSync(join(tmpdir(), 'atlas-audit-')),
): AuditWorld {
  const database = openDatabase({ file: join(folder, 'atlas.db') })
  const { sqlite } = database
  const clock = { now: 1_800_000_000_000 }
  const announced: string[] = []
  const announcements = { ...createAnnouncements(), announce: (...news: unknown[]) => void announced.push(news.join(' ')) }
  const onError = (error: unknown) => {
    throw error
  }
  const now = () => clock.now
  const log = createAuditLog({
    database,
    state: createSystemState(database),
    vault,
    dataDir: folder,
    announcements,
    now,
    onError,
  })
  const audit = createAuditAppender(database, () => {
    clock.now += 1_000
    return clock.now
  })

  return {
    folder,
    anchorFile: join(folder, 'audit-anchor.json'),
    database,
    log,
    announced,
    clock,
    append: (count, chain = 't') =>
      database.write(() => {
        for (let at = 1; at <= count; at += 1) audit.append(chain, entryOf(at))
      }),
    appendOne: (entry, chain = 't') => database.write(() => audit.append(chain, entry)),
    tamper(sql) {
      for (const table of ['events', 'checkpoints']) {
        for (const verb of ['update', 'delete']) sqlite.exec(`DROP TRIGGER IF EXISTS audit_${table}_no_${verb}`)
      }
      sqlite.exec(sql)
    },
    rechain: () => rechain(sqlite),
    async exported(format, filter = {}) {
      const chunks: string[] = []
      for await (const chunk of log.exportLines('t', format, filter)) chunks.push(chunk)
      return chunks.join('')
    },
    close() {
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Every third failed; each has a word of its own. */
function entryOf(at: number): AuditEntry {
  const hasFailed = at % 3 === 0
  return {
    actor,
    action: hasFailed ? 'job.failed' : 'job.succeeded',
    outcome: hasFailed ? 'failed' : 'ok',
    target: { kind: 'job', id: `job-${at}` },
    detail: { provider: 'slack', note: `naïve “word${at}”`, share: at / 3 },
  }
}
