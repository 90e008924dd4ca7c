/** Cases of providers' reviews: what the manifest knows, and what the tenant said of it. */
import { failed } from '#shared/failure'
import { isCleared, type ReviewStage, stageWords } from '#shared/review'
import type { PlatformId } from '#shared/social/post'
import type { AnyProvider } from '../../kit/define.ts'
import type { Announcements } from '../announcements.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor } from '../engine.ts'

export interface CaseRow {
  stage: ReviewStage | null
  submitted_at: number | null
  next_look_at: number | null
  history: string
  checklist: string
  notes: string
  links: string
}

/** What a tenant may say of a case. Instants in ms UTC. */
export interface CasePatch {
  stage?: ReviewStage | undefined
  submittedAt?: number | null | undefined
  nextLookAt?: number | null | undefined
  checklist?: Record<string, boolean> | undefined
  notes?: string | undefined
  links?: { title: string; url: string }[] | undefined
}

export interface Cases {
  row(tenantId: string, provider: string): CaseRow
  stage(tenantId: string, provider: AnyProvider): ReviewStage
  /** Why posts on a platform wait for the provider's review; undefined when they need not. */
  whyParked(tenantId: string, provider: AnyProvider, platform: PlatformId): string | undefined
  update(tenantId: string, provider: AnyProvider, patch: CasePatch, actor: Actor): Promise<void>
}

export interface CasesDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  now(): number
}

const untold: CaseRow = {
  stage: null,
  submitted_at: null,
  next_look_at: null,
  history: '[]',
  checklist: '{}',
  notes: '',
  links: '[]',
}

/** Where a review stands before the tenant has said anything. */
export function initialStage({ verification }: AnyProvider): ReviewStage {
  return verification.review?.stage ?? (verification.required ? 'not_submitted' : 'not_needed')
}

function tick(row: CaseRow, provider: AnyProvider, ticks: Record<string, boolean>, now: number): string {
  const known = new Set(provider.verification.review?.checklist.map(({ id }) => id))
  const stranger = Object.keys(ticks).find((id) => !known.has(id))
  if (stranger !== undefined) {
    const fields = [{ path: `checklist.${stranger}`, message: 'is not an item of this case' }]
    throw failed('invalid', `The case of ${provider.name} has no item ${stranger}.`, { fields })
  }
  const before = JSON.parse(row.checklist) as Record<string, number | null>
  const after = Object.entries(ticks).map(([id, done]) => [id, done ? (before[id] ?? now) : null])
  return JSON.stringify({ ...before, ...Object.fromEntries(after) })
}

/** The case after a patch, and which fields it changed. */
function patched(row: CaseRow, provider: AnyProvider, patch: CasePatch, at: { now: number; by: string }): CaseRow {
  const stage = patch.stage ?? row.stage
  const moved = patch.stage !== undefined && patch.stage !== (row.stage ?? initialStage(provider))
  const history = JSON.parse(row.history) as { stage: ReviewStage; at: number; by: string }[]
  const submitted = moved && patch.stage === 'submitted' && row.submitted_at === null ? at.now : row.submitted_at
  return {
    stage,
    submitted_at: patch.submittedAt === undefined ? submitted : patch.submittedAt,
    next_look_at: patch.nextLookAt === undefined ? row.next_look_at : patch.nextLookAt,
    history: JSON.stringify(moved && stage ? [...history, { stage, at: at.now, by: at.by }].slice(-50) : history),
    checklist: patch.checklist ? tick(row, provider, patch.checklist, at.now) : row.checklist,
    notes: patch.notes ?? row.notes,
    links: patch.links ? JSON.stringify(patch.links) : row.links,
  }
}

export function createCases({ database, audit, announcements, now }: CasesDeps): Cases {
  const { sqlite } = database
  const one = sqlite.prepare(
    'SELECT stage, submitted_at, next_look_at, history, checklist, notes, links FROM review_cases WHERE tenant_id = ? AND provider = ?',
  )
  const store = sqlite.prepare(
    `INSERT OR REPLACE INTO review_cases (tenant_id, provider, stage, submitted_at, next_look_at, history, checklist, notes, links)
     VALUES (@tenantId, @provider, @stage, @submitted_at, @next_look_at, @history, @checklist, @notes, @links)`,
  )
  const row = (tenantId: string, provider: string) => (one.get(tenantId, provider) as CaseRow | undefined) ?? untold
  const stage = (tenantId: string, provider: AnyProvider) => row(tenantId, provider.id).stage ?? initialStage(provider)

  return {
    row,
    stage,
    whyParked(tenantId, provider, platform) {
      const review = provider.verification.review
      if (!review?.parks.includes(platform)) return undefined
      const standing = stage(tenantId, provider)
      if (isCleared(standing)) return undefined
      return `${provider.name} has not approved the app for this yet (${stageWords[standing]}). ${review.meanwhile}`
    },
    update(tenantId, provider, patch, actor) {
      return database.write((tx) => {
        const before = row(tenantId, provider.id)
        const after = patched(before, provider, patch, { now: now(), by: actor.id })
        store.run({ tenantId, provider: provider.id, ...after })
        audit.append(tenantId, {
          actor,
          action: 'verification.updated',
          outcome: 'ok',
          target: { kind: 'verification', id: provider.id },
          detail: {
            fields: Object.keys(patch),
            from: before.stage ?? initialStage(provider),
            to: after.stage ?? initialStage(provider),
          },
        })
        tx.afterCommit(() => announcements.announce('connection.changed', tenantId, provider.id))
      })
    },
  }
}
