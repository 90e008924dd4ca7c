/** Weekly slots of agents: when their posts go out, and which of these times is free next. */
import type { AgentSlots, Slot } from '#shared/contract/posts'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import { dayAfter, instantsOf, localOf, weekdayOf } from '#shared/time-zone'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'

export interface PostSlots {
  list(tenantId: string): AgentSlots[]
  set(tenantId: string, slots: AgentSlots, actor: Actor): Promise<AgentSlots>
  /** The next slot in which no post of the agent lies; null where the agent has no slots. `conflict` when a year is full. */
  next(tenantId: string, agent: string): { runAt: string | null; timeZone: string | null }
}

export interface PostSlotsDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  hasAgent(tenantId: string, agent: string): boolean
  now(): number
}

interface SlotsRow {
  agent: string
  time_zone: string
  slots: string
}

/** How far ahead a free slot is looked for. */
const daysAhead = 366

const byTime = (a: Slot, b: Slot) => a.weekday - b.weekday || a.clock.localeCompare(b.clock)

/**
 * The instants of weekly slots from a moment on, in order.
 *
 * A slot that the clocks skip falls out that week; one that they show twice counts once, the first time.
 */
export function* slotTimes({ timeZone, slots }: Omit<AgentSlots, 'agent'>, after: number): Generator<number> {
  const sorted = slots.toSorted(byTime)
  const { day: today } = localOf(after, timeZone)
  for (let days = 0; days <= daysAhead; days += 1) {
    const day = dayAfter(today, days)
    for (const { clock } of sorted.filter(({ weekday }) => weekday === weekdayOf(day))) {
      const [at] = instantsOf(day, clock, timeZone)
      if (at !== undefined && at > after) yield at
    }
  }
}

export function createPostSlots({ database, audit, announcements, hasAgent, now }: PostSlotsDeps): PostSlots {
  const { sqlite } = database
  const all = sqlite.prepare('SELECT * FROM post_slots WHERE tenant_id = ? ORDER BY agent')
  const one = sqlite.prepare('SELECT * FROM post_slots WHERE tenant_id = ? AND agent = ?')
  const put = sqlite.prepare(
    `INSERT INTO post_slots (tenant_id, agent, time_zone, slots) VALUES (?, ?, ?, ?)
     ON CONFLICT (tenant_id, agent) DO UPDATE SET time_zone = excluded.time_zone, slots = excluded.slots`,
  )
  const drop = sqlite.prepare('DELETE FROM post_slots WHERE tenant_id = ? AND agent = ?')
  // Where it was first due, not where a hold or a retry moved it: a slot that was used stays used.
  const taken = sqlite
    .prepare(
      `SELECT count(*) FROM jobs WHERE tenant_id = ? AND agent = ? AND kind = 'SOCIAL_POST' AND due_at = ? AND state <> 'cancelled'`,
    )
    .pluck()

  const toSlots = ({ agent, time_zone, slots }: SlotsRow): AgentSlots => ({
    agent,
    timeZone: time_zone,
    slots: JSON.parse(slots),
  })

  function requireAgent(tenantId: string, agent: string): void {
    if (!hasAgent(tenantId, agent)) throw failed('not_found', `There is no agent ${agent} in this tenant.`)
  }

  return {
    list: (tenantId) => (all.all(tenantId) as SlotsRow[]).map(toSlots),
    set(tenantId, { agent, timeZone, slots }, actor) {
      return database.write((tx) => {
        requireAgent(tenantId, agent)
        const once = [...new Map(slots.map((slot) => [`${slot.weekday} ${slot.clock}`, slot])).values()].toSorted(byTime)
        if (once.length === 0) drop.run(tenantId, agent)
        else put.run(tenantId, agent, timeZone, JSON.stringify(once))
        audit.append(tenantId, {
          actor,
          action: 'slots.set',
          outcome: 'ok',
          target: { kind: 'agent', id: agent },
          detail: { timeZone, slots: once.length },
        })
        tx.afterCommit(() => announcements.announce('agent.changed', tenantId, agent))
        return { agent, timeZone, slots: once }
      })
    },
    next(tenantId, agent) {
      requireAgent(tenantId, agent)
      const row = one.get(tenantId, agent) as SlotsRow | undefined
      if (!row) return { runAt: null, timeZone: null }
      const weekly = toSlots(row)
      for (const at of slotTimes(weekly, now())) {
        if (taken.get(tenantId, agent, at) === 0) return { runAt: toInstant(at), timeZone: weekly.timeZone }
      }
      throw failed('conflict', `Every slot of ${agent} in the next year is taken. Add slots, or choose a time.`)
    },
  }
}
