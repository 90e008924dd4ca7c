/**
 * What an agent may do and spend in one of its days: held before, settled after, so that work at the same time cannot pass it together.
 *
 * Units  nano-dollars (1,000,000,000 is one dollar); a day is a calendar day in the agent's own time zone
 */
import { nanos } from '#shared/ai/models'
import { localOf } from '#shared/time-zone'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Notices } from '../escalation/notices.ts'
import type { Agents } from './agents.ts'

export interface AgentDay {
  day: string
  runs: number
  spentNano: number
  reservedNano: number
  uses: { tool: string; uses: number }[]
}

/** An amount that is held on a day of an agent. */
export interface Held {
  agent: string
  day: string
  nano: number
}

export interface AgentBudgets {
  today(tenantId: string, agent: string): AgentDay
  /** Left of the day's budget in nano-dollars; null without one. */
  left(tenantId: string, agent: string | undefined): number | null
  /** Holds an amount. Call inside a change, after asking what is left in the same one. */
  hold(tenantId: string, agent: string, nano: number): Held
  /** Puts what it cost in place of what was held; an unknown cost stays held. Call inside a change. */
  settle(tx: Change, tenantId: string, held: Held, costNano: number | null): void
  /** The agent's day of a moment: what was held then is settled there, however much later that is. */
  dayAt(tenantId: string, agent: string, at: number): string
  /** Counts a run. Call inside a change. */
  countRun(tenantId: string, agent: string): void
  /** Counts the use of a tool. Call inside a change. */
  countUse(tenantId: string, agent: string, tool: string): void
}

export interface AgentBudgetsDeps {
  database: Database
  agents: Agents
  notices: Notices
  now(): number
}

/** Shares of the budget that a person is told of. */
const marks = [100, 90, 75]

interface DayRow {
  runs: number
  spent: number
  reserved: number
  told: number
}

export function createAgentBudgets({ database, agents, notices, now }: AgentBudgetsDeps): AgentBudgets {
  const { sqlite } = database
  const read = sqlite.prepare(
    'SELECT runs, spent_nano AS spent, reserved_nano AS reserved, told_percent AS told FROM agent_days WHERE tenant_id = ? AND agent = ? AND day = ?',
  )
  const add = sqlite.prepare(
    `INSERT INTO agent_days (tenant_id, agent, day, runs, spent_nano, reserved_nano, told_percent)
     VALUES (@tenantId, @agent, @day, @runs, @spent, @reserved, 0)
     ON CONFLICT DO UPDATE SET runs = runs + excluded.runs, spent_nano = spent_nano + excluded.spent_nano,
       reserved_nano = reserved_nano + excluded.reserved_nano`,
  )
  const mark = sqlite.prepare('UPDATE agent_days SET told_percent = ? WHERE tenant_id = ? AND agent = ? AND day = ?')
  const use = sqlite.prepare(
    `INSERT INTO agent_uses (tenant_id, agent, day, tool, uses) VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET uses = uses + 1`,
  )
  const uses = sqlite.prepare(
    'SELECT tool, uses FROM agent_uses WHERE tenant_id = ? AND agent = ? AND day = ? ORDER BY uses DESC',
  )

  function dayAt(tenantId: string, agent: string, at: number): string {
    return localOf(at, agents.find(tenantId, agent)?.timeZone ?? 'UTC').day
  }

  const dayOf = (tenantId: string, agent: string) => dayAt(tenantId, agent, now())

  function row(tenantId: string, agent: string, day: string): DayRow {
    return (read.get(tenantId, agent, day) as DayRow | undefined) ?? { runs: 0, spent: 0, reserved: 0, told: 0 }
  }

  function tell(tx: Change, tenantId: string, agent: string, day: string): void {
    const known = agents.find(tenantId, agent)
    const budget = known?.dailyBudgetMicroDollars
    if (!known || budget === null || budget === undefined) return
    const { spent, told } = row(tenantId, agent, day)
    const used = budget === 0 ? 100 : (spent / (budget * nanos.microDollar)) * 100
    const reached = marks.find((percent) => used >= percent)
    if (reached === undefined || reached <= told) return
    mark.run(reached, tenantId, agent, day)
    notices.raise(tx, tenantId, {
      kind: 'agent_budget',
      cause: `${agent} ${day}`,
      title:
        reached === 100
          ? `${known.name} has used up the budget of the day`
          : `${known.name} has used ${reached} % of the day's budget`,
      message: `$${(spent / nanos.dollar).toFixed(2)} of $${(budget / 1_000_000).toFixed(2)} were spent on ${day}. What does not fit is refused until the next day.`,
      href: `/agents?id=${agent}&tab=limits`,
      anew: true,
    })
  }

  return {
    today(tenantId, agent) {
      const day = dayOf(tenantId, agent)
      const { runs, spent, reserved } = row(tenantId, agent, day)
      return { day, runs, spentNano: spent, reservedNano: reserved, uses: uses.all(tenantId, agent, day) as AgentDay['uses'] }
    },
    left(tenantId, agent) {
      const budget = agent === undefined ? null : agents.find(tenantId, agent)?.dailyBudgetMicroDollars
      if (agent === undefined || budget === null || budget === undefined) return null
      const { spent, reserved } = row(tenantId, agent, dayOf(tenantId, agent))
      return budget * nanos.microDollar - spent - reserved
    },
    hold(tenantId, agent, nano) {
      const day = dayOf(tenantId, agent)
      add.run({ tenantId, agent, day, runs: 0, spent: 0, reserved: nano })
      return { agent, day, nano }
    },
    settle(tx, tenantId, { agent, day, nano }, costNano) {
      if (costNano === null) return
      add.run({ tenantId, agent, day, runs: 0, spent: costNano, reserved: -nano })
      tell(tx, tenantId, agent, day)
    },
    dayAt,
    countRun: (tenantId, agent) => void add.run({ tenantId, agent, day: dayOf(tenantId, agent), runs: 1, spent: 0, reserved: 0 }),
    countUse: (tenantId, agent, tool) => void use.run(tenantId, agent, dayOf(tenantId, agent), tool),
  }
}
