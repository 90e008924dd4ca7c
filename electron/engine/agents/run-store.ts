/** Where runs and their steps are kept. A step is stored before it begins, and its end before the next one. */
import type { Run } from '#shared/contract/agents'
import { type Failure, failed } from '#shared/failure'
import type { JobState } from '#shared/job'
import type { Announcements } from '../announcements.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { JobRow } from '../jobs/rows.ts'
import { type CostSums, type RunRow, type StepRow, type StepWithJob, toRun } from './run-rows.ts'

export interface NewStep {
  kind: StepRow['kind']
  state: StepRow['state']
  title: string
  tool?: string
  callId?: string
  input?: string
  output?: string
  outside?: boolean
  jobId?: string
  costNano?: number | null
  failure?: Failure
}

export type StepPatch = Partial<
  Pick<
    StepRow,
    | 'state'
    | 'title'
    | 'input'
    | 'output'
    | 'outside'
    | 'provider'
    | 'model'
    | 'reasons'
    | 'input_tokens'
    | 'output_tokens'
    | 'cost_nano'
    | 'unknown_cost'
    | 'failure'
    | 'ended_at'
  >
>

export interface RunStore {
  add(row: RunRow): void
  find(id: string): RunRow | undefined
  /** `not_found` when the tenant has none of that id. */
  one(tenantId: string, id: string): RunRow
  /** As the contract tells it. `not_found` as above. */
  view(tenantId: string, id: string): Run
  steps(runId: string): StepRow[]
  /** Notes that a person was told of the end, and because of which phrases. Call inside a change. */
  noteTold(run: RunRow, causes: readonly string[]): void
  /** Adds a step behind the last one. Call inside a change. */
  addStep(tx: Change, run: RunRow, step: NewStep): StepRow
  patchStep(tx: Change, step: Pick<StepRow, 'run_id' | 'number' | 'tenant_id'>, patch: StepPatch): void
  end(tx: Change, run: RunRow, outcome: string): void
  /** The step that waits for a job, if one does. */
  stepOfJob(jobId: string): StepRow | undefined
  sums(runId: string): CostSums
  list(tenantId: string, filter: RunFilter): (RunRow & { job: JobRow })[]
  stepPage(runId: string, after: number, limit: number): StepWithJob[]
  latest(tenantId: string, agent: string): (RunRow & { job: JobRow }) | undefined
  /** How the last 100 runs of an agent ended. */
  ended(tenantId: string, agent: string): { succeeded: number; failed: number; cancelled: number }
}

export interface RunFilter {
  agent?: string | undefined
  state?: JobState | undefined
  parent?: string | undefined
  cursor?: string | undefined
  limit: number
}

export function createRunStore(database: Database, announcements: Announcements, now: () => number): RunStore {
  const { sqlite } = database
  const insert = sqlite.prepare(
    `INSERT INTO runs (id, tenant_id, agent, source_kind, source_by, parent_run, depth, instruction, outside, profile, outcome, told, created_at)
     VALUES (@id, @tenant_id, @agent, @source_kind, @source_by, @parent_run, @depth, @instruction, @outside, @profile, @outcome, @told, @created_at)`,
  )
  const byId = sqlite.prepare('SELECT * FROM runs WHERE id = ?')
  const ofRun = sqlite.prepare('SELECT * FROM run_steps WHERE run_id = ? ORDER BY number')
  const last = sqlite.prepare('SELECT coalesce(max(number), 0) AS number FROM run_steps WHERE run_id = ?')
  const insertStep = sqlite.prepare(
    `INSERT INTO run_steps (run_id, number, tenant_id, kind, state, title, tool, call_id, input, output, outside, job_id, input_tokens,
       output_tokens, cost_nano, unknown_cost, failure, started_at, ended_at)
     VALUES (@runId, @number, @tenantId, @kind, @state, @title, @tool, @callId, @input, @output, @outside, @jobId, 0, 0, @costNano, 0, @failure, @at, @endedAt)`,
  )
  const oneStep = sqlite.prepare('SELECT * FROM run_steps WHERE run_id = ? AND number = ?')
  const noteTold = sqlite.prepare('UPDATE runs SET told = ? WHERE id = ?')
  const outcome = sqlite.prepare('UPDATE runs SET outcome = ? WHERE id = ?')
  const waitingStep = sqlite.prepare(`SELECT * FROM run_steps WHERE job_id = ? AND state = 'waiting'`)
  const sums = sqlite.prepare(
    `SELECT count(*) AS steps, coalesce(sum(input_tokens), 0) AS inputTokens, coalesce(sum(output_tokens), 0) AS outputTokens,
       sum(CASE WHEN state <> 'waiting' THEN cost_nano END) AS costNano, coalesce(sum(unknown_cost), 0) AS unknownCost FROM run_steps WHERE run_id = ?`,
  )
  const page = sqlite.prepare(
    `SELECT s.*, j.state AS job_state, a.id AS approval_id FROM run_steps s LEFT JOIN jobs j ON j.id = s.job_id
     LEFT JOIN approvals a ON a.job_id = s.job_id WHERE s.run_id = ? AND s.number > ? ORDER BY s.number LIMIT ?`,
  )
  const jobOf = sqlite.prepare('SELECT * FROM jobs WHERE id = ?')
  const newest = sqlite.prepare('SELECT * FROM runs WHERE tenant_id = ? AND agent = ? ORDER BY id DESC LIMIT 1')
  const ends = sqlite.prepare(
    `SELECT j.state AS state, count(*) AS count FROM (SELECT id FROM runs WHERE tenant_id = ? AND agent = ? ORDER BY id DESC LIMIT 100) r
     JOIN jobs j ON j.id = r.id GROUP BY 1`,
  )
  const find = (id: string) => byId.get(id) as RunRow | undefined
  const told = (tx: Change, tenantId: string, id: string) =>
    tx.afterCommit(() => announcements.announce('run.changed', tenantId, id))
  const withJob = (row: RunRow) => ({ ...row, job: jobOf.get(row.id) as JobRow })

  const sumsOf = (runId: string) => sums.get(runId) as CostSums

  function one(tenantId: string, id: string): RunRow {
    const row = find(id)
    if (row?.tenant_id !== tenantId) throw failed('not_found', `There is no run ${id} in this tenant.`)
    return row
  }

  return {
    add: (row) => void insert.run(row),
    find,
    one,
    view: (tenantId, id) => toRun(one(tenantId, id), jobOf.get(id) as JobRow, sumsOf(id)),
    noteTold: ({ id }, causes) => void noteTold.run(JSON.stringify(causes), id),
    steps: (runId) => ofRun.all(runId) as StepRow[],
    addStep(tx, run, step) {
      const { number } = last.get(run.id) as { number: number }
      const open = step.state === 'running' || step.state === 'waiting'
      insertStep.run({
        runId: run.id,
        number: number + 1,
        tenantId: run.tenant_id,
        kind: step.kind,
        state: step.state,
        title: step.title.slice(0, 200),
        tool: step.tool ?? null,
        callId: step.callId ?? null,
        input: step.input ?? null,
        output: step.output ?? null,
        outside: Number(step.outside ?? false),
        jobId: step.jobId ?? null,
        costNano: step.costNano ?? null,
        failure: step.failure ? JSON.stringify(step.failure) : null,
        at: now(),
        endedAt: open ? null : now(),
      })
      told(tx, run.tenant_id, run.id)
      return oneStep.get(run.id, number + 1) as StepRow
    },
    patchStep(tx, step, patch) {
      const columns = Object.keys(patch).map((column) => `${column} = @${column}`)
      sqlite
        .prepare(`UPDATE run_steps SET ${columns.join(', ')} WHERE run_id = @run_id AND number = @number`)
        .run({ ...patch, run_id: step.run_id, number: step.number })
      told(tx, step.tenant_id, step.run_id)
    },
    end(tx, run, text) {
      outcome.run(text, run.id)
      told(tx, run.tenant_id, run.id)
    },
    stepOfJob: (jobId) => waitingStep.get(jobId) as StepRow | undefined,
    sums: sumsOf,
    list(tenantId, { agent, state, parent, cursor, limit }) {
      const asked = [
        ['r.agent = @agent', agent],
        ['j.state = @state', state],
        ['r.parent_run = @parent', parent],
        ['r.id < @cursor', cursor],
      ].filter(([, value]) => value !== undefined)
      const where = ['r.tenant_id = @tenantId', ...asked.map(([condition]) => condition)].join(' AND ')
      const rows = sqlite
        .prepare(`SELECT r.* FROM runs r JOIN jobs j ON j.id = r.id WHERE ${where} ORDER BY r.id DESC LIMIT @limit`)
        .all({ tenantId, agent, state, parent, cursor, limit }) as RunRow[]
      return rows.map(withJob)
    },
    stepPage: (runId, after, limit) => page.all(runId, after, limit) as StepWithJob[],
    latest(tenantId, agent) {
      const row = newest.get(tenantId, agent) as RunRow | undefined
      return row && withJob(row)
    },
    ended(tenantId, agent) {
      const rows = ends.all(tenantId, agent) as { state: string; count: number }[]
      const count = (state: string) => rows.find((row) => row.state === state)?.count ?? 0
      return { succeeded: count('succeeded'), failed: count('failed'), cancelled: count('cancelled') }
    },
  }
}
