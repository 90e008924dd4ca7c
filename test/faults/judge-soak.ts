/** Judges what a process held over a long time: whether anything grows, and whether it stayed quick. Pure. */
import { z } from 'zod'

export const Sample = z.object({
  /** ms UTC. */
  at: z.number(),
  /** The longest that 99 of 100 turns of the event loop were late, in ms, since the sample before. */
  lagMs: z.number(),
  rssMb: z.number(),
  /** Heap and what hangs on it, after a collection. */
  heapMb: z.number(),
  fds: z.number(),
  timers: z.number(),
  resources: z.number(),
})

export type Sample = z.infer<typeof Sample>

/** The most that each may grow by over the time that is judged, and the most that the event loop may be late. */
export interface Bars {
  rssMb: number
  heapMb: number
  fds: number
  timers: number
  resources: number
  /** In the middle sample: a machine that is busy for a moment is no fault of the program. */
  lagMs: number
}

const grown = ['rssMb', 'heapMb', 'fds', 'timers', 'resources'] as const

export type Growth = Record<(typeof grown)[number], number> & { lagMs: number; hours: number }

/** By how much it grew along the line that fits best, from the first sample to the last. */
function growthOf(samples: readonly Sample[], what: (typeof grown)[number]): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [at, value] = [mean((sample) => sample.at), mean((sample) => sample[what])]
  const together = mean((sample) => (sample.at - at) * (sample[what] - value))
  const spread = mean((sample) => (sample.at - at) ** 2)
  return (together / spread) * ((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0))
}

/** What grew, without the first third: a program that has just begun fills its caches. */
export function growthIn(samples: readonly Sample[]): Growth {
  const settled = samples.slice(Math.floor(samples.length / 3))
  const lags = settled.map(({ lagMs }) => lagMs).sort((a, b) => a - b)
  const growths = Object.fromEntries(grown.map((what) => [what, growthOf(settled, what)])) as Record<
    (typeof grown)[number],
    number
  >
  const hours = ((settled.at(-1)?.at ?? 0) - (settled[0]?.at ?? 0)) / 3_600_000
  return { ...growths, lagMs: lags[Math.floor(lags.length / 2)] ?? Number.POSITIVE_INFINITY, hours }
}

/** What passes its bar, in words; none when all stayed flat. */
export function leaksIn(samples: readonly Sample[], bars: Bars): string[] {
  if (samples.length < 6) return [`${samples.length} samples are too few to judge`]
  const growth = growthIn(samples)
  const passed = grown.filter((what) => growth[what] > bars[what])
  return [
    ...passed.map((what) => `${what} grew by ${growth[what].toFixed(1)}, more than ${bars[what]}`),
    ...(growth.lagMs > bars.lagMs ? [`the event loop was ${Math.round(growth.lagMs)} ms late`] : []),
  ]
}
