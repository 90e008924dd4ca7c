import { expect, test } from 'vitest'
import type { TenantSettings, VaultStatus } from '#shared/contract/system'
import { isQuietAt } from '#shared/time-zone'
import type { Engine } from '../engine/engine.ts'
import { viewEngine } from './from-engine.ts'

const noon = Date.parse('2026-06-01T12:00:00Z')
const loud: TenantSettings = {
  emailOrder: [],
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
  breakThrough: [],
  people: [],
}

interface Tenant {
  counts: Record<string, number>
  paused?: boolean
  notices?: { id: string; kind: string; at: string }[]
  settings?: TenantSettings
}

function engineOf(tenants: Record<string, Tenant>, vault: Partial<VaultStatus> = {}, databaseOk = true) {
  const pauses: unknown[] = []
  const engine = {
    installation: {
      tenants: { list: async () => ({ items: Object.keys(tenants).map((id) => ({ id, name: id.toUpperCase() })) }) },
      system: {
        vault: async () => ({ state: 'ok', message: '', ...vault }),
        health: async () => ({ database: { ok: databaseOk } }),
      },
    },
    forTenant: (id: string) => ({
      jobs: {
        count: async ({ state }: { state: string }) => ({ count: tenants[id]?.counts[state] ?? 0 }),
        pauses: async () => ({ items: tenants[id]?.paused ? [{ scope: 'all' }] : [{ scope: 'provider' }] }),
        pause: async (order: object, actor: object) => void pauses.push({ id, ...order, actor }),
      },
      system: {
        notices: async () => ({ items: tenants[id]?.notices ?? [] }),
        settings: async () => tenants[id]?.settings ?? loud,
      },
    }),
    listen: () => () => undefined,
  }
  return { view: viewEngine({ engine: engine as unknown as Engine, now: () => noon }), pauses }
}

test('one line over all tenants', async () => {
  const { view } = engineOf({
    a: { counts: { queued: 2, running: 1 }, notices: [{ id: 'x', kind: 'job_failed', at: '2026-01-01T00:00:00Z' }] },
    b: { counts: { queued: 3 } },
  })
  expect(await view.summary()).toEqual({ needsYou: 1, queued: 5, running: 1, pausedAll: false, problem: null })
})

test('a pause of everything shows, one of a provider does not', async () => {
  const { view } = engineOf({ a: { counts: {}, paused: true } })
  expect((await view.summary()).pausedAll).toBe(true)
})

test.each([
  [{ state: 'ok' }, true, null],
  [{ state: 'empty', message: 'Choose a passphrase' }, true, null],
  [{ state: 'locked', message: 'The vault is locked' }, true, 'The vault is locked'],
  [{ state: 'ok' }, false, 'The database cannot be used'],
] as const)('vault %j and database %j: the problem is %j', async (vault, databaseOk, problem) => {
  const { view } = engineOf({ a: { counts: {} } }, vault, databaseOk)
  expect((await view.summary()).problem).toBe(problem)
})

test('notices come newest first, with their tenant, and quiet where the tenant wants none', async () => {
  const { view } = engineOf({
    a: {
      counts: {},
      notices: [
        { id: 'old', kind: 'job_failed', at: '2026-01-01T00:00:00Z' },
        { id: 'off', kind: 'job_late', at: '2026-01-03T00:00:00Z' },
      ],
      settings: { ...loud, notifications: { ...loud.notifications, job_late: false } },
    },
    b: {
      counts: {},
      notices: [{ id: 'night', kind: 'job_failed', at: '2026-01-02T00:00:00Z' }],
      settings: { ...loud, quietHours: { from: '11:00', to: '13:00', timeZone: 'UTC' } },
    },
  })
  const notices = await view.openNotices()
  expect(notices.map(({ id, tenantName, quiet }) => [id, tenantName, quiet])).toEqual([
    ['off', 'A', true],
    ['night', 'B', true],
    ['old', 'A', false],
  ])
})

test('pausing is ordered once, by the operator; without a tenant there is nothing to pause', async () => {
  const { view, pauses } = engineOf({ a: { counts: {} }, b: { counts: {} } })
  await view.pauseAll(true)
  expect(pauses).toEqual([{ id: 'a', scope: 'all', paused: true, actor: { kind: 'operator', id: 'desktop' } }])
  await expect(engineOf({}).view.pauseAll(true)).rejects.toThrow('no tenant')
})

test.each([
  [{ from: '22:00', to: '07:00', timeZone: 'UTC' }, '2026-06-01T23:30:00Z', true],
  [{ from: '22:00', to: '07:00', timeZone: 'UTC' }, '2026-06-01T06:59:00Z', true],
  [{ from: '22:00', to: '07:00', timeZone: 'UTC' }, '2026-06-01T07:00:00Z', false],
  [{ from: '22:00', to: '07:00', timeZone: 'UTC' }, '2026-06-01T12:00:00Z', false],
  [{ from: '12:00', to: '13:00', timeZone: 'UTC' }, '2026-06-01T12:30:00Z', true],
  [{ from: '22:00', to: '07:00', timeZone: 'America/New_York' }, '2026-06-02T03:00:00Z', true],
  [{ from: '22:00', to: '07:00', timeZone: 'America/New_York' }, '2026-06-02T01:30:00Z', false],
  [{ from: '00:00', to: '01:00', timeZone: 'UTC' }, '2026-06-01T00:30:00Z', true],
] as const)('quiet hours %j at %s: %s', (hours, at, quiet) => {
  expect(isQuietAt(hours, Date.parse(at))).toBe(quiet)
})
