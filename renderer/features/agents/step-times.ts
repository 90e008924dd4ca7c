/** Where a step lies on the time of its run. Pure. */
import type { RunStep } from '#shared/contract/agents'

type Timed = Pick<RunStep, 'startedAt' | 'endedAt'>

const endOf = ({ endedAt }: Timed, now: number) => (endedAt === null ? now : Date.parse(endedAt))
const percent = (share: number) => `${Math.round(share * 1_000) / 10}%`

/** Place and length of a step's bar, as shares of the whole run so far; never thinner than can be seen. */
export function shareOf(step: Timed, all: readonly Timed[], now: number): { left: string; width: string } {
  const from = Math.min(...all.map(({ startedAt }) => Date.parse(startedAt)))
  const to = Math.max(...all.map((each) => endOf(each, now)), from + 1)
  const start = Math.min((Date.parse(step.startedAt) - from) / (to - from), 0.99)
  const width = Math.min(Math.max((endOf(step, now) - Date.parse(step.startedAt)) / (to - from), 0.01), 1 - start)
  return { left: percent(start), width: percent(width) }
}

function inUnits(ms: number): string {
  if (ms < 1_000) return `${ms} ms`
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}

/** How long a step took, or takes so far. */
export function tookOf(step: Timed, now: number): string {
  const ms = Math.max(endOf(step, now) - Date.parse(step.startedAt), 0)
  return step.endedAt === null ? `${inUnits(ms)} so far` : inUnits(ms)
}
