/** How figures are taken: interleaved rounds, the median of each side, and every bar judged on the ratio of one run. */
import { constrainedMemory } from 'node:process'

/** What one side did: the median of its rounds, and what it cost beside time. */
export interface Reading {
  name: string
  value: number
  unit: 'per second' | 'ms' | 'µs' | 'MB' | 'kB' | 'rows' | 'modules' | '%'
  /** Time of the processor for the whole of one round, in milliseconds; a median too. */
  cpuMs?: number | undefined
  /** Most memory this side held (resident), in megabytes. */
  peakMb?: number | undefined
  /** What an acknowledgement of this side means after a power cut, in a few words. */
  durability?: string
}

/** A bar and how it was met. `measured` is the ratio or the value that was compared. */
export interface Bar {
  says: string
  measured: string
  met: boolean
}

export interface Figure {
  area: string
  title: string
  ours: Reading
  beside: readonly Reading[]
  bars: readonly Bar[]
  rounds: number
  /** Why a bar is missed, or what to know of the comparison. */
  note?: string
}

/** What one round of one side took. */
export interface Round {
  value: number
  cpuMs?: number
  peakMb?: number
}

export interface Side extends Pick<Reading, 'name' | 'unit' | 'durability'> {
  round(): Promise<Round>
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1]
  const high = sorted[Math.floor(middle)]
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing')
  return (low + high) / 2
}

/** The value below which the given share (0 to 1) of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const found = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]
  if (found === undefined) throw new Error('there is no percentile of nothing')
  return found
}

function optional(values: readonly (number | undefined)[], pick: (known: readonly number[]) => number): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : pick(known)
}

function readingOf({ name, unit, durability }: Side, rounds: readonly Round[]): Reading {
  return {
    name,
    unit,
    value: median(rounds.map(({ value }) => value)),
    cpuMs: optional(
      rounds.map(({ cpuMs }) => cpuMs),
      median,
    ),
    peakMb: optional(
      rounds.map(({ peakMb }) => peakMb),
      (known) => Math.max(...known),
    ),
    ...(durability ? { durability } : {}),
  }
}

/** Lets the sides take turns, so that a busy moment of the machine falls on all of them; the first round of each is thrown away. */
export async function interleave(rounds: number, sides: readonly Side[]): Promise<Reading[]> {
  const taken = sides.map((): Round[] => [])
  for (let round = -1; round < rounds; round += 1) {
    for (const [at, side] of sides.entries()) {
      const one = await side.round()
      if (round >= 0) taken[at]?.push(one)
    }
  }
  return sides.map((side, at) => readingOf(side, taken[at] ?? []))
}

/** Runs work in this process and tells its time, its processor time and the memory held afterwards. */
export async function timed(work: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number; peakMb: number }> {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpuMs: (user + system) / 1_000, peakMb: process.memoryUsage.rss() / 1_048_576 }
}

function toRatio(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)} ×`
}

/** The longest time (ms) that a millisecond's timer was late during some work. */
export async function lateness(work: () => Promise<unknown>): Promise<number> {
  let [latest, last] = [0, performance.now()]
  const look = () => {
    const now = performance.now()
    latest = Math.max(latest, now - last - 1)
    last = now
  }
  const timer = setInterval(look, 1)
  await work()
  clearInterval(timer)
  look()
  return latest
}

/** A bar of at least so many times what a peer did. */
export function atLeast(times: number, ours: Reading, peer: Reading): Bar {
  const ratio = ours.value / peer.value
  return { says: `≥ ${times} × ${peer.name}`, measured: toRatio(ratio), met: ratio >= times }
}

/** A bar of at most so many times what a peer took. */
export function atMost(times: number, ours: Reading, peer: Reading): Bar {
  const ratio = ours.value / peer.value
  return { says: `≤ ${times} × ${peer.name}`, measured: toRatio(ratio), met: ratio <= times }
}

/** A bar that is a value: `most` or `least` in the unit of the reading. */
export function within(reading: Reading, bound: { most: number } | { least: number }): Bar {
  const measured = toText(reading)
  if ('most' in bound)
    return { says: `≤ ${toText({ ...reading, value: bound.most })}`, measured, met: reading.value <= bound.most }
  return { says: `≥ ${toText({ ...reading, value: bound.least })}`, measured, met: reading.value >= bound.least }
}

function toNumber(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US')
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

export function toText({ value, unit }: Pick<Reading, 'value' | 'unit'>): string {
  return unit === 'per second' ? `${toNumber(value)}/s` : `${toNumber(value)} ${unit}`
}

function toCell(reading: Reading): string {
  const cost = [
    reading.cpuMs === undefined ? [] : [`CPU ${toNumber(reading.cpuMs)} ms`],
    reading.peakMb === undefined ? [] : [`${toNumber(reading.peakMb)} MB`],
    reading.durability ? [reading.durability] : [],
  ].flat()
  return `${reading.name}: ${toText(reading)}${cost.length > 0 ? ` (${cost.join(', ')})` : ''}`
}

function toRow(figure: Figure): string[] {
  const kept = figure.bars.map(({ says, measured, met }) => `${met ? 'met' : '**missed**'}: ${says}, measured ${measured}`)
  return [
    figure.title,
    toCell(figure.ours),
    figure.beside.map(toCell).join('<br>'),
    kept.join('<br>') || 'no bar',
    String(figure.rounds),
    figure.note ?? '',
  ]
}

/** The figures as Markdown, a table for each area. The ratios are what may be compared between machines. */
export function toTables(figures: readonly Figure[]): string {
  const areas = [...new Set(figures.map(({ area }) => area))]
  const head = ['figure', 'Atlas UX', 'beside it', 'bar', 'rounds', 'to know']
  return areas
    .map((area) => {
      const rows = figures.filter((figure) => figure.area === area).map(toRow)
      const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
      return `### ${area}\n\n${table.join('\n')}`
    })
    .join('\n\n')
}

/** One line about the machine, so that a reader knows what the absolute numbers belong to. */
export function machine(cpus: readonly { model: string }[], memoryBytes: number): string {
  const model = cpus[0]?.model ?? 'unknown processor'
  const memory = Math.min(memoryBytes, constrainedMemory() || memoryBytes)
  return `${cpus.length} × ${model}, ${Math.round(memory / 2 ** 30)} GiB, Node ${process.version} on ${process.platform} ${process.arch}`
}
