/**
 * What a month costs: reserved before a call, settled after it, so that calls at the same time cannot pass the budget together.
 *
 * Units  nano-dollars (1,000,000,000 is one dollar); a month is a calendar month in UTC
 */
import { nanos } from '#shared/ai/models'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Notices } from '../escalation/notices.ts'

export interface Month {
  month: string
  spentNano: number
  /** Held for calls that run, and for those whose cost nobody knows. */
  reservedNano: number
}

export interface Spending {
  month(tenantId: string): Month
  /** Left of a budget in nano-dollars; null without one. */
  left(tenantId: string, budgetMicroDollars: number | null): number | null
  /** Holds what a call may cost. Call inside a change, after asking what is left in the same one. */
  reserve(tenantId: string, month: string, nano: number): void
  /** Puts the cost in place of what was held; an unknown cost stays held. Call inside a change. */
  settle(tx: Change, tenantId: string, call: { month: string; reservedNano: number; costNano: number | null }): void
  /** Tells how much of the budget is used, each mark once. Call inside a change. */
  tell(tx: Change, tenantId: string, percent?: number): void
  /** Forgets what was told, after the budget changed. Call inside a change. */
  retell(tx: Change, tenantId: string): void
}

export interface SpendingDeps {
  database: Database
  notices: Notices
  budgetOf(tenantId: string): number | null
  now(): number
}

/** Shares of the budget that a person is told of. */
const marks = [100, 90, 75]

/** The calendar month of an instant, in UTC. */
export const monthOf = (at: number) => new Date(at).toISOString().slice(0, 7)

export function createSpending({ database, notices, budgetOf, now }: SpendingDeps): Spending {
  const { sqlite } = database
  const read = sqlite.prepare(
    'SELECT spent_nano AS spentNano, reserved_nano AS reservedNano, told_percent AS told FROM ai_months WHERE tenant_id = ? AND month = ?',
  )
  const add = sqlite.prepare(
    `INSERT INTO ai_months (tenant_id, month, spent_nano, reserved_nano) VALUES (@tenantId, @month, @spent, @reserved)
     ON CONFLICT DO UPDATE SET spent_nano = spent_nano + excluded.spent_nano, reserved_nano = reserved_nano + excluded.reserved_nano`,
  )
  const mark = sqlite.prepare('UPDATE ai_months SET told_percent = ? WHERE tenant_id = ? AND month = ?')

  function row(tenantId: string, month: string): Month & { told: number } {
    const known = read.get(tenantId, month) as Omit<Month & { told: number }, 'month'> | undefined
    return { month, spentNano: known?.spentNano ?? 0, reservedNano: known?.reservedNano ?? 0, told: known?.told ?? 0 }
  }

  function tell(tx: Change, tenantId: string, least = 0): void {
    const budget = budgetOf(tenantId)
    if (budget === null) return
    const month = monthOf(now())
    const { spentNano, told } = row(tenantId, month)
    const used = budget === 0 ? 100 : (spentNano / (budget * nanos.microDollar)) * 100
    const reached = marks.find((percent) => Math.max(used, least) >= percent)
    if (reached === undefined || reached <= told) return
    add.run({ tenantId, month, spent: 0, reserved: 0 })
    mark.run(reached, tenantId, month)
    const limit = `$${(budget / 1_000_000).toFixed(2)}`
    const rest = reached === 100 ? 'Calls that do not fit are refused until the month ends or the budget is raised.' : ''
    notices.raise(tx, tenantId, {
      kind: 'ai_budget',
      cause: month,
      title: reached === 100 ? 'The AI budget of the month is used up' : `${reached} % of the AI budget is used`,
      message: `$${(spentNano / nanos.dollar).toFixed(2)} of ${limit} were spent in ${month}. ${rest}`.trim(),
      href: '/ai?tab=cost',
      anew: true,
    })
  }

  return {
    month: (tenantId) => {
      const { told: _told, ...month } = row(tenantId, monthOf(now()))
      return month
    },
    left(tenantId, budget) {
      if (budget === null) return null
      const { spentNano, reservedNano } = row(tenantId, monthOf(now()))
      return budget * nanos.microDollar - spentNano - reservedNano
    },
    reserve: (tenantId, month, nano) => void add.run({ tenantId, month, spent: 0, reserved: nano }),
    settle(tx, tenantId, { month, reservedNano, costNano }) {
      if (costNano === null) return
      add.run({ tenantId, month, spent: costNano, reserved: -reservedNano })
      tell(tx, tenantId)
    },
    tell,
    retell(tx, tenantId) {
      const month = monthOf(now())
      mark.run(0, tenantId, month)
      notices.close(tx, tenantId, 'ai_budget', month)
      tell(tx, tenantId)
    },
  }
}
