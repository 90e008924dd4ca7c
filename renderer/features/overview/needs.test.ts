import { expect, test } from 'vitest'
import type { Approval } from '#shared/contract/approvals'
import type { Connection } from '#shared/contract/connections'
import type { Job } from '#shared/contract/jobs'
import type { Notice } from '#shared/contract/system'
import { type NeedSources, needsOf } from './needs.ts'

const nothing: NeedSources = {
  approvals: [],
  unknown: [],
  connections: [],
  byHand: [],
  notices: [],
  nameOf: (id) => id,
  agentName: (id) => id,
}
const approval = (id: string, createdAt: string) => ({ id, agent: 'kelly', effect: 'Publishes a post.', createdAt }) as Approval
const job = (id: string) =>
  ({ id, subject: 'X: Hello', createdAt: '2026-01-01T10:00:00.000Z', runAt: '2026-01-01T10:00:00.000Z' }) as Job
const notice = (kind: Notice['kind'], count = 1): Notice => ({
  id: kind,
  kind,
  title: 'Slack failed',
  message: 'It is gone.',
  href: '/jobs',
  at: '2026-01-01T09:00:00.000Z',
  count,
  acknowledged: null,
  told: [],
  dismissable: true,
})

test('questions come first, the longest waiting of them on top; what only tells comes last', () => {
  const needs = needsOf({
    ...nothing,
    notices: [notice('job_failed', 3)],
    byHand: [job('hand')],
    unknown: [job('doubt')],
    connections: [{ provider: 'slack', state: 'needs_attention', failure: null, lastOkAt: null } as unknown as Connection],
    approvals: [approval('later', '2026-01-01T12:00:00.000Z'), approval('sooner', '2026-01-01T11:00:00.000Z')],
  })
  expect(needs.map(({ id }) => id)).toEqual(['sooner', 'later', 'doubt', 'connection slack', 'hand', 'job_failed'])
  expect(needs.at(-1)?.title).toBe('Slack failed (3)')
})

test('what has a line of its own is not told a second time by its notice', () => {
  const notices = (['approval_waiting', 'outcome_unknown', 'connection_broken'] as const).map((kind) => notice(kind))
  expect(needsOf({ ...nothing, notices })).toEqual([])
})

test('a connection that works needs nobody', () => {
  const connections = [{ provider: 'x', state: 'connected' } as Connection]
  expect(needsOf({ ...nothing, connections })).toEqual([])
})
