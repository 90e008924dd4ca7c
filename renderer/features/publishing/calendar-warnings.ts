/** What would keep the posts on screen from going out at their time, so that the calendar promises nothing it knows better. Pure. */
import type { Pause } from '#shared/contract/jobs'
import type { PlannedPost } from '#shared/contract/posts'
import { spans } from '#shared/time'
import type { PlatformWay } from './ways.ts'

export interface CalendarWarning {
  /** In whole sentences. */
  words: string
  /** Where it can be mended, within the product. */
  href: string
  link: string
}

/** Collisions told at once; a calendar full of them is told by the first. */
const mostCollisions = 3

const many = (count: number) => (count === 1 ? '1 scheduled post' : `${count} scheduled posts`)

/** Due for more than a minute, and not begun. */
export function isOverdue({ state, dueAt }: Pick<PlannedPost, 'state' | 'dueAt'>, nowMs: number): boolean {
  return state === 'queued' && Date.parse(dueAt) < nowMs - spans.minute
}

function overdue(posts: readonly PlannedPost[], nowMs: number): CalendarWarning[] {
  const late = posts.filter((post) => isOverdue(post, nowMs))
  if (late.length === 0) return []
  const why = late.find(({ waitingFor }) => waitingFor)?.waitingFor ?? 'no runner has taken it yet'
  const words = `${late.length === 1 ? '1 post is' : `${late.length} posts are`} overdue and did not go out: ${why}.`
  return [{ words, href: '#/jobs?state=queued&kind=SOCIAL_POST', link: 'Open the queue' }]
}

/** Posts that would reach the same platform within one minute. */
function collisions(scheduled: readonly PlannedPost[], ways: readonly PlatformWay[]): CalendarWarning[] {
  const together = Map.groupBy(scheduled, ({ platform, at }) => `${platform} ${at.slice(0, 16)}`)
  return [...together.values()].flatMap(([first, ...others]) => {
    if (!first || others.length === 0) return []
    const name = ways.find(({ platform }) => platform === first.platform)?.name ?? first.platform
    const words = `${others.length + 1} posts on ${name} lie in the same minute, the first of them "${first.excerpt}".`
    return [{ words, href: `#/publishing?tab=calendar&day=${first.at.slice(0, 10)}&id=${first.id}`, link: 'Choose it' }]
  })
}

const pauseWords: Readonly<Record<Pause['scope'], (target: string) => string>> = {
  all: () => 'Everything is paused',
  tenant: () => 'This tenant is paused',
  provider: (target) => `${target} is paused`,
  agent: (target) => `${target} is paused`,
}

function pausedBy({ scope, target, until }: Pause, posts: readonly PlannedPost[], ways: readonly PlatformWay[]): PlannedPost[] {
  return posts.filter((post) => {
    if (until !== null && Date.parse(until) <= Date.parse(post.at)) return false
    if (scope === 'agent') return post.agent === target
    if (scope === 'provider') return ways.some((way) => way.platform === post.platform && way.provider.id === target)
    return true
  })
}

/** `posts` are those on screen; those that have begun or ended need no warning. */
export function warningsOf(
  posts: readonly PlannedPost[],
  known: { ways: readonly PlatformWay[]; pauses: readonly Pause[] },
  nowMs: number,
): CalendarWarning[] {
  const scheduled = posts.filter(({ state }) => state === 'queued')
  const paused = known.pauses.flatMap((pause) => {
    const held = pausedBy(pause, scheduled, known.ways)
    if (held.length === 0) return []
    const words = `${pauseWords[pause.scope](pause.target ?? '')}: ${many(held.length)} shown here would wait.`
    return [{ words, href: '#/jobs', link: 'Open Jobs' }]
  })
  const closed = known.ways.flatMap(({ platform, standing, why, name, provider }) => {
    const own = scheduled.filter((post) => post.platform === platform)
    if (own.length === 0 || standing === 'goes_out' || standing === 'by_hand') return []
    const words = `${many(own.length)} on ${name} may not go out. ${why ?? ''}`.trim().replace(/\.{2}/g, '.')
    return [{ words, href: `#/integrations/${provider.id}`, link: `Open ${provider.name}` }]
  })
  return [...overdue(posts, nowMs), ...paused, ...closed, ...collisions(scheduled, known.ways).slice(0, mostCollisions)]
}
