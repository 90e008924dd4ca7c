/** Headers in which providers of models tell how much is left, and when there is more. Pure. */
import type { Provider } from './define.ts'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Longest hold taken from a header: a day. */
const longestMs = 86_400_000

/**
 * Reads a span as these headers write it: `6m0s`, `1h2m3.5s`, `20ms`, or bare seconds.
 *
 * Units  answer in ms; undefined when it cannot be read
 */
export function spanMs(text: string | null | undefined): number | undefined {
  const raw = text?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(raw)) return Math.min(Math.ceil(Number(raw) * 1_000), longestMs)
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(raw)) return undefined
  const parts = [...raw.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)]
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0)
  return Math.min(Math.ceil(total), longestMs)
}

/** The bucket that every action of these rooms asks. */
export const requestsBucket = 'requests'

/** The hook `observe`: what is used up, by the endings its headers have (`requests`, `tokens-minute`, …). */
export function observeLimits(kinds: readonly string[]): NonNullable<Provider['observe']> {
  return ({ headers }, now) => {
    const waits = kinds.flatMap((kind) => {
      if (headers.get(`x-ratelimit-remaining-${kind}`) !== '0') return []
      const ms = spanMs(headers.get(`x-ratelimit-reset-${kind}`))
      return ms === undefined ? [] : [{ ms, kind }]
    })
    const longest = waits.toSorted((a, b) => b.ms - a.ms)[0]
    if (!longest || longest.ms === 0) return undefined
    return {
      bucket: requestsBucket,
      until: now + longest.ms,
      why: `the limit of ${longest.kind.replace('-', ' per ')} is used up`,
    }
  }
}
