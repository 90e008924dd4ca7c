/** What a run does next, judged from its stored steps alone: the same after a crash as before it. Pure. */
import type { ToolCall } from '#shared/ai/chat'
import { callsOf, type StepRow } from './run-rows.ts'

export type Next =
  | { do: 'ask' }
  | { do: 'use'; calls: ToolCall[] }
  | { do: 'wait'; steps: StepRow[] }
  /** Steps that were under way when a process ended. */
  | { do: 'lost'; steps: StepRow[] }
  | { do: 'end'; outcome: string }

export function nextOf(steps: readonly StepRow[]): Next {
  const lost = steps.filter(({ state }) => state === 'running')
  if (lost.length > 0) return { do: 'lost', steps: lost }
  const at = steps.findLastIndex(({ kind, state }) => kind === 'model' && state === 'done')
  const latest = steps[at]
  if (!latest) return { do: 'ask' }
  const calls = callsOf(latest)
  if (calls.length === 0) return { do: 'end', outcome: latest.output ?? '' }
  const used = steps.slice(at + 1).filter(({ kind }) => kind === 'tool')
  const unused = calls.filter(({ id }) => !used.some((step) => step.call_id === id))
  if (unused.length > 0) return { do: 'use', calls: unused }
  const waiting = used.filter(({ state }) => state === 'waiting')
  return waiting.length > 0 ? { do: 'wait', steps: waiting } : { do: 'ask' }
}

/** Answers of a model so far, lost ones included: they may have cost something. */
export function answersIn(steps: readonly StepRow[]): number {
  return steps.filter(({ kind, state }) => kind === 'model' && state !== 'failed').length
}
