/** The calendar of posts, and how one is given another time: job and audit event in one change. */
import { mostCalendarDays, type PlannedPost } from '#shared/contract/posts'
import { failed, refusedField } from '#shared/failure'
import { spans, toInstant, toMs } from '#shared/time'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'
import { type PlannedPosts, type PlannedRow, toPlannedPost, whyFixed } from './planned-posts.ts'

export interface PostCalendar {
  between(
    tenantId: string,
    span: { from: string; to: string; agent?: string | undefined },
  ): { items: PlannedPost[]; cut: boolean }
  move(tenantId: string, order: { id: string; runAt: string; was: string }, actor: Actor): Promise<PlannedPost>
}

export interface PostCalendarDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  planned: PlannedPosts
  now(): number
  nudge(): void
}

/** Posts shown at once; more is said, not hidden. */
const mostShown = 2_000

const wrong = (path: string, why: string) => refusedField('The request was refused', path, why)

/** The times a caller may know a post by: what is held back is looked at again and again, and keeps only the time it was due. */
function timesOf({ run_at, due_at, waiting_for }: PlannedRow): number[] {
  return waiting_for === null ? [run_at] : [run_at, due_at]
}

export function createPostCalendar(deps: PostCalendarDeps): PostCalendar {
  const { database, audit, announcements, planned, now } = deps
  const reschedule = database.sqlite.prepare(
    `UPDATE jobs SET run_at = @to, due_at = @to, waiting_for = NULL
     WHERE id = @id AND state = 'queued' AND run_at = @was AND generation = @generation`,
  )

  return {
    between(tenantId, { from, to, agent }) {
      const span = { from: toMs(from), to: toMs(to) }
      if (span.to <= span.from) throw wrong('to', 'must be later than from')
      if (span.to - span.from > mostCalendarDays * spans.day)
        throw wrong('to', `may lie ${mostCalendarDays} days after from at most`)
      const rows = planned.between(tenantId, { ...span, agent: agent ?? null, most: mostShown + 1 })
      return { items: rows.slice(0, mostShown).map(toPlannedPost), cut: rows.length > mostShown }
    },
    async move(tenantId, { id, runAt, was }, actor) {
      const to = toMs(runAt)
      const post = await database.write((tx) => {
        const row = planned.one(tenantId, id)
        const fixed = whyFixed(row)
        if (fixed) throw failed('conflict', `The post cannot be moved. ${fixed}`)
        if (!timesOf(row).includes(toMs(was)))
          throw failed('conflict', `The post was moved meanwhile: it is due at ${toInstant(row.run_at)}. Look at it again.`)
        if (to <= now()) throw wrong('runAt', 'has passed; choose a later time')
        const { changes } = reschedule.run({ id, to, was: row.run_at, generation: row.generation })
        if (changes !== 1) throw failed('conflict', 'The post changed meanwhile; look at it again.')
        const detail = { from: toInstant(row.run_at), to: toInstant(to) }
        audit.append(tenantId, { actor, action: 'post.moved', outcome: 'ok', target: { kind: 'job', id }, detail })
        tx.afterCommit(() => announcements.announce('job.changed', tenantId, id))
        return toPlannedPost(planned.one(tenantId, id))
      })
      deps.nudge()
      return post
    },
  }
}
