import { expect, test } from 'vitest'
import type { DesktopNotice, DesktopSummary } from './desktop-app.ts'
import { trayModel } from './tray-model.ts'

const calm: DesktopSummary = { needsYou: 0, queued: 0, running: 0, pausedAll: false, problem: null }

function notice(number: number, more: Partial<DesktopNotice> = {}): DesktopNotice {
  return {
    id: `n${number}`,
    kind: 'job_failed',
    title: `Job ${number} failed`,
    message: 'It was refused.',
    href: `/jobs?open=${number}`,
    at: '2026-01-01T00:00:00Z',
    count: 1,
    acknowledged: null,
    told: [],
    dismissable: true,
    tenantId: 'demo',
    tenantName: 'Demo',
    quiet: false,
    ...more,
  }
}

test.each([
  ['normal', calm, 0],
  ['new', calm, 1],
  ['paused', { ...calm, pausedAll: true }, 3],
  ['problem', { ...calm, pausedAll: true, problem: 'The vault is locked' }, 3],
] as const)('the icon is %s', (icon, summary, unseen) => {
  expect(trayModel({ summary, notices: [], unseen }).icon).toBe(icon)
})

test('the first line says how the queue stands', () => {
  const line = (summary: DesktopSummary) => trayModel({ summary, notices: [], unseen: 0 }).items[0]
  expect(line(calm)).toEqual({ label: 'Nothing queued', disabled: true })
  expect(line({ ...calm, running: 2, queued: 7 })).toEqual({ label: '2 running, 7 queued', disabled: true })
  expect(line({ ...calm, pausedAll: true, queued: 7 })).toEqual({ label: 'Queue paused, 7 queued', disabled: true })
  expect(line({ ...calm, problem: 'The vault is locked' })).toEqual({ label: 'The vault is locked', disabled: true })
})

test('the first five things that need you are one click away', () => {
  const notices = [1, 2, 3, 4, 5, 6].map((number) => notice(number))
  const { items } = trayModel({ summary: { ...calm, needsYou: 6 }, notices, unseen: 0 })
  expect(items[1]).toMatchObject({ label: 'Needs you (6)' })
  const submenu = items[1] && typeof items[1] === 'object' && 'submenu' in items[1] ? items[1].submenu : []
  expect(submenu).toHaveLength(5)
  expect(submenu[0]).toEqual({ label: 'Job 1 failed', action: { do: 'go', target: { path: '/jobs?open=1', tenantId: 'demo' } } })
})

test('with several tenants each line names its own; a path that is not ours only opens the window', () => {
  const notices = [notice(1), notice(2, { tenantId: 'b', tenantName: 'R&D', href: 'https://example.com' })]
  const { items } = trayModel({ summary: { ...calm, needsYou: 2 }, notices, unseen: 0 })
  expect(items[1]).toMatchObject({
    submenu: [{ label: 'Demo: Job 1 failed' }, { label: 'R&&D: Job 2 failed', action: { do: 'open' } }],
  })
})

test('a menu never has more than twelve entries, nor a line that is too long', () => {
  const notices = [notice(1, { title: `A\nvery ${'long '.repeat(40)}title` })]
  const { items } = trayModel({ summary: { ...calm, needsYou: 1 }, notices, unseen: 1 })
  expect(items.length).toBeLessThanOrEqual(12)
  const submenu = items[1] && typeof items[1] === 'object' && 'submenu' in items[1] ? items[1].submenu : []
  const label = submenu[0] && typeof submenu[0] === 'object' ? submenu[0].label : ''
  expect(label.length).toBeLessThanOrEqual(60)
  expect(label).toMatch(/^A very long.*…$/)
})

test('the pause entry does the opposite of the state', () => {
  expect(trayModel({ summary: calm, notices: [], unseen: 0 }).items).toContainEqual({
    label: 'Pause queue',
    action: { do: 'pause', paused: true },
  })
  expect(trayModel({ summary: { ...calm, pausedAll: true }, notices: [], unseen: 0 }).items).toContainEqual({
    label: 'Resume queue',
    action: { do: 'pause', paused: false },
  })
})
