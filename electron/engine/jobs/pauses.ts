/** What is paused: everything, a tenant, a provider of a tenant, an agent of a tenant. Kept in the database, obeyed at the claim. */
import type { Pause } from '#shared/contract/jobs'
import { failed } from '#shared/failure'
import { toInstant, toMs } from '#shared/time'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'
import type { JobRow } from './rows.ts'

interface PauseRow {
  scope: Pause['scope']
  tenant_id: string
  target: string
  since: number
  until: number | null
  by: string
}

export interface PauseOrder {
  scope: Pause['scope']
  target?: string | undefined
  paused: boolean
  until?: string | undefined
}

type Pausable = Pick<JobRow, 'tenant_id' | 'provider' | 'agent'>

interface Stop {
  why: string
  until: number | null
}

export interface Pauses {
  /** Why a job may not run now, in words; undefined when it may. */
  stops(job: Pausable, now: number): Stop | undefined
  /** The same question for many jobs of one moment: what is paused is read once. Call inside the claim. */
  now(at: number): (job: Pausable) => Stop | undefined
  allStopped(now: number): boolean
  list(tenantId: string): Pause[]
  set(tenantId: string, order: PauseOrder, actor: Actor): Promise<void>
}

export interface PausesDeps {
  database: Database
  audit: AuditAppender
  now(): number
  onResumed(): void
  /** Told once a pause is durable. */
  onPaused(): void
}

export function createPauses({ database, audit, now, onResumed, onPaused }: PausesDeps): Pauses {
  const { sqlite } = database
  const active = sqlite.prepare('SELECT * FROM pauses WHERE until IS NULL OR until > ?')
  const put = sqlite.prepare(
    'INSERT OR REPLACE INTO pauses (scope, tenant_id, target, since, until, by) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const drop = sqlite.prepare('DELETE FROM pauses WHERE scope = ? AND tenant_id = ? AND target = ?')
  const wake = sqlite.prepare(
    `UPDATE jobs SET run_at = ?, waiting_for = NULL WHERE state = 'queued' AND waiting_for LIKE 'paused%'`,
  )
  const rows = (at: number) => active.all(at) as PauseRow[]

  function covers(pause: PauseRow, job: Pausable): boolean {
    if (pause.scope === 'all') return true
    if (pause.tenant_id !== job.tenant_id) return false
    if (pause.scope === 'tenant') return true
    return pause.target === (pause.scope === 'provider' ? job.provider : job.agent)
  }

  function stopIn(active: readonly PauseRow[], job: Pausable): Stop | undefined {
    const pause = active.find((candidate) => covers(candidate, job))
    if (!pause) return undefined
    const what = pause.target ? `${pause.scope} ${pause.target}` : pause.scope
    return { why: `paused: ${what}, by ${pause.by}`, until: pause.until }
  }

  return {
    stops: (job, at) => stopIn(rows(at), job),
    now(at) {
      const active = rows(at)
      return (job) => stopIn(active, job)
    },
    allStopped: (at) => rows(at).some((pause) => pause.scope === 'all'),
    list(tenantId) {
      return rows(now())
        .filter((pause) => pause.scope === 'all' || pause.tenant_id === tenantId)
        .map(({ scope, target, since, until, by }) => ({
          scope,
          target: target === '' ? null : target,
          since: toInstant(since),
          until: until === null ? null : toInstant(until),
          by,
        }))
    },
    async set(tenantId, { scope, target = '', paused, until }, actor) {
      const needsTarget = scope === 'provider' || scope === 'agent'
      if (needsTarget !== (target !== '')) {
        const message = needsTarget ? `say which ${scope}` : `has no meaning for scope ${scope}`
        throw failed('invalid', `The pause was refused: target ${message}.`, { fields: [{ path: 'target', message }] })
      }
      const owner = scope === 'all' ? '' : tenantId
      await database.write(() => {
        if (paused) put.run(scope, owner, target, now(), until === undefined ? null : toMs(until), actor.id)
        else {
          drop.run(scope, owner, target)
          wake.run(now())
        }
        const action = paused ? 'work.paused' : 'work.resumed'
        audit.append(tenantId, { actor, action, outcome: 'ok', target: { kind: scope, id: target || scope } })
      })
      if (paused) onPaused()
      else onResumed()
    },
  }
}
