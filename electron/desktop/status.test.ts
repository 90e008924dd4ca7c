import { expect, test, vi } from 'vitest'
import type { News } from '#shared/contract/system'
import type { DesktopNotice, DesktopSummary } from './desktop-app.ts'
import type { Announcement } from './notices.ts'
import { followStatus } from './status.ts'
import type { TrayModel } from './tray-model.ts'

const summary: DesktopSummary = { needsYou: 0, queued: 1, running: 0, pausedAll: false, problem: null }

function followed() {
  const drawn: TrayModel[] = []
  const announced: Announcement[] = []
  const errors: string[] = []
  const state = { notices: [] as DesktopNotice[], lookedAt: false, asked: 0, broken: false }
  let listener: ((news: News) => void) | undefined
  const status = followStatus({
    app: {
      listen(listen) {
        listener = listen
        return () => {
          listener = undefined
        }
      },
      summary: async () => {
        state.asked += 1
        if (state.broken) throw new Error('the database is closed')
        return { ...summary, needsYou: state.notices.length }
      },
      openNotices: async () => state.notices,
      openApprovals: async () => [],
    },
    draw: (model) => drawn.push(model),
    announce: (announcements) => announced.push(...announcements),
    isLookedAt: () => state.lookedAt,
    log: { warn: () => undefined, error: (_fields, message) => errors.push(message) },
    restMs: 0,
  })
  const tell = (topic: News['topic']) => listener?.({ topic, tenantId: 'demo', ids: [] })
  return { drawn, announced, errors, state, status, tell, listens: () => listener !== undefined }
}

function notice(id: string): DesktopNotice {
  return {
    id,
    kind: 'job_failed',
    title: id,
    message: 'It failed.',
    href: '/jobs',
    at: '2026-01-01T00:00:00Z',
    count: 1,
    acknowledged: null,
    told: [],
    dismissable: true,
    tenantId: 'demo',
    tenantName: 'Demo',
    quiet: false,
  }
}

test('a new notice marks the tray and is told; looking at the window clears the mark', async () => {
  const { drawn, announced, state, status, tell } = followed()
  await vi.waitFor(() => expect(drawn).toHaveLength(1))
  state.notices = [notice('a')]
  tell('notice.raised')
  await vi.waitFor(() => expect(drawn.at(-1)?.icon).toBe('new'))
  expect(announced).toMatchObject([{ title: 'a' }])
  state.lookedAt = true
  status.refresh()
  await vi.waitFor(() => expect(drawn.at(-1)?.icon).toBe('normal'))
  state.lookedAt = false
  tell('job.changed')
  await vi.waitFor(() => expect(drawn).toHaveLength(4))
  expect(drawn.at(-1)?.icon).toBe('normal')
  await status.stop()
})

test('much news at once is asked about twice, not a thousand times', async () => {
  const { state, status, tell, drawn } = followed()
  await vi.waitFor(() => expect(drawn).toHaveLength(1))
  for (let count = 0; count < 1_000; count += 1) tell('job.changed')
  await vi.waitFor(() => expect(drawn).toHaveLength(3))
  expect(state.asked).toBe(3)
  await status.stop()
})

test('news that cannot change the tray is not asked about', async () => {
  const { state, status, tell, drawn } = followed()
  await vi.waitFor(() => expect(drawn).toHaveLength(1))
  tell('audit.changed')
  tell('message.changed')
  tell('job.changed')
  await vi.waitFor(() => expect(drawn).toHaveLength(2))
  expect(state.asked).toBe(2)
  await status.stop()
})

test('a question that fails is logged, and the next one is asked all the same', async () => {
  const { errors, state, status, drawn } = followed()
  await vi.waitFor(() => expect(drawn).toHaveLength(1))
  state.broken = true
  status.refresh()
  await vi.waitFor(() => expect(errors).toEqual(['the tray could not read the queue']))
  state.broken = false
  status.refresh()
  await vi.waitFor(() => expect(drawn).toHaveLength(2))
  await status.stop()
})

test('after the end it hears and draws nothing', async () => {
  const { drawn, status, listens } = followed()
  await status.stop()
  expect(listens()).toBe(false)
  const before = drawn.length
  status.refresh()
  await status.stop()
  expect(drawn).toHaveLength(before)
})
