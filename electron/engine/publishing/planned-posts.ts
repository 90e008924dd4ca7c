/** Posts as a plan shows them: jobs with their campaign and the approval they wait for. */
import type { PlannedPost } from '#shared/contract/posts'
import { failed } from '#shared/failure'
import type { JobState } from '#shared/job'
import type { SocialPost } from '#shared/social/post'
import { toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'
import { type JobRow, parseJson } from '../jobs/rows.ts'

export interface PlannedRow extends JobRow {
  campaign_id: string | null
  approval_id: string | null
}

export interface PlannedPosts {
  /** `not_found` where the tenant has no post of that id. */
  one(tenantId: string, id: string): PlannedRow
  ofCampaign(tenantId: string, campaign: string): PlannedRow[]
  /** By time, `most` at most. */
  between(tenantId: string, span: { from: number; to: number; agent: string | null; most: number }): PlannedRow[]
}

const excerptLength = 120

const ended: Readonly<Partial<Record<JobState, string>>> = {
  running: 'It is going out now.',
  succeeded: 'It is live.',
  failed: 'It failed. Retry it, or write it anew.',
  unknown: 'Nobody knows whether it went out. Say first what became of it.',
  cancelled: 'It was cancelled.',
}

/** Why a post cannot be given another time; undefined where it can. */
export function whyFixed(row: JobRow): string | undefined {
  if (row.state === 'waiting') {
    return row.reason === 'approval'
      ? 'It is a draft that waits for a decision. Once approved, it can be moved.'
      : `It is due and waits: ${row.waiting_for ?? row.reason ?? 'for a person'}.`
  }
  if (row.state !== 'queued') return ended[row.state]
  // What was tried may have left something behind already: parts of a thread, an upload.
  return row.attempts > 0 || row.progress !== null ? 'It has begun already and is being tried again.' : undefined
}

function excerptOf(post: Partial<SocialPost>, subject: string): string {
  const title = 'title' in post && typeof post.title === 'string' ? post.title : ''
  const text = (post.text || title || subject).replace(/\s+/g, ' ').trim()
  return text.length > excerptLength ? `${text.slice(0, excerptLength - 1)}…` : text
}

function urlOf(row: JobRow): string | undefined {
  const url = parseJson<{ url?: unknown }>(row.result)?.url
  return typeof url === 'string' ? url : undefined
}

const told = <K extends string, V>(key: K, value: V | null | undefined) =>
  (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: V }

export function toPlannedPost(row: PlannedRow): PlannedPost {
  const post = JSON.parse(row.input) as SocialPost
  const open = row.state === 'queued' || row.state === 'waiting'
  return {
    id: row.id,
    platform: post.platform,
    excerpt: excerptOf(post, row.subject),
    state: row.state,
    at: toInstant(row.finished_at ?? row.run_at),
    runAt: toInstant(row.run_at),
    dueAt: toInstant(row.due_at),
    ...told('reason', row.state === 'waiting' ? row.reason : null),
    ...told('waitingFor', open ? row.waiting_for : null),
    ...told('agent', row.agent),
    ...told('finishedAt', row.finished_at === null ? null : toInstant(row.finished_at)),
    ...told('failure', row.state === 'succeeded' ? null : parseJson<PlannedPost['failure']>(row.failure)),
    ...told('url', urlOf(row)),
    ...told('campaign', row.campaign_id),
    ...told('approval', row.approval_id),
    ...told('fixed', whyFixed(row)),
  }
}

const columns = `jobs.*, campaign_posts.campaign_id,
  (SELECT id FROM approvals WHERE approvals.job_id = jobs.id AND approvals.state = 'pending' LIMIT 1) AS approval_id`
const from = 'FROM jobs LEFT JOIN campaign_posts ON campaign_posts.job_id = jobs.id'

export function createPlannedPosts({ sqlite }: Database): PlannedPosts {
  const byId = sqlite.prepare(`SELECT ${columns} ${from} WHERE jobs.id = ? AND jobs.tenant_id = ? AND jobs.kind = 'SOCIAL_POST'`)
  const byCampaign = sqlite.prepare(
    `SELECT ${columns} FROM campaign_posts JOIN jobs ON jobs.id = campaign_posts.job_id
     WHERE campaign_posts.campaign_id = ? AND jobs.tenant_id = ? ORDER BY campaign_posts.number`,
  )
  const byTime = sqlite.prepare(
    `SELECT ${columns} ${from}
     WHERE jobs.tenant_id = @tenantId AND jobs.kind = 'SOCIAL_POST'
       AND coalesce(jobs.finished_at, jobs.run_at) >= @from AND coalesce(jobs.finished_at, jobs.run_at) < @to
       AND (@agent IS NULL OR jobs.agent = @agent)
     ORDER BY coalesce(jobs.finished_at, jobs.run_at), jobs.id LIMIT @most`,
  )
  return {
    one(tenantId, id) {
      const row = byId.get(id, tenantId) as PlannedRow | undefined
      if (!row) throw failed('not_found', `There is no post ${id} in this tenant.`)
      return row
    },
    ofCampaign: (tenantId, campaign) => byCampaign.all(campaign, tenantId) as PlannedRow[],
    between: (tenantId, span) => byTime.all({ tenantId, ...span }) as PlannedRow[],
  }
}
