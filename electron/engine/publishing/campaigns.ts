/** Campaigns: several posts ordered in one change, told as one, and retried where they failed. */
import { v7 as uuidv7 } from 'uuid'
import type { Campaign, CampaignDetail } from '#shared/contract/posts'
import { failed } from '#shared/failure'
import type { JobState } from '#shared/job'
import { campaignState, campaignWords, countStates } from '#shared/social/campaign-state'
import { toInstant } from '#shared/time'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { CheckedOrder, Enqueuer } from '../jobs/enqueue.ts'
import type { Steering } from '../jobs/steer.ts'
import { type PlannedPosts, toPlannedPost } from './planned-posts.ts'

interface CampaignRow {
  id: string
  tenant_id: string
  key: string | null
  digest: string
  title: string
  source: Campaign['source']
  time_zone: string | null
  created_by: string
  created_at: number
}

/** What a campaign is beside its posts. `digest` is that of the whole request. */
export interface CampaignMark {
  key: string | undefined
  digest: string
  title: string
  source: Campaign['source']
  timeZone: string | undefined
}

export interface Campaigns {
  /** The campaign of a key; `conflict` when the key belongs to another request. */
  known(tenantId: string, mark: Pick<CampaignMark, 'key' | 'digest'>): CampaignDetail | undefined
  /** Places every order in one change; `created` is false when the key was known. `runAt` may choose the time within it. */
  place(
    tenantId: string,
    plan: { mark: CampaignMark; orders: readonly CheckedOrder[]; runAt?: (() => string) | undefined },
    actor: Actor,
  ): Promise<{ campaign: CampaignDetail; created: boolean }>
  get(tenantId: string, id: string): CampaignDetail
  list(
    tenantId: string,
    page: { cursor?: string | undefined; limit?: number | undefined },
  ): {
    items: Campaign[]
    nextCursor: string | null
  }
  retryFailed(tenantId: string, id: string, actor: Actor): Promise<CampaignDetail>
  /** Cancels what is queued or waits; a post that is going out is left to its end. */
  cancelOpen(tenantId: string, id: string, actor: Actor): Promise<CampaignDetail>
}

export interface CampaignsDeps {
  database: Database
  audit: AuditAppender
  enqueuer: Enqueuer
  steering: Steering
  planned: PlannedPosts
  now(): number
  nudge(): void
}

const pageLength = 50

/** What a person does to a whole campaign: to which posts, how it is told, and why there may be none. */
interface CampaignVerb {
  verb: 'retry' | 'cancel'
  states: readonly JobState[]
  action: string
  none: string
}

const verbs: Readonly<Record<'retry' | 'cancel', CampaignVerb>> = {
  retry: {
    verb: 'retry',
    states: ['failed'],
    action: 'campaign.retried',
    none: 'No post of this campaign failed; there is nothing to retry.',
  },
  cancel: {
    verb: 'cancel',
    states: ['queued', 'waiting'],
    action: 'campaign.cancelled',
    none: 'Every post of this campaign has begun; there is nothing to cancel.',
  },
}

function toCampaign(row: CampaignRow, states: readonly JobState[]): Campaign {
  const counts = countStates(states)
  return {
    id: row.id,
    ...(row.key === null ? {} : { key: row.key }),
    title: row.title,
    source: row.source,
    timeZone: row.time_zone,
    createdBy: row.created_by,
    createdAt: toInstant(row.created_at),
    state: campaignState(counts),
    summary: campaignWords(counts),
    counts,
  }
}

export function createCampaigns(deps: CampaignsDeps): Campaigns {
  const { database, audit, enqueuer, steering, planned, now } = deps
  const { sqlite } = database
  const byId = sqlite.prepare('SELECT * FROM campaigns WHERE id = ? AND tenant_id = ?')
  const byKey = sqlite.prepare('SELECT * FROM campaigns WHERE tenant_id = ? AND key = ?')
  const newest = sqlite.prepare(
    'SELECT * FROM campaigns WHERE tenant_id = @tenantId AND (@cursor IS NULL OR id < @cursor) ORDER BY id DESC LIMIT @most',
  )
  const statesOf = sqlite
    .prepare(
      'SELECT jobs.state FROM campaign_posts JOIN jobs ON jobs.id = campaign_posts.job_id WHERE campaign_posts.campaign_id = ?',
    )
    .pluck()
  const insert = sqlite.prepare(
    `INSERT INTO campaigns (id, tenant_id, key, digest, title, source, time_zone, created_by, created_at)
     VALUES (@id, @tenantId, @key, @digest, @title, @source, @timeZone, @createdBy, @createdAt)`,
  )
  const insertPost = sqlite.prepare(
    'INSERT INTO campaign_posts (job_id, campaign_id, tenant_id, number, platform) VALUES (?, ?, ?, ?, ?)',
  )

  function toDetail(row: CampaignRow): CampaignDetail {
    const posts = planned.ofCampaign(row.tenant_id, row.id).map(toPlannedPost)
    return {
      ...toCampaign(
        row,
        posts.map(({ state }) => state),
      ),
      posts,
    }
  }

  function one(tenantId: string, id: string): CampaignRow {
    const row = byId.get(id, tenantId) as CampaignRow | undefined
    if (!row) throw failed('not_found', `There is no campaign ${id} in this tenant.`)
    return row
  }

  function known(tenantId: string, { key, digest }: Pick<CampaignMark, 'key' | 'digest'>): CampaignDetail | undefined {
    if (key === undefined) return undefined
    const row = byKey.get(tenantId, key) as CampaignRow | undefined
    if (!row) return undefined
    if (row.digest === digest) return toDetail(row)
    throw failed('conflict', `The key "${key}" already belongs to another campaign (${row.id}). Use a new key for a new one.`)
  }

  function insertCampaign(tenantId: string, mark: CampaignMark, actor: Actor): string {
    const id = uuidv7()
    insert.run({
      ...mark,
      id,
      tenantId,
      key: mark.key ?? null,
      title: mark.title.slice(0, 120),
      timeZone: mark.timeZone ?? null,
      createdBy: actor.id,
      createdAt: now(),
    })
    return id
  }

  /** Each post has a key of its own, so that nothing can place it a second time. */
  function placePost(tx: Change, checked: CheckedOrder, campaign: { id: string; number: number; actor: Actor }): void {
    const { id, number, actor } = campaign
    const order = { ...checked.order, key: `campaign:${id}:${number}` }
    const { row } = enqueuer.place(tx, { ...checked, order }, actor)
    const { platform } = checked.input as { platform: string }
    insertPost.run(row.id, id, checked.tenantId, number, platform)
  }

  async function steerAll(tenantId: string, id: string, act: CampaignVerb, actor: Actor): Promise<CampaignDetail> {
    const campaign = await database.write((tx) => {
      const row = one(tenantId, id)
      const meant = planned.ofCampaign(tenantId, id).filter(({ state }) => act.states.includes(state))
      if (meant.length === 0) throw failed('conflict', act.none)
      for (const { campaign_id: _campaign, approval_id: _approval, ...job } of meant) steering.apply(tx, job, act.verb, actor)
      const detail = { posts: meant.length }
      audit.append(tenantId, { actor, action: act.action, outcome: 'ok', target: { kind: 'campaign', id }, detail })
      return toDetail(row)
    })
    deps.nudge()
    return campaign
  }

  return {
    known,
    place(tenantId, { mark, orders, runAt }, actor) {
      return database.write((tx) => {
        const same = known(tenantId, mark)
        if (same) return { campaign: same, created: false }
        const at = runAt?.()
        const id = insertCampaign(tenantId, mark, actor)
        for (const [number, checked] of orders.entries()) {
          const timed = at === undefined ? checked : { ...checked, order: { ...checked.order, runAt: at } }
          placePost(tx, timed, { id, number, actor })
        }
        const told = { source: mark.source, posts: orders.length, requestDigest: mark.digest }
        audit.append(tenantId, {
          actor,
          action: 'campaign.ordered',
          outcome: 'ok',
          target: { kind: 'campaign', id },
          detail: told,
        })
        return { campaign: toDetail(one(tenantId, id)), created: true }
      })
    },
    get: (tenantId, id) => toDetail(one(tenantId, id)),
    list(tenantId, { cursor, limit = pageLength }) {
      const rows = newest.all({ tenantId, cursor: cursor ?? null, most: limit + 1 }) as CampaignRow[]
      const items = rows.slice(0, limit)
      return {
        items: items.map((row) => toCampaign(row, statesOf.all(row.id) as JobState[])),
        nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      }
    },
    retryFailed: (tenantId, id, actor) => steerAll(tenantId, id, verbs.retry, actor),
    cancelOpen: (tenantId, id, actor) => steerAll(tenantId, id, verbs.cancel, actor),
  }
}
