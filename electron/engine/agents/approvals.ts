/** Approvals: one exact payload each, decided once, in the same change as the move of its job. */
import { v7 as uuidv7 } from 'uuid'
import type { Approval, ApprovalRisk, ApprovalState } from '#shared/contract/approvals'
import { failed } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import type { Announcements } from '../announcements.ts'
import { type AuditAppender, digest } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Notices } from '../escalation/notices.ts'
import type { Enqueuer, JobOrder } from '../jobs/enqueue.ts'
import type { JobMoves, MoveOrder } from '../jobs/moves.ts'
import type { JobRow } from '../jobs/rows.ts'
import type { Agents } from './agents.ts'
import { type ApprovalFinder, type ApprovalRow, toApproval } from './approval-rows.ts'

export interface ApprovalOrder {
  run: { id: string; step: number } | null
  tool: string | null
  effect: string
  why: string
  risk: ApprovalRisk
  costMicro: number | null
}

export interface Decision {
  decision: 'approve' | 'reject'
  note?: string | undefined
  edit?: Record<string, unknown> | undefined
  always?: boolean | undefined
  hash?: string | undefined
  via?: string | undefined
}

export interface Approvals {
  /** Asks a person about a job that was placed to wait for it. Call inside the same change. */
  open(tx: Change, job: JobRow, order: ApprovalOrder): ApprovalRow
  decide(tenantId: string, id: string, decision: Decision, actor: Actor): Promise<Approval>
  /** Decides inside a change that is under way; throws where it cannot be. */
  decideIn(tx: Change, before: ApprovalRow, decision: Decision, actor: Actor): void
  /** Closes what is open of a job that moved by other means. Call inside the change. */
  onMoved(tx: Change, row: JobRow, order: MoveOrder): void
  /** Ends what nobody decided in time. */
  expire(): Promise<number>
}

export interface ApprovalsDeps {
  database: Database
  finder: ApprovalFinder
  audit: AuditAppender
  announcements: Announcements
  notices: Notices
  agents: Agents
  enqueuer: Pick<Enqueuer, 'prepare'>
  moves: JobMoves
  now(): number
  nudge(): void
  /** Told inside the change that a person is asked. */
  onAsked(tx: Change, approval: ApprovalRow): void
  /** Told inside the change in which it ended, however it did. */
  onSettled(tx: Change, approval: ApprovalRow): void
}

/** A person has this long; then it is called off. */
const lifeMs = spans.day

/** Fields of a payload that say what is done and by whom: another one would be another order. */
const fixed = ['provider', 'action', 'platform', 'fromAgent', 'agent'] as const

const system: Actor = { kind: 'system', id: 'approvals' }
const endWords: Readonly<Record<Exclude<ApprovalState, 'pending'>, string>> = {
  approved: 'approved it',
  rejected: 'rejected it',
  expired: 'ended because nobody decided in time',
  cancelled: 'called it off',
}

function decidedAlready(row: ApprovalRow) {
  const who = row.decided_by ?? 'it'
  const via = row.decided_via ? ` (${row.decided_via})` : ''
  const words = row.state === 'pending' ? 'changed it' : endWords[row.state]
  return failed(
    'conflict',
    `This was decided already: ${who} ${words} at ${row.decided_at === null ? 'an unknown time' : toInstant(row.decided_at)}${via}.`,
  )
}

export function createApprovals(deps: ApprovalsDeps): Approvals {
  const { database, finder, audit, announcements, notices, agents, enqueuer, moves, now } = deps
  const { sqlite } = database
  const insert = sqlite.prepare(
    `INSERT INTO approvals (id, tenant_id, agent, run_id, step, job_id, tool, kind, effect, why, risk, payload, hash, cost_micro, created_at, expires_at, state)
     VALUES (@id, @tenantId, @agent, @runId, @step, @jobId, @tool, @kind, @effect, @why, @risk, @payload, @hash, @costMicro, @createdAt, @expiresAt, 'pending')`,
  )
  const byJob = sqlite.prepare(`SELECT * FROM approvals WHERE job_id = ? AND state = 'pending'`)
  const end = sqlite.prepare(
    `UPDATE approvals SET state = @state, decided_by = @by, decided_via = @via, decided_at = @at, note = @note, payload = @payload, hash = @hash,
       original = @original WHERE id = @id AND state = 'pending'`,
  )
  const jobById = sqlite.prepare('SELECT * FROM jobs WHERE id = ?')
  const changeJob = sqlite.prepare(`UPDATE jobs SET input = ?, subject = ? WHERE id = ? AND state = 'waiting'`)
  const due = sqlite.prepare(`SELECT * FROM approvals WHERE state = 'pending' AND expires_at <= ? LIMIT 200`)

  function announce(tx: Change, { tenant_id: tenantId, id }: ApprovalRow): void {
    if (finder.waiting(tenantId) === 0) notices.close(tx, tenantId, 'approval_waiting', 'approvals')
    tx.afterCommit(() => announcements.announce('approval.changed', tenantId, id))
  }

  /** Ends an approval and tells it; whoever comes second finds it ended. */
  function settle(
    tx: Change,
    before: ApprovalRow,
    ending: {
      state: Exclude<ApprovalState, 'pending'>
      actor: Actor
      via?: string | undefined
      note?: string | undefined
      edit?: string | undefined
    },
  ): void {
    const { state, actor, via = null, note = null, edit } = ending
    const payload = edit ?? before.payload
    const hash = edit === undefined ? before.hash : digest(JSON.parse(edit))
    const original = edit === undefined ? null : before.payload
    const ended = end.run({ id: before.id, state, by: actor.id, via, at: now(), note, payload, hash, original })
    if (ended.changes !== 1) throw decidedAlready(finder.row(before.tenant_id, before.id))
    audit.append(before.tenant_id, {
      actor,
      action: `approval.${edit === undefined ? state : 'edited'}`,
      outcome: state === 'approved' ? 'ok' : 'refused',
      target: { kind: 'approval', id: before.id },
      detail: {
        job: before.job_id,
        agent: before.agent,
        run: before.run_id,
        payloadHash: hash,
        ...(edit === undefined ? {} : { askedHash: before.hash }),
        ...(via === null ? {} : { via }),
        ...(note === null ? {} : { noteDigest: digest(note) }),
      },
    })
    announce(tx, before)
    deps.onSettled(tx, finder.row(before.tenant_id, before.id))
  }

  function orderOf(before: ApprovalRow, edit: Record<string, unknown>): { input: string; subject: string } {
    const asked = JSON.parse(before.payload) as Record<string, unknown>
    const moved = fixed.find((name) => asked[name] !== edit[name])
    if (moved) {
      const fields = [{ path: `edit.${moved}`, message: 'may not be changed: it would be another order' }]
      throw failed('invalid', `The edit was refused: ${moved} may not be changed.`, { fields })
    }
    const order = { kind: before.kind, input: edit, ...(before.agent === null ? {} : { agent: before.agent }) } as JobOrder
    const checked = enqueuer.prepare(before.tenant_id, order)
    return { input: JSON.stringify(checked.input), subject: checked.subject }
  }

  function allowAlways(tx: Change, before: ApprovalRow, actor: Actor): void {
    if (before.agent === null || before.tool === null) {
      throw failed('invalid', 'Only what an agent asked for can be allowed always.', {
        fields: [{ path: 'always', message: 'has no agent' }],
      })
    }
    const agent = agents.one(before.tenant_id, before.agent)
    const tools = agent.tools.map((tool) => (tool.tool === before.tool ? { ...tool, autonomy: 'auto' as const } : tool))
    agents.put(tx, before.tenant_id, { ...agent, tools }, actor)
  }

  function approve(tx: Change, before: ApprovalRow, { edit, always, note, via }: Decision, actor: Actor): void {
    const changed = edit === undefined ? undefined : orderOf(before, edit)
    const same = changed === undefined || digest(JSON.parse(changed.input)) === before.hash
    if (changed && !same) changeJob.run(changed.input, changed.subject, before.job_id)
    settle(tx, before, { state: 'approved', actor, via, note, edit: same ? undefined : changed?.input })
    const job = jobById.get(before.job_id) as JobRow
    const patch = { reason: null, waiting_for: null, run_at: Math.max(job.run_at, now()) }
    moves.move(tx, job, { move: 'resume', actor, patch, detail: { approval: before.id } })
    if (always) allowAlways(tx, before, actor)
    tx.afterCommit(deps.nudge)
  }

  function callOff(tx: Change, before: ApprovalRow, actor: Actor): void {
    const job = jobById.get(before.job_id) as JobRow
    if (job.state === 'waiting' && job.reason === 'approval')
      moves.move(tx, job, {
        move: 'cancel',
        actor,
        patch: { reason: null, waiting_for: null, finished_at: now() },
        detail: { approval: before.id },
      })
  }

  function decideIn(tx: Change, before: ApprovalRow, decision: Decision, actor: Actor): void {
    if (before.state !== 'pending') throw decidedAlready(before)
    if (before.expires_at <= now()) throw failed('conflict', 'Its time is over: nobody decided within a day.')
    if (decision.hash !== undefined && decision.hash !== before.hash)
      throw failed('conflict', 'The payload is not the one that was looked at. Look at it again.')
    if (decision.decision === 'approve') {
      approve(tx, before, decision, actor)
      return
    }
    const { via, note } = decision
    settle(tx, before, { state: 'rejected', actor, via, note })
    callOff(tx, before, actor)
  }

  return {
    open(tx, job, { run, tool, effect, why, risk, costMicro }) {
      const id = uuidv7()
      const hash = digest(JSON.parse(job.input))
      insert.run({
        id,
        tenantId: job.tenant_id,
        agent: job.agent,
        runId: run?.id ?? null,
        step: run?.step ?? null,
        jobId: job.id,
        tool,
        kind: job.kind,
        effect,
        why,
        risk,
        payload: job.input,
        hash,
        costMicro,
        createdAt: now(),
        expiresAt: now() + lifeMs,
      })
      const asked = finder.row(job.tenant_id, id)
      audit.append(job.tenant_id, {
        actor: job.agent === null ? system : { kind: 'agent', id: job.agent },
        action: 'approval.asked',
        outcome: 'intent',
        target: { kind: 'approval', id },
        detail: { job: job.id, run: run?.id ?? null, tool, payloadHash: hash, risk },
      })
      notices.raise(tx, job.tenant_id, {
        kind: 'approval_waiting',
        cause: 'approvals',
        title: `${job.agent ?? 'Somebody'} asks: ${job.subject}`,
        message: effect,
        href: `/agents?tab=approvals&approval=${id}`,
      })
      announce(tx, asked)
      deps.onAsked(tx, asked)
      return asked
    },
    decideIn,
    async decide(tenantId, id, decision, actor) {
      await database.write((tx) => decideIn(tx, finder.row(tenantId, id), decision, actor))
      return toApproval(finder.row(tenantId, id))
    },
    onMoved(tx, job, { move, actor }) {
      if (move !== 'cancel') return
      const before = byJob.get(job.id) as ApprovalRow | undefined
      if (before) settle(tx, before, { state: 'cancelled', actor })
    },
    expire() {
      return database.write((tx) => {
        const rows = due.all(now()) as ApprovalRow[]
        for (const before of rows) {
          settle(tx, before, { state: 'expired', actor: system })
          callOff(tx, before, system)
        }
        return rows.length
      })
    },
  }
}
