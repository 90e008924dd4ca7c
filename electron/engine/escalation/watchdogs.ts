/** Watches what no failure tells of: runs that stand still, a disk that fills, a clock that went back. Each closes its own notice. */
import { statfs } from 'node:fs/promises'
import type { NoticeKind } from '#shared/contract/system'
import { spans, toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Notices } from './notices.ts'

export interface Watchdogs {
  look(): Promise<void>
}

export interface WatchdogsDeps {
  database: Database
  notices: Notices
  dataDir: string
  tenantIds(): string[]
  now(): number
  /** The day that an agent has now. */
  agentDay(tenantId: string, agent: string): string
  /** Free bytes where the data lies. */
  freeBytes?(dataDir: string): Promise<number>
}

/** A run without a new step for this long stands still. */
const stuckMs = 15 * spans.minute
/** Below this the disk is told of; above the second it is settled, so that it is not told again and again. */
const lowBytes = 1_073_741_824
const settledBytes = 1_288_490_188
/** How far the clock may lie behind what was written. */
const clockMs = spans.minute

async function freeOnDisk(dataDir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dataDir)
  return bavail * bsize
}

export function createWatchdogs(deps: WatchdogsDeps): Watchdogs {
  const { database, notices, now, freeBytes = freeOnDisk } = deps
  const { sqlite } = database
  const stuck = sqlite.prepare(
    `SELECT j.id, j.tenant_id AS tenantId, j.agent, j.subject FROM jobs j
     WHERE j.kind = 'AGENT_RUN' AND j.state = 'running'
       AND coalesce((SELECT max(coalesce(s.ended_at, s.started_at)) FROM run_steps s WHERE s.run_id = j.id), j.started_at) < ?`,
  )
  const openStuck = sqlite.prepare(
    `SELECT tenant_id AS tenantId, cause FROM notices WHERE kind = 'run_stuck' AND closed_at IS NULL`,
  )
  const openBudgets = sqlite.prepare(
    `SELECT tenant_id AS tenantId, kind, cause FROM notices WHERE kind IN ('ai_budget', 'agent_budget') AND closed_at IS NULL`,
  )
  const healed = sqlite.prepare(
    `SELECT n.tenant_id AS tenantId, n.cause FROM notices n JOIN connections c ON c.tenant_id = n.tenant_id AND c.last_ok_at > n.at
       AND n.cause IN (c.provider || ' unavailable', c.provider || ' rate_limited', c.provider || ' unauthorized')
     WHERE n.kind = 'job_failed' AND n.closed_at IS NULL`,
  )
  const newest = sqlite.prepare('SELECT max(at) AS at FROM (SELECT at FROM audit_events ORDER BY id DESC LIMIT 1000)')

  function lookAtRuns(tx: Change): void {
    const still = stuck.all(now() - stuckMs) as { id: string; tenantId: string; agent: string; subject: string }[]
    for (const { id, tenantId, agent, subject } of still)
      notices.hold(tx, tenantId, true, {
        kind: 'run_stuck',
        cause: id,
        title: `A run of ${agent} stands still`,
        message: `${subject}: no step for a quarter of an hour. Look at it, or stop it.`,
        href: `/agents?tab=runs&run=${id}`,
      })
    for (const { tenantId, cause } of openStuck.all() as { tenantId: string; cause: string }[])
      if (!still.some(({ id }) => id === cause)) notices.close(tx, tenantId, 'run_stuck', cause)
  }

  function lookAtDisk(tx: Change, free: number): void {
    for (const tenantId of deps.tenantIds()) {
      const held = notices.isOpen(tenantId, 'disk_low', 'disk')
      notices.hold(tx, tenantId, free < (held ? settledBytes : lowBytes), {
        kind: 'disk_low',
        cause: 'disk',
        title: 'The disk is nearly full',
        message: `${Math.floor(free / 1_048_576)} MiB are free where the data lies. Below that nothing can be recorded, so nothing is sent. Make room.`,
        href: '/settings/about',
      })
    }
  }

  /** A service that has answered since is back, and so is whoever it had refused. */
  function closeHealed(tx: Change): void {
    for (const { tenantId, cause } of healed.all() as { tenantId: string; cause: string }[])
      notices.close(tx, tenantId, 'job_failed', cause)
  }

  /** A budget belongs to its day or month; with it goes what was told of it. */
  function closeBudgets(tx: Change): void {
    for (const { tenantId, kind, cause } of openBudgets.all() as { tenantId: string; kind: NoticeKind; cause: string }[]) {
      const [agent = '', day = ''] = cause.split(' ')
      const isOver = kind === 'ai_budget' ? cause < toInstant(now()).slice(0, 7) : day < deps.agentDay(tenantId, agent)
      if (isOver) notices.close(tx, tenantId, kind, cause)
    }
  }

  function lookAtClock(tx: Change): void {
    const { at } = newest.get() as { at: number | null }
    const behind = (at ?? 0) - now()
    for (const tenantId of deps.tenantIds())
      notices.hold(tx, tenantId, behind > clockMs, {
        kind: 'clock_behind',
        cause: 'clock',
        title: 'The clock of this machine went back',
        message: `It is ${Math.round(behind / spans.minute)} minutes behind what was recorded last. Schedules wait for it. Set the clock.`,
        href: '/settings/about',
      })
  }

  return {
    async look() {
      const free = await freeBytes(deps.dataDir)
      await database.write((tx) => {
        lookAtClock(tx)
        lookAtRuns(tx)
        closeBudgets(tx)
        closeHealed(tx)
        lookAtDisk(tx, free)
      })
    },
  }
}
