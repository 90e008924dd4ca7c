/** How figures are taken: several runs, the median, and always beside a yardstick taken in the same breath. */

export interface Figure {
  title: string
  /** What was measured, and the yardstick beside it, in milliseconds each. */
  measured: { name: string; ms: number }
  yardstick: { name: string; ms: number }
  runs: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1]
  const high = sorted[Math.floor(middle)]
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing')
  return (low + high) / 2
}

/** Takes turns between the two, so that a busy moment of the machine falls on both. */
export async function sideBySide(
  runs: number,
  measure: () => Promise<number>,
  yardstick: () => Promise<number>,
): Promise<{ measuredMs: number; yardstickMs: number }> {
  const taken = { measured: [] as number[], yardstick: [] as number[] }
  for (let run = 0; run < runs; run += 1) {
    taken.yardstick.push(await yardstick())
    taken.measured.push(await measure())
  }
  return { measuredMs: median(taken.measured), yardstickMs: median(taken.yardstick) }
}

function toMilliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0)
}

/** The figures as a Markdown table. The ratio is what may be compared between machines. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ title, measured, yardstick, runs }) => [
    title,
    `${measured.name}: ${toMilliseconds(measured.ms)} ms`,
    `${yardstick.name}: ${toMilliseconds(yardstick.ms)} ms`,
    `${(measured.ms / yardstick.ms).toFixed(1)} ×`,
    String(runs),
  ])
  const head = ['figure', 'measured', 'yardstick', 'ratio', 'runs']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
