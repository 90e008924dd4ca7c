/** Runs and their steps as they lie in the database, and their way to the contract. */

import type { AgentProfile } from '#shared/agent'
import type { ToolCall } from '#shared/ai/chat'
import { toDollars } from '#shared/ai/models'
import type { Run, RunCost, RunSource, RunStep } from '#shared/contract/agents'
import type { Failure } from '#shared/failure'
import type { JobState } from '#shared/job'
import { toInstant } from '#shared/time'
import { type JobRow, parseJson } from '../jobs/rows.ts'

export interface RunRow {
  id: string
  tenant_id: string
  agent: string
  source_kind: RunSource['kind']
  source_by: string
  parent_run: string | null
  depth: number
  instruction: string
  outside: number
  profile: string
  outcome: string | null
  told: string | null
  created_at: number
}

export interface StepRow {
  run_id: string
  number: number
  tenant_id: string
  kind: RunStep['kind']
  state: RunStep['state']
  title: string
  tool: string | null
  call_id: string | null
  /** Of a tool its arguments; of a model the tools it asked for. */
  input: string | null
  output: string | null
  outside: number
  job_id: string | null
  provider: string | null
  model: string | null
  reasons: string | null
  input_tokens: number
  output_tokens: number
  cost_nano: number | null
  unknown_cost: number
  failure: string | null
  started_at: number
  ended_at: number | null
}

export const profileOf = (row: RunRow) => JSON.parse(row.profile) as AgentProfile
export const callsOf = (step: StepRow) => (step.kind === 'model' ? (parseJson<ToolCall[]>(step.input) ?? []) : [])

/** Sums over steps, as the database gives them. */
export interface CostSums {
  steps: number
  inputTokens: number
  outputTokens: number
  costNano: number | null
  unknownCost: number
}

const toCost = ({ inputTokens, outputTokens, costNano, unknownCost }: Omit<CostSums, 'steps'>): RunCost => ({
  inputTokens,
  outputTokens,
  costUsd: toDollars(costNano),
  unknownCost,
})

const instant = (at: number | null) => (at === null ? null : toInstant(at))

export function toRun(row: RunRow, job: JobRow, sums: CostSums): Run {
  const waits = job.state === 'queued' || job.state === 'waiting'
  return {
    id: row.id,
    agent: row.agent,
    source: { kind: row.source_kind, by: row.source_by, run: row.parent_run },
    instruction: row.instruction,
    state: job.state,
    waitingFor: waits ? job.waiting_for : null,
    outcome: row.outcome,
    failure: parseJson<Failure>(job.failure) ?? null,
    steps: sums.steps,
    cost: toCost(sums),
    createdAt: toInstant(row.created_at),
    startedAt: instant(job.started_at),
    endedAt: instant(job.finished_at),
  }
}

export type StepWithJob = StepRow & { job_state: JobState | null; approval_id: string | null }

export function toStep(row: StepWithJob): RunStep {
  const { provider, model, input_tokens: inputTokens, output_tokens: outputTokens, cost_nano: costNano } = row
  return {
    number: row.number,
    kind: row.kind,
    state: row.state,
    title: row.title,
    tool: row.tool,
    input: parseJson<RunStep['input']>(row.input) ?? null,
    output: row.output,
    outside: row.outside === 1,
    job: row.job_id && row.job_state ? { id: row.job_id, state: row.job_state } : null,
    approval: row.approval_id,
    model: provider && model ? { provider, model, reasons: parseJson<string[]>(row.reasons) ?? [] } : null,
    // Nothing is spent while it waits.
    cost: toCost({
      inputTokens,
      outputTokens,
      costNano: row.state === 'waiting' ? null : costNano,
      unknownCost: row.unknown_cost,
    }),
    failure: parseJson<Failure>(row.failure) ?? null,
    startedAt: toInstant(row.started_at),
    endedAt: instant(row.ended_at),
  }
}
