/** Settings of a tenant: the order of mail providers, which notices are told, quiet hours. */
import { eq, sql } from 'drizzle-orm'
import { type NoticeKind, TenantSettings } from '#shared/contract/system'
import { failed } from '#shared/failure'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import { tenantSettings } from '../database/schema/tenants.ts'
import type { Actor } from '../engine.ts'

export interface SettingsPatch {
  emailOrder?: string[] | undefined
  notifications?: Partial<Record<NoticeKind, boolean>> | undefined
  quietHours?: TenantSettings['quietHours'] | undefined
  breakThrough?: TenantSettings['breakThrough'] | undefined
  people?: TenantSettings['people'] | undefined
}

export interface Settings {
  get(tenantId: string): TenantSettings
  /** Mail providers, the preferred one first. */
  emailOrder(tenantId: string): readonly string[]
  update(tenantId: string, patch: SettingsPatch, actor: Actor): Promise<TenantSettings>
}

export interface SettingsDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  /** Providers that can send mail, in the order of the catalogue. */
  mailProviders: readonly string[]
}

export function createSettings({ database, audit, announcements, mailProviders }: SettingsDeps): Settings {
  const { orm } = database
  const read = orm
    .select({ value: tenantSettings.value })
    .from(tenantSettings)
    .where(eq(tenantSettings.tenantId, sql.placeholder('id')))
    .prepare()
  const initial: TenantSettings = {
    emailOrder: [...mailProviders],
    notifications: {
      job_failed: true,
      outcome_unknown: true,
      connection_broken: true,
      job_late: true,
      ai_budget: true,
      payment_failed: true,
      approval_waiting: true,
      agent_budget: true,
      run_told: true,
      run_stuck: true,
      disk_low: true,
      clock_behind: true,
    },
    quietHours: null,
    breakThrough: ['disk_low'],
    people: [],
  }

  function get(tenantId: string): TenantSettings {
    const row = read.get({ id: tenantId })
    if (!row) return structuredClone(initial)
    // A kind of notice that came later is on until somebody turns it off.
    const stored = JSON.parse(row.value) as Partial<TenantSettings>
    const notifications = { ...initial.notifications, ...stored.notifications }
    return TenantSettings.parse({ ...initial, ...stored, notifications })
  }

  /** Asked at every claim: what was checked when it was stored is not checked again. */
  function emailOrder(tenantId: string): readonly string[] {
    const row = read.get({ id: tenantId })
    const stored = row ? (JSON.parse(row.value) as Partial<TenantSettings>).emailOrder : undefined
    return stored ?? initial.emailOrder
  }

  function checkOrder(order: readonly string[]): void {
    const wrong = order.filter((id, at) => !mailProviders.includes(id) || order.indexOf(id) !== at)
    if (wrong.length === 0) return
    const message = `names ${wrong.join(', ')}; each of ${mailProviders.join(', ')} may stand in it once`
    throw failed('invalid', `The order of mail providers was refused: it ${message}.`, {
      fields: [{ path: 'emailOrder', message }],
    })
  }

  return {
    get,
    emailOrder,
    async update(tenantId, patch, actor) {
      if (patch.emailOrder) checkOrder(patch.emailOrder)
      const now = get(tenantId)
      const next: TenantSettings = {
        emailOrder: patch.emailOrder ?? now.emailOrder,
        notifications: { ...now.notifications, ...patch.notifications },
        quietHours: patch.quietHours === undefined ? now.quietHours : patch.quietHours,
        breakThrough: patch.breakThrough ?? now.breakThrough,
        people: patch.people ?? now.people,
      }
      await database.write((tx) => {
        const value = JSON.stringify(next)
        orm
          .insert(tenantSettings)
          .values({ tenantId, value })
          .onConflictDoUpdate({ target: tenantSettings.tenantId, set: { value } })
          .run()
        audit.append(tenantId, {
          actor,
          action: 'settings.changed',
          outcome: 'ok',
          target: { kind: 'tenant', id: tenantId },
          detail: { before: now, after: next },
        })
        tx.afterCommit(() => announcements.announce('settings.changed', tenantId, tenantId))
      })
      return next
    },
  }
}
