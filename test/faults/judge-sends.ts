/** Judges what became of orders by what arrived: the promises about lost, doubled and unknown sends. Pure. */
import type { JobState, Repeat } from '#shared/job'

export interface Ordered {
  key: string
  repeat: Exclude<Repeat, 'safe'>
  /** State at the end; undefined when the product knows no such job. */
  state: JobState | undefined
}

/** How often an order in this state may have arrived. Whoever keeps to this has lost and doubled nothing. */
const allowed: Readonly<Record<Ordered['repeat'], Partial<Record<JobState, readonly number[]>>>> = {
  unsafe: { succeeded: [1], failed: [0], unknown: [0, 1] },
  keyed: { succeeded: [1], failed: [0] },
}

/** Every broken promise in words; none when all were kept. */
export function brokenPromises(orders: readonly Ordered[], arrivals: ReadonlyMap<string, number>): string[] {
  const known = new Set(orders.map(({ key }) => key))
  const strangers = [...arrivals.keys()].filter((key) => !known.has(key)).map((key) => `${key} arrived and nobody ordered it`)
  const broken = orders.flatMap(({ key, repeat, state }) => {
    const times = arrivals.get(key) ?? 0
    if (state === undefined) return [`${key} was acknowledged and is lost`]
    const fine = allowed[repeat][state]
    if (!fine) return [`${key} (${repeat}) is ${state} at the end`]
    return fine.includes(times) ? [] : [`${key} (${repeat}) is ${state} and arrived ${times} times`]
  })
  return [...broken, ...strangers]
}
