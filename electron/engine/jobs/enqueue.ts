/** Takes orders: checks them whole, remembers their key, and writes job and audit event together before it says yes. */

import { type Failure, failed, invalidInput, refusedField } from '#shared/failure'
import { defaultMaxAttempts, priorities, type WaitReason } from '#shared/job'
import { type ActionRun, type AgentRun, type JobKind, jobKinds } from '#shared/job-kinds'
import type { SocialPost } from '#shared/social/post'
import { toMs } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import type { Announcements } from '../announcements.ts'
import { type AuditAppender, digest } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import { newId } from '../new-id.ts'
import type { JobCounts } from './counts.ts'
import type { JobRow } from './rows.ts'
import { actionServing, servingProviders } from './serving.ts'

export interface JobOrder {
  kind: JobKind | 'JOBS_BULK'
  input: Record<string, unknown>
  key?: string | undefined
  runAt?: string | undefined
  priority?: number | undefined
  agent?: string | undefined
  maxAttempts?: number | undefined
}

/** An order that was checked and may be placed, now or later in the same moment. */
export interface CheckedOrder {
  tenantId: string
  order: JobOrder
  input: unknown
  /** The input as it is kept. */
  text: string
  subject: string
  provider: string | null
  agent: string | null
}

/** What an order waits for from the start, in words. */
export interface Hold {
  reason: WaitReason
  why: string
}

export interface Enqueuer {
  /** Checks an order whole; refuses what could not be ordered. */
  prepare(tenantId: string, order: JobOrder): CheckedOrder
  /** Writes job and audit event. Call inside a change; `created` is false when the key was known. */
  place(tx: Change, checked: CheckedOrder, actor: Actor, hold?: Hold): { row: JobRow; created: boolean }
  /** Resolves once the job is durable; `created` is false when the key was known. */
  enqueue(tenantId: string, order: JobOrder, actor: Actor): Promise<{ row: JobRow; created: boolean }>
  /** Refuses what could not be ordered, without ordering it. */
  check(tenantId: string, order: JobOrder): { subject: string }
}

export interface EnqueuerDeps {
  database: Database
  audit: AuditAppender
  announcements: Announcements
  catalog: Readonly<Record<string, AnyProvider>>
  counts: JobCounts
  now(): number
  hasAgent(tenantId: string, agent: string): boolean
  /** Refuses a post that its platform would not take, naming the fields under `path`. */
  checkPost(tenantId: string, post: SocialPost, path: string): void
  onQueued(tx: Change, row: JobRow, actor: Actor): void
  nudge(): void
}

/** The largest order kept, in characters of its JSON. */
const largestInput = 6_000_000

interface Checked {
  input: unknown
  subject: string
  provider: string | null
}

function under(path: string, failure: Failure) {
  const fields = (failure.fields ?? []).map((field) => ({ ...field, path: field.path ? `${path}.${field.path}` : path }))
  return failed('invalid', `The order was refused: check ${fields.map((field) => field.path).join(', ')}.`, { fields })
}

const refused = (path: string, why: string) => refusedField('The order was refused', path, why)

export function createEnqueuer(deps: EnqueuerDeps): Enqueuer {
  const { database, audit, announcements, catalog, counts, now } = deps
  const { sqlite } = database
  const byKey = sqlite.prepare('SELECT * FROM jobs WHERE tenant_id = ? AND key = ?')
  const insert = sqlite.prepare(
    `INSERT INTO jobs (id, tenant_id, kind, state, reason, agent, provider, subject, input, key, priority, max_attempts, due_at, run_at, waiting_for, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )

  function checkAction(tenantId: string, input: ActionRun): Checked {
    const provider = catalog[input.provider]
    if (!provider) throw refused('input.provider', `must be one of ${Object.keys(catalog).join(', ')}`)
    const action = provider.actions[input.action]
    if (!action) throw refused('input.action', `must be one of ${Object.keys(provider.actions).join(', ')}`)
    const parsed = action.input.safeParse(input.input)
    if (!parsed.success) throw under('input.input', invalidInput(parsed.error).failure)
    if (Object.values(provider.publishes ?? {}).includes(input.action))
      deps.checkPost(tenantId, parsed.data as SocialPost, 'input.input')
    return { input, subject: `${provider.name}: ${action.subject(parsed.data)}`, provider: provider.id }
  }

  function checkRun(tenantId: string, input: AgentRun): Checked {
    if (!deps.hasAgent(tenantId, input.agent)) throw refused('input.agent', 'is not an agent of this tenant')
    const [line = ''] = input.instruction.split('\n')
    return { input, subject: `${input.agent}: ${line}`.slice(0, 120), provider: null }
  }

  function checkKind(tenantId: string, order: JobOrder): Checked {
    if (order.kind === 'JOBS_BULK') return { input: order.input, subject: bulkSubject(order.input), provider: null }
    const parsed = jobKinds[order.kind].safeParse(order.input)
    if (!parsed.success) throw under('input', invalidInput(parsed.error).failure)
    if (order.kind === 'ACTION_RUN') return checkAction(tenantId, parsed.data as ActionRun)
    if (order.kind === 'AGENT_RUN') return checkRun(tenantId, parsed.data as AgentRun)
    if (order.kind === 'SOCIAL_POST') deps.checkPost(tenantId, parsed.data as SocialPost, 'input')
    const serving = servingProviders(catalog, { kind: order.kind, input: parsed.data }, [])
    const first = serving[0]
    const action = first?.actions[actionServing(first, order.kind, parsed.data) ?? '']
    if (!first || !action) throw failed('unsupported', `Nothing in this build serves ${order.kind}.`)
    return { input: parsed.data, subject: action.subject(parsed.data), provider: serving.length === 1 ? first.id : null }
  }

  function prepare(tenantId: string, order: JobOrder): CheckedOrder {
    const { input, subject, provider } = checkKind(tenantId, order)
    const text = JSON.stringify(input)
    if (text.length > largestInput) throw refused('input', `is larger than ${largestInput.toLocaleString('en')} characters`)
    const { fromAgent, agent: worker } = input as { fromAgent?: string; agent?: string }
    // Whoever signs the mail, or does the work, is the agent the job counts for.
    const agent = (order.kind === 'AGENT_RUN' ? worker : fromAgent) ?? order.agent ?? null
    const path = fromAgent ? 'input.fromAgent' : 'agent'
    if (agent !== null && !deps.hasAgent(tenantId, agent)) throw refused(path, 'is not an agent of this tenant')
    return { tenantId, order, input, text, subject, provider, agent }
  }

  function known({ tenantId, order, text }: CheckedOrder): JobRow | undefined {
    if (order.key === undefined) return undefined
    const row = byKey.get(tenantId, order.key) as JobRow | undefined
    if (!row) return undefined
    if (row.kind === order.kind && digest(JSON.parse(row.input)) === digest(JSON.parse(text))) return row
    throw failed(
      'conflict',
      `The key "${order.key}" already belongs to another order (job ${row.id}). Use a new key for a new order.`,
    )
  }

  function rowOf(checked: CheckedOrder, hold: Hold | undefined): JobRow {
    const { tenantId, order, agent, provider, subject, text } = checked
    const runAt = order.runAt === undefined ? now() : toMs(order.runAt)
    return {
      id: newId(),
      tenant_id: tenantId,
      kind: order.kind,
      state: hold ? 'waiting' : 'queued',
      reason: hold?.reason ?? null,
      agent,
      provider,
      subject: subject.slice(0, 200),
      input: text,
      key: order.key ?? null,
      priority: order.priority ?? priorities.normal,
      max_attempts: order.maxAttempts ?? defaultMaxAttempts,
      due_at: runAt,
      run_at: runAt,
      waiting_for: hold?.why ?? null,
      created_at: now(),
      attempts: 0,
      started_at: null,
      finished_at: null,
      result: null,
      failure: null,
      failure_kind: null,
      progress: null,
      locked_by: null,
      locked_until: null,
      generation: 0,
      crashes: 0,
      cancel_asked_at: null,
    }
  }

  function insertRow(row: JobRow): void {
    const { id, tenant_id, kind, state, reason, agent, provider, subject, input, key } = row
    const { priority, max_attempts, due_at, run_at, waiting_for, created_at } = row
    const named = [id, tenant_id, kind, state, reason, agent, provider, subject, input, key]
    insert.run(...named, priority, max_attempts, due_at, run_at, waiting_for, created_at)
    counts.add(row, 1)
  }

  function place(tx: Change, checked: CheckedOrder, actor: Actor, hold?: Hold): { row: JobRow; created: boolean } {
    const { tenantId, order, agent } = checked
    const same = known(checked)
    if (same) return { row: same, created: false }
    const row = rowOf(checked, hold)
    const { id } = row
    insertRow(row)
    const detail = {
      kind: order.kind,
      inputDigest: digest(checked.input),
      ...(agent ? { agent } : {}),
      ...(hold ? { waitsFor: hold.reason } : {}),
    }
    audit.append(tenantId, { actor, action: 'job.queued', outcome: 'ok', target: { kind: 'job', id }, detail })
    deps.onQueued(tx, row, actor)
    tx.afterCommit(() => announcements.announce('job.changed', tenantId, id))
    // Before the commit: where there is room, the claim goes to disk together with the order.
    deps.nudge()
    return { row, created: true }
  }

  return {
    check: prepare,
    prepare,
    place,
    async enqueue(tenantId, order, actor) {
      const checked = prepare(tenantId, order)
      return database.write((tx) => place(tx, checked, actor))
    },
  }
}

function bulkSubject(input: Record<string, unknown>): string {
  return typeof input.name === 'string' ? input.name : `${String(input.verb)} many jobs`
}
