/** Schedules: jobs ordered again and again, with their next run stored, so that sleep and downtime lose none in silence. */

import { v7 as uuidv7 } from 'uuid'
import type { Schedule } from '#shared/contract/jobs'
import { failed } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area } from '../engine.ts'
import type { Enqueuer, JobOrder } from '../jobs/enqueue.ts'
import { checkCadence, nextRunAt, runsBetween } from './next-run.ts'

interface ScheduleRow {
  id: string
  tenant_id: string
  name: string
  kind: string
  input: string
  agent: string | null
  cron: string
  time_zone: string
  misfire: Schedule['misfire']
  paused: number
  next_run_at: number | null
  last_run_at: number | null
  missed: string | null
}

interface Missed {
  count: number
  since: number
  decided: 'waiting' | 'coalesced' | 'skipped'
}

export interface SchedulesDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  enqueuer: Enqueuer
  now(): number
  /** Checks kind and input as an order would be. */
  checkOrder(tenantId: string, order: JobOrder): void
}

export interface Schedules {
  forTenant(tenantId: string): Area<'schedules'>
  /** Orders what is due and judges what was missed; answers when to look again (ms UTC). */
  look(): Promise<number | undefined>
}

/** A run that begins this late is still on time: 60 s. */
const graceMs = spans.minute
const mostMissed = 1_000

const system: Actor = { kind: 'system', id: 'scheduler' }
const instant = (at: number | null) => (at === null ? null : toInstant(at))

function toSchedule(row: ScheduleRow): Schedule {
  const missed = row.missed ? (JSON.parse(row.missed) as Missed) : null
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    input: JSON.parse(row.input),
    ...(row.agent ? { agent: row.agent } : {}),
    cron: row.cron,
    timeZone: row.time_zone,
    misfire: row.misfire,
    paused: row.paused === 1,
    nextRunAt: instant(row.next_run_at),
    lastRunAt: instant(row.last_run_at),
    missed: missed ? { ...missed, since: toInstant(missed.since) } : null,
  }
}

export function createSchedules(deps: SchedulesDeps): Schedules {
  const { database, audit, announcements, enqueuer, now } = deps
  const { sqlite } = database
  const all = sqlite.prepare('SELECT * FROM schedules WHERE tenant_id = ? ORDER BY created_at')
  const byId = sqlite.prepare('SELECT * FROM schedules WHERE id = ? AND tenant_id = ?')
  const due = sqlite.prepare('SELECT * FROM schedules WHERE paused = 0 AND next_run_at <= ? ORDER BY next_run_at LIMIT 100')
  const soonest = sqlite.prepare('SELECT min(next_run_at) AS at FROM schedules WHERE paused = 0')
  const insert = sqlite.prepare(
    `INSERT INTO schedules (id, tenant_id, name, kind, input, agent, cron, time_zone, misfire, next_run_at, created_at)
     VALUES (@id, @tenantId, @name, @kind, @input, @agent, @cron, @timeZone, @misfire, @nextRunAt, @createdAt)`,
  )
  const update = sqlite.prepare(
    'UPDATE schedules SET paused = @paused, next_run_at = @next_run_at, last_run_at = @last_run_at, missed = @missed WHERE id = @id',
  )
  const advance = sqlite.prepare(
    'UPDATE schedules SET next_run_at = ?, last_run_at = coalesce(?, last_run_at), missed = coalesce(?, missed) WHERE id = ? AND next_run_at = ?',
  )
  const remove = sqlite.prepare('DELETE FROM schedules WHERE id = ? AND tenant_id = ?')

  function one(tenantId: string, id: string): ScheduleRow {
    const row = byId.get(id, tenantId) as ScheduleRow | undefined
    if (!row) throw failed('not_found', `There is no schedule ${id} in this tenant.`)
    return row
  }

  function told(tenantId: string, id: string, entry: { actor: Actor; action: string; detail?: Record<string, unknown> }): void {
    audit.append(tenantId, { ...entry, outcome: 'ok', target: { kind: 'schedule', id } })
  }

  /** The key names schedule and instant, so that two processes that look at once order it once. */
  function orderRun(row: ScheduleRow, at: number) {
    const order = {
      kind: row.kind,
      input: JSON.parse(row.input),
      key: `schedule:${row.id}:${at}`,
      agent: row.agent ?? undefined,
    } as JobOrder
    return enqueuer.enqueue(row.tenant_id, order, system)
  }

  async function settleDue(row: ScheduleRow): Promise<void> {
    const dueAt = row.next_run_at ?? 0
    const at = now()
    const missedRuns = runsBetween({ cron: row.cron, timeZone: row.time_zone, from: dueAt, to: at, most: mostMissed })
    const late = at - dueAt > graceMs
    const runs = !late || row.misfire === 'coalesce'
    if (runs) await orderRun(row, dueAt)
    const decided = { coalesce: 'coalesced', skip: 'skipped', ask: 'waiting' } as const
    const missed: Missed | null = late ? { count: missedRuns + 1, since: dueAt, decided: decided[row.misfire] } : null
    const next = nextRunAt(row.cron, row.time_zone, at) ?? null
    await database.write((tx) => {
      if (advance.run(next, runs ? at : null, missed ? JSON.stringify(missed) : null, row.id, row.next_run_at).changes === 0)
        return
      if (missed) told(row.tenant_id, row.id, { actor: system, action: 'schedule.missed', detail: { ...missed } })
      tx.afterCommit(() => announcements.announce('schedule.changed', row.tenant_id, row.id))
    })
  }

  async function decideMissed(row: ScheduleRow, decision: 'run' | 'skip'): Promise<string | null> {
    const missed = row.missed ? (JSON.parse(row.missed) as Missed) : null
    if (missed?.decided !== 'waiting') throw failed('conflict', 'No missed run of this schedule waits for a decision.')
    if (decision === 'run') await orderRun(row, missed.since)
    return JSON.stringify({ ...missed, decided: decision === 'run' ? 'coalesced' : 'skipped' })
  }

  return {
    async look() {
      for (const row of due.all(now()) as ScheduleRow[]) await settleDue(row)
      return (soonest.get() as { at: number | null }).at ?? undefined
    },
    forTenant: (tenantId) => ({
      list: async () => ({ items: (all.all(tenantId) as ScheduleRow[]).map(toSchedule), nextCursor: null }),
      create(input, actor) {
        checkCadence(input.cron, input.timeZone)
        deps.checkOrder(tenantId, { kind: input.kind, input: input.input, agent: input.agent })
        const id = uuidv7()
        return database.write((tx) => {
          const { name, kind, agent = null, cron, timeZone, misfire } = input
          const first = nextRunAt(cron, timeZone, now()) ?? null
          insert.run({
            id,
            tenantId,
            name,
            kind,
            input: JSON.stringify(input.input),
            agent,
            cron,
            timeZone,
            misfire,
            nextRunAt: first,
            createdAt: now(),
          })
          told(tenantId, id, { actor, action: 'schedule.created', detail: { name, kind, cron, timeZone, misfire } })
          tx.afterCommit(() => announcements.announce('schedule.changed', tenantId, id))
          return toSchedule(one(tenantId, id))
        })
      },
      async update({ id, paused, missed }, actor) {
        const row = one(tenantId, id)
        const decided = missed ? await decideMissed(row, missed) : row.missed
        return database.write((tx) => {
          const isPaused = paused === undefined ? row.paused : Number(paused)
          const resumed = row.paused === 1 && isPaused === 0
          const next = resumed ? (nextRunAt(row.cron, row.time_zone, now()) ?? null) : row.next_run_at
          update.run({ id, paused: isPaused, next_run_at: next, last_run_at: row.last_run_at, missed: decided })
          told(tenantId, id, {
            actor,
            action: 'schedule.changed',
            detail: { paused: isPaused === 1, ...(missed ? { missed } : {}) },
          })
          tx.afterCommit(() => announcements.announce('schedule.changed', tenantId, id))
          return toSchedule(one(tenantId, id))
        })
      },
      remove({ id }, actor) {
        return database.write((tx) => {
          const removed = remove.run(id, tenantId).changes > 0
          if (removed) told(tenantId, id, { actor, action: 'schedule.removed' })
          tx.afterCommit(() => announcements.announce('schedule.changed', tenantId, id))
          return { removed }
        })
      },
    }),
  }
}
