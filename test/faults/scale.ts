/** How long the fault suites run, and the dice they throw: short by default, long with ATLAS_FAULTS=nightly, repeatable by seed. */

import { appendFileSync } from 'node:fs'

export const nightly = process.env.ATLAS_FAULTS === 'nightly'

/** A count for this run. */
export function scaled(short: number, long: number): number {
  return nightly ? long : short
}

/** The seed of this run: ATLAS_SEED to repeat one, else a new one. Print it. */
export const seed = Number(process.env.ATLAS_SEED ?? Date.now() % 1_000_000_007)

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function createDice(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Says what a run did, beside the tests' own report, and for docs/figures.md. Begins with the suite's word and a colon. */
export function report(line: string): void {
  if (process.env.ATLAS_TALLY) appendFileSync(process.env.ATLAS_TALLY, `${line}\n`)
  process.stdout.write(`${line}\n`)
}

/** Asks again until a fact holds; the error names what was waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, mostMs = 60_000): Promise<T> {
  const endsAt = performance.now() + mostMs
  for (;;) {
    const fact = await ask()
    if (fact !== undefined) return fact
    if (performance.now() > endsAt) throw new Error(`waited ${mostMs} ms in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
