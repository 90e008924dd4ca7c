/** The engine as the desktop sees it: one line over all tenants, and what needs the operator. */
import { failed } from '#shared/failure'
import { isQuietAt } from '#shared/time-zone'
import type { Actor, Engine } from '../engine/engine.ts'
import type { DesktopApp, DesktopApproval, DesktopNotice } from './desktop-app.ts'

/** Whoever sits at this machine; lands in the audit log. */
export const operator: Actor = { kind: 'operator', id: 'desktop' }

export interface EngineView {
  engine: Engine
  now: () => number
}

type EngineSide = Pick<DesktopApp, 'listen' | 'summary' | 'openNotices' | 'openApprovals' | 'decide' | 'pauseAll'>

/** Everything the desktop needs but the port and the end, which are the host's. */
export function viewEngine({ engine, now }: EngineView): EngineSide {
  const tenants = async () => (await engine.installation.tenants.list({}, operator)).items

  async function noticesOf(tenant: { id: string; name: string }): Promise<DesktopNotice[]> {
    const { system } = engine.forTenant(tenant.id)
    const [{ items }, settings] = await Promise.all([system.notices({}, operator), system.settings({}, operator)])
    const quietNow = isQuietAt(settings.quietHours, now())
    return items.map((notice) => {
      const quiet = quietNow || settings.notifications[notice.kind] === false
      return { ...notice, tenantId: tenant.id, tenantName: tenant.name, quiet }
    })
  }

  async function openNotices(): Promise<DesktopNotice[]> {
    const notices = (await Promise.all((await tenants()).map(noticesOf))).flat()
    return notices.sort((a, b) => b.at.localeCompare(a.at))
  }

  async function approvalsOf(tenantId: string): Promise<DesktopApproval[]> {
    const { items } = await engine.forTenant(tenantId).approvals.list({ state: 'pending', limit: 20 }, operator)
    return items.map(({ id, hash, agent, effect, payload }) => ({
      tenantId,
      id,
      hash,
      who: agent ?? 'Somebody',
      effect,
      payload,
    }))
  }

  async function queueOf(tenantId: string) {
    const { jobs } = engine.forTenant(tenantId)
    const [queued, running, pauses] = await Promise.all([
      jobs.count({ state: 'queued' }, operator),
      jobs.count({ state: 'running' }, operator),
      jobs.pauses({}, operator),
    ])
    return { queued: queued.count, running: running.count, pausedAll: pauses.items.some((pause) => pause.scope === 'all') }
  }

  async function problem(): Promise<string | null> {
    const { system } = engine.installation
    const [vault, health] = await Promise.all([system.vault({}, operator), system.health({}, operator)])
    if (!health.database.ok) return 'The database cannot be used'
    // An empty vault waits for its first passphrase: a step of setting up, not a fault.
    return vault.state === 'ok' || vault.state === 'empty' ? null : vault.message
  }

  return {
    listen: (listener) => engine.listen(listener),
    openNotices,
    openApprovals: async () => (await Promise.all((await tenants()).map(({ id }) => approvalsOf(id)))).flat(),
    async decide({ approval: { tenantId, id, hash }, decision, via }) {
      await engine.forTenant(tenantId).approvals.decide({ id, hash, decision, via }, operator)
    },
    async summary() {
      const all = await tenants()
      const [queues, notices, trouble] = await Promise.all([
        Promise.all(all.map(({ id }) => queueOf(id))),
        openNotices(),
        problem(),
      ])
      return {
        needsYou: notices.length,
        queued: queues.reduce((sum, queue) => sum + queue.queued, 0),
        running: queues.reduce((sum, queue) => sum + queue.running, 0),
        pausedAll: queues.some((queue) => queue.pausedAll),
        problem: trouble,
      }
    },
    async pauseAll(paused) {
      const [first] = await tenants()
      if (!first) throw failed('not_found', 'There is no tenant, so there is no queue to pause.')
      await engine.forTenant(first.id).jobs.pause({ scope: 'all', paused }, operator)
    },
  }
}
