/** Approvals as they lie in the database, their way to the contract, and how they are found. */
import type { Approval, ApprovalRisk, ApprovalState } from '#shared/contract/approvals'
import { failed } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'

export interface ApprovalRow {
  id: string
  tenant_id: string
  agent: string | null
  run_id: string | null
  step: number | null
  job_id: string
  tool: string | null
  kind: string
  effect: string
  why: string
  risk: ApprovalRisk
  payload: string
  hash: string
  original: string | null
  cost_micro: number | null
  created_at: number
  expires_at: number
  state: ApprovalState
  decided_by: string | null
  decided_via: string | null
  decided_at: number | null
  note: string | null
}

const instant = (at: number | null) => (at === null ? null : toInstant(at))

export function toApproval(row: ApprovalRow): Approval {
  return {
    id: row.id,
    agent: row.agent,
    run: row.run_id,
    step: row.step,
    job: row.job_id,
    tool: row.tool,
    kind: row.kind,
    effect: row.effect,
    why: row.why,
    risk: row.risk,
    payload: JSON.parse(row.payload),
    hash: row.hash,
    original: row.original === null ? null : JSON.parse(row.original),
    costUsd: row.cost_micro === null ? null : row.cost_micro / 1_000_000,
    createdAt: toInstant(row.created_at),
    expiresAt: toInstant(row.expires_at),
    state: row.state,
    edited: row.original !== null,
    decidedBy: row.decided_by,
    decidedVia: row.decided_via,
    decidedAt: instant(row.decided_at),
    note: row.note,
  }
}

export interface ApprovalFilter {
  state?: ApprovalState | undefined
  agent?: string | undefined
  cursor?: string | undefined
  limit: number
}

export interface ApprovalFinder {
  /** `not_found` when the tenant has none of that id. */
  row(tenantId: string, id: string): ApprovalRow
  list(tenantId: string, filter: ApprovalFilter): { items: Approval[]; nextCursor: string | null }
  /** How many of an agent wait. */
  pending(tenantId: string, agent: string): number
  /** How many of the tenant wait. */
  waiting(tenantId: string): number
}

export function createApprovalFinder({ sqlite }: Database): ApprovalFinder {
  const byId = sqlite.prepare('SELECT * FROM approvals WHERE id = ? AND tenant_id = ?')
  const count = sqlite.prepare(`SELECT count(*) AS count FROM approvals WHERE tenant_id = ? AND agent = ? AND state = 'pending'`)
  const countAll = sqlite.prepare(`SELECT count(*) AS count FROM approvals WHERE tenant_id = ? AND state = 'pending'`)
  // What waits comes first come first; what is decided, newest first.
  const pageOf = (state: string, [after, order]: readonly [string, string]) =>
    sqlite.prepare(
      `SELECT * FROM approvals WHERE tenant_id = @tenantId ${state} AND (@agent IS NULL OR agent = @agent)
         AND (@cursor = '' OR id ${after} @cursor) ORDER BY id ${order} LIMIT @limit`,
    )
  const newest = ['<', 'DESC'] as const
  const pages = {
    pending: pageOf('AND state = @state', ['>', 'ASC']),
    decided: pageOf('AND state = @state', newest),
    all: pageOf('', newest),
  }
  return {
    row(tenantId, id) {
      const found = byId.get(id, tenantId) as ApprovalRow | undefined
      if (!found) throw failed('not_found', `There is no approval ${id} in this tenant.`)
      return found
    },
    list(tenantId, { state, agent, cursor = '', limit }) {
      const decided = state === undefined ? pages.all : pages.decided
      const page = state === 'pending' ? pages.pending : decided
      const found = page.all({ tenantId, state: state ?? null, agent: agent ?? null, cursor, limit: limit + 1 }) as ApprovalRow[]
      const items = found.slice(0, limit)
      return { items: items.map(toApproval), nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    pending: (tenantId, agent) => (count.get(tenantId, agent) as { count: number }).count,
    waiting: (tenantId) => (countAll.get(tenantId) as { count: number }).count,
  }
}
