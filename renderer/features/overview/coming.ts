/** What is still to come, from queued jobs and schedules, soonest first. Pure. */
import type { Job, Schedule } from '#shared/contract/jobs'

export interface Coming {
  id: string
  title: string
  at: string
  href: string
}

export function nextUp(jobs: readonly Job[], schedules: readonly Schedule[], now: number): Coming[] {
  const later = jobs.flatMap(({ id, subject, agent, runAt }) =>
    Date.parse(runAt) > now ? [{ id, title: agent ? `${subject} (${agent})` : subject, at: runAt, href: `/jobs?id=${id}` }] : [],
  )
  const planned = schedules.flatMap(({ id, name, paused, nextRunAt }) =>
    paused || nextRunAt === null ? [] : [{ id, title: name, at: nextRunAt, href: '/jobs' }],
  )
  return [...later, ...planned].sort((a, b) => a.at.localeCompare(b.at))
}
