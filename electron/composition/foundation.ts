/** What everything stands on: database, audit log, vaults, log, news. */
import { join } from 'node:path'
import { type Announcements, createAnnouncements } from '../engine/announcements.ts'
import { type AuditAppender, createAuditAppender } from '../engine/audit/append.ts'
import { type AuditLog, createAuditLog } from '../engine/audit/audit-log.ts'
import { type Database, openDatabase } from '../engine/database/open.ts'
import { createLog, type Log } from '../engine/log.ts'
import { createSystemState, type SystemState } from '../engine/system-state.ts'
import { demoTenantId } from '../engine/tenants/demo.ts'
import { chooseVault } from '../engine/vault/choose-vault.ts'
import { createMemoryVault } from '../engine/vault/memory-vault.ts'
import { createRedactor, type Redactor } from '../engine/vault/redact.ts'
import type { Vault } from '../engine/vault/vault.ts'
import { lateVault } from './late-vault.ts'
import type { World } from './world.ts'

export interface Foundation {
  database: Database
  announcements: Announcements
  audit: AuditAppender
  auditLog: AuditLog
  vault: Vault
  demoVault: Vault
  vaultFor(tenantId: string): Vault
  redactor: Redactor
  log: Log
  state: SystemState
  diskFull(): boolean
}

function wantedBackend(name: string | undefined): 'os' | 'file' | 'memory' | undefined {
  if (name === undefined || name === '') return undefined
  if (name === 'os' || name === 'file' || name === 'memory') return name
  throw new Error(`ATLAS_VAULT must be os, file or memory, not "${name}"`)
}

export function createFoundation(world: World): Foundation {
  const { dataDir, environment, now } = world
  const redactor = createRedactor()
  const log = createLog({ redactor, level: environment.ATLAS_LOG ?? 'info' })
  let fullAt = Number.NEGATIVE_INFINITY
  const database = openDatabase({
    file: join(dataDir, 'atlas.db'),
    onDiskFull: () => {
      fullAt = now()
      log.error({}, 'the disk is full; the ballast was released')
    },
  })
  const announcements = createAnnouncements()
  const audit = createAuditAppender(database, now)
  const passphrase = environment.ATLAS_VAULT_PASSPHRASE
  if (passphrase) redactor.add([passphrase])
  const onRefused = (error: unknown) => log.warn({ error }, 'the vault stayed locked')
  const vault = lateVault(chooseVault({ wanted: wantedBackend(environment.ATLAS_VAULT), passphrase, dataDir, onRefused }))
  const demoVault = createMemoryVault()
  const state = createSystemState(database)
  const onError = (error: unknown) => log.error({ error }, 'the audit log could not be tended')
  const auditLog = createAuditLog({ database, state, now, vault, dataDir, announcements, onError })
  return {
    database,
    announcements,
    audit,
    auditLog,
    vault,
    demoVault,
    vaultFor: (tenantId) => (tenantId === demoTenantId ? demoVault : vault),
    redactor,
    log,
    state,
    diskFull: () => now() - fullAt < 60_000,
  }
}
