/** Every call to a model as a row: who, what for, tokens, cost, how it ended. No words of anybody. */
import type { TokenUsage } from '#shared/ai/chat'
import { toDollars } from '#shared/ai/models'
import type { AiHealth, AiUsageBy, AiUsageRow } from '#shared/contract/ai'
import type { Failure } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import type { Database } from '../database/open.ts'

export interface CallBegun {
  id: string
  tenantId: string
  at: number
  month: string
  provider: string
  model: string
  task: string
  agent: string | undefined
  jobId: string | undefined
  reservedNano: number | null
}

export interface CallEnded {
  id: string
  outcome: 'ok' | 'failed' | 'cancelled' | 'unknown'
  failure?: Failure | undefined
  usage: (TokenUsage & { estimated: boolean }) | null
  costNano: number | null
  firstTokenMs: number | undefined
  latencyMs: number
}

type Latencies = Pick<AiHealth, 'firstTokenMs' | 'totalMs' | 'calls' | 'failed' | 'lastFailure'>

export interface Usage {
  /** Call inside a change. */
  begin(call: CallBegun): void
  /** Call inside a change. */
  end(call: CallEnded): void
  /** Rows of calls that a process left behind when it ended. Call inside a change. */
  sweep(before: number): number
  sum(tenantId: string, by: AiUsageBy, from: number, to: number): AiUsageRow[]
  /** What was observed of a provider in the last day. */
  observed(tenantId: string, provider: string, now: number): Latencies
}

/** Calls looked at for latencies. */
const latest = 500

const keyColumns: Readonly<Record<AiUsageBy, string>> = {
  provider: 'provider',
  model: "provider || '/' || model",
  day: "strftime('%Y-%m-%d', at / 1000, 'unixepoch')",
  task: 'task',
  agent: "coalesce(agent, 'operator')",
}

interface SumRow extends Omit<AiUsageRow, 'costUsd'> {
  costNano: number | null
}

/** The value below which a share of sorted values lies; null of none. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? null
}

function spread(values: readonly (number | null)[]): { p50: number | null; p95: number | null } {
  const sorted = values.filter((value): value is number => value !== null).toSorted((a, b) => a - b)
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) }
}

export function createUsage({ sqlite }: Database): Usage {
  const insert = sqlite.prepare(
    `INSERT INTO ai_usage (id, tenant_id, at, month, provider, model, task, agent, job_id, outcome, reserved_nano)
     VALUES (@id, @tenantId, @at, @month, @provider, @model, @task, @agent, @jobId, 'running', @reservedNano)`,
  )
  const update = sqlite.prepare(
    `UPDATE ai_usage SET outcome = @outcome, failure_kind = @failureKind, failure = @failure, input_tokens = @inputTokens,
       output_tokens = @outputTokens, cached_tokens = @cachedTokens, estimated = @estimated, cost_nano = @costNano,
       first_token_ms = @firstTokenMs, latency_ms = @latencyMs WHERE id = @id`,
  )
  const abandon = sqlite.prepare("UPDATE ai_usage SET outcome = 'unknown' WHERE outcome = 'running' AND at < ?")
  const recent = sqlite.prepare(
    `SELECT outcome, first_token_ms AS firstTokenMs, latency_ms AS latencyMs FROM ai_usage
     WHERE tenant_id = ? AND provider = ? AND at >= ? AND outcome <> 'running' ORDER BY at DESC LIMIT ${latest}`,
  )
  const lastBad = sqlite.prepare(
    `SELECT at, failure_kind AS kind, failure AS message FROM ai_usage
     WHERE tenant_id = ? AND provider = ? AND outcome = 'failed' ORDER BY at DESC LIMIT 1`,
  )
  const sums = new Map(
    Object.entries(keyColumns).map(([by, key]) => [
      by,
      sqlite.prepare(
        `SELECT ${key} AS key, count(*) AS calls, count(*) FILTER (WHERE outcome IN ('failed', 'unknown')) AS failed,
           coalesce(sum(input_tokens), 0) AS inputTokens, coalesce(sum(output_tokens), 0) AS outputTokens,
           coalesce(sum(cached_tokens), 0) AS cachedTokens, sum(cost_nano) AS costNano,
           count(*) FILTER (WHERE cost_nano IS NULL) AS unknownCost
         FROM ai_usage WHERE tenant_id = ? AND at >= ? AND at < ? AND outcome <> 'running'
         GROUP BY 1 ORDER BY ${by === 'day' ? '1 DESC' : 'costNano DESC, calls DESC'} LIMIT 400`,
      ),
    ]),
  )

  return {
    begin: (call) => void insert.run({ ...call, agent: call.agent ?? null, jobId: call.jobId ?? null }),
    end({ id, outcome, failure, usage, costNano, firstTokenMs, latencyMs }) {
      update.run({
        id,
        outcome,
        failureKind: failure?.kind ?? null,
        failure: failure?.message ?? null,
        inputTokens: usage?.inputTokens ?? null,
        outputTokens: usage?.outputTokens ?? null,
        cachedTokens: usage?.cachedTokens ?? null,
        estimated: usage?.estimated ? 1 : 0,
        costNano,
        firstTokenMs: firstTokenMs === undefined ? null : Math.round(firstTokenMs),
        latencyMs: Math.round(latencyMs),
      })
    },
    sweep: (before) => abandon.run(before).changes,
    sum(tenantId, by, from, to) {
      const rows = (sums.get(by)?.all(tenantId, from, to) ?? []) as SumRow[]
      return rows.map(({ costNano, ...row }) => ({ ...row, costUsd: toDollars(costNano) }))
    },
    observed(tenantId, provider, now) {
      const rows = recent.all(tenantId, provider, now - spans.day) as {
        outcome: string
        firstTokenMs: number | null
        latencyMs: number | null
      }[]
      const good = rows.filter(({ outcome }) => outcome === 'ok')
      const bad = lastBad.get(tenantId, provider) as { at: number; kind: string; message: string } | undefined
      return {
        firstTokenMs: spread(good.map(({ firstTokenMs }) => firstTokenMs)),
        totalMs: spread(good.map(({ latencyMs }) => latencyMs)),
        calls: rows.length,
        failed: rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown').length,
        lastFailure: bad ? { at: toInstant(bad.at), kind: bad.kind, message: bad.message } : null,
      }
    },
  }
}
