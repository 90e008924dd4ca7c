import { expect, test } from 'vitest'
import type { Pause } from '#shared/contract/jobs'
import type { PlannedPost } from '#shared/contract/posts'
import { warningsOf } from './calendar-warnings.ts'
import type { PlatformWay } from './ways.ts'

const now = Date.parse('2031-01-06T09:00:00Z')
const post = (part: Partial<PlannedPost> = {}): PlannedPost => ({
  id: '1',
  platform: 'x',
  excerpt: 'Hello',
  state: 'queued',
  at: '2031-01-07T09:00:00Z',
  runAt: '2031-01-07T09:00:00Z',
  dueAt: '2031-01-07T09:00:00Z',
  ...part,
})
const way = (part: Partial<PlatformWay> = {}): PlatformWay => ({
  platform: 'x',
  name: 'X',
  agent: 'kelly',
  provider: { id: 'x', name: 'X' } as PlatformWay['provider'],
  schema: {},
  standing: 'goes_out',
  ...part,
})
const pause = (part: Partial<Pause> = {}): Pause => ({
  scope: 'tenant',
  target: null,
  since: '2031-01-01T00:00:00Z',
  until: null,
  by: 'operator',
  ...part,
})
const words = (posts: PlannedPost[], ways: PlatformWay[], pauses: Pause[] = []) =>
  warningsOf(posts, { ways, pauses }, now).map((warning) => warning.words)

test('a post that will go out needs no warning, nor one that did', () => {
  expect(words([post()], [way()])).toEqual([])
  expect(words([post({ state: 'succeeded' })], [way({ standing: 'waits', why: 'X is not connected.' })], [pause()])).toEqual([])
})

test('a post whose time has passed is told as overdue, with its reason', () => {
  const late = post({ dueAt: '2031-01-06T08:58:00Z', waitingFor: 'the limit of X' })
  expect(words([late], [way()])).toEqual(['1 post is overdue and did not go out: the limit of X.'])
  expect(words([post({ dueAt: '2031-01-06T08:59:30Z' })], [way()])).toEqual([])
})

test('a connection that would not take the posts is named', () => {
  expect(
    words([post(), post({ id: '2', at: '2031-01-08T09:00:00Z' })], [way({ standing: 'waits', why: 'X is not connected.' })]),
  ).toEqual(['2 scheduled posts on X may not go out. X is not connected.'])
})

test('a pause is told where it reaches the posts on screen', () => {
  expect(words([post()], [way()], [pause()])).toEqual(['This tenant is paused: 1 scheduled post shown here would wait.'])
  expect(words([post()], [way()], [pause({ until: '2031-01-06T12:00:00Z' })])).toEqual([])
  expect(words([post({ agent: 'kelly' })], [way()], [pause({ scope: 'agent', target: 'fran' })])).toEqual([])
  expect(words([post()], [way()], [pause({ scope: 'provider', target: 'x' })])).toHaveLength(1)
})

test('two posts on one platform in one minute are told, on two platforms not', () => {
  expect(words([post(), post({ id: '2', at: '2031-01-07T09:00:40Z' })], [way()])).toEqual([
    '2 posts on X lie in the same minute, the first of them "Hello".',
  ])
  expect(words([post(), post({ id: '2', platform: 'tumblr' })], [way()])).toEqual([])
})
